import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasker, type MaskStream } from '../../src/release/redact.ts'

const ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  url: encodeURIComponent,
  json: (secret) => JSON.stringify(secret).slice(1, -1),
  base64: (secret) => Buffer.from(secret).toString('base64'),
}

/** Longer than what stands in its place, so that it is never found there by chance. */
const secret = fc
  .string({ minLength: 12, maxLength: 60, unit: 'grapheme' })
  .filter((text) => text === text.trim() && text.length >= 12)
const plain = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '/', '1', 'ü'), maxLength: 200 })
const cuts = fc.array(fc.nat(), { maxLength: 8 })

function pieces<T extends { readonly length: number; slice(from: number, to: number): T }>(
  whole: T,
  at: readonly number[],
): readonly T[] {
  const places = [0, ...at.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
  return places.slice(1).map((to, index) => whole.slice(places[index] ?? 0, to))
}

function through<T>(stream: MaskStream<T>, parts: readonly T[]): readonly T[] {
  return [...parts.map((part) => stream.push(part)), stream.end()]
}

test('a secret never shows, in whatever encoding and however its bytes arrive', () => {
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom(...Object.keys(ENCODINGS)),
      plain,
      plain,
      cuts,
      (value, encoding, before, after, at) => {
        const leaked = ENCODINGS[encoding]?.(value) ?? ''
        const masker = createMasker([{ name: 'S', value }])
        const bytes = Buffer.from(`${before}\n${leaked}\n${after}`)
        const shown = Buffer.concat(through(masker.byteStream(), pieces(bytes, at))).toString()
        expect(shown).not.toContain(leaked)
        expect(shown).toContain('[S hidden]')
        expect(masker.mask(`${before}${leaked}${after}`)).not.toContain(leaked)
      },
    ),
  )
})

test('text without a secret is unchanged', () => {
  fc.assert(
    fc.property(secret, plain, cuts, (value, text, at) => {
      fc.pre(!text.includes(value))
      const masker = createMasker([{ name: 'S', value: `${value}!` }])
      expect(masker.mask(text)).toBe(text)
      expect(through(masker.stream(), pieces(text, at)).join('')).toBe(text)
    }),
  )
})

const fragment = fc.oneof(
  plain,
  fc.constantFrom(
    'known-secret',
    'other-known',
    'A_TOKEN=',
    'x_key="',
    '"',
    "'",
    'xoxb-12345678',
    'ghp_0123456789abcdef',
    '://u:',
    'p@ss',
    '@h',
    'Bearer ',
    'abcdefghijklmnopqrst',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----END RSA PRIVATE KEY-----',
    'AbC=\n',
    'eyJhbGciOiJIUzI1NiJ9.',
    '[hidden]',
    ' '.repeat(600),
  ),
)

test('how a text is cut into pieces changes nothing of what is shown', () => {
  const masker = createMasker([
    { name: 'K', value: 'known-secret' },
    { name: 'O', value: 'other-known' },
  ])
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 20 }), cuts, (fragments, at) => {
      const text = fragments.join('')
      expect(through(masker.stream(), pieces(text, at)).join('')).toBe(masker.mask(text))
    }),
    { numRuns: 1000 },
  )
})
