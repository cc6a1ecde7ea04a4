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

/** The shapes as regular expressions of their own, each of which is tried at every character: no place is read faster. */
const TAIL = '[\\w.=-]{0,16000}'
const VALUE =
  '(?!\\[(?:[^\\s\\]]{1,100} )?hidden\\])(?:"[^"\\n]{0,16000}"?|\'[^\'\\n]{0,16000}\'?|[^\\s"\'&;]{1,16000})'
const LABEL = '[A-Z0-9 ]{0,32}PRIVATE KEY ?-----?'
const BODY = '(?:Proc-Type: 4,|DEK-Info: [A-Z0-9-]{1,32},|[A-Za-z0-9+/=\\s\\\\]){0,16000}'
const PLAIN = [
  `((?:TOKEN|token|PASSWORD|password|PASSWD|passwd|SECRET|secret|_KEY|_key|-key)=)${VALUE}`,
  '(\\w://[^\\s/:@?#"\'<>]{0,100}:)[^\\s/@?#"\'<>]{1,300}(?=@)',
  '((?:Bearer|bearer|Basic|basic) )[\\w.~+/-]{16}[\\w.~+/=-]{0,16000}',
  '(hooks.slack.com/(?:services|workflows)/)[\\w/]{8,16008}',
  `(/api/webhooks/\\d{1,30}/)[\\w-]{8}${TAIL}`,
  `()BEGIN ${LABEL}${BODY}(?:-----?END ${LABEL})?`,
  `()(?:xox[abeoprs]-|xoxe\\.|xapp-)[\\w-]{8}${TAIL}`,
  `()gh[pousr]_[A-Za-z0-9]{16}${TAIL}`,
  `()(?=github_pat_|dckr_pat_)\\w{25}${TAIL}`,
  `()gl(?:pat|dt|rt|cbt|ptt|soat)-[\\w-]{16}${TAIL}`,
  `()npm_[A-Za-z0-9]{30}${TAIL}`,
  '()A[KS]IA[A-Z0-9]{16}',
  `()eyJ(?=[h0rjl])[\\w-]{12,400}\\.eyJ[\\w-]{12}${TAIL}`,
].map((shape) => new RegExp(shape, 'y'))

function plainlyMasked(text: string): string {
  const found = Array.from(text, (_, at) =>
    PLAIN.flatMap((shape) => {
      shape.lastIndex = at
      const match = shape.exec(text)
      return match ? [{ start: at + (match[1]?.length ?? 0), end: shape.lastIndex }] : []
    }),
  ).flat()
  let shown = ''
  let from = 0
  for (const { start, end } of found.sort((a, b) => a.start - b.start)) {
    if (start >= from) shown += `${text.slice(from, start)}[hidden]`
    from = Math.max(from, end)
  }
  return shown + text.slice(from)
}

const UNITS = [
  ...[
    'token=',
    'PASSWORD="',
    "_key='",
    'x_token=a ',
    'SECRET=[hidden]',
    'passwd=[A hidden]b',
    'a://',
    'a://b:',
    'b://u:p@',
  ],
  ...[
    'xoxb-aaaaaaaa',
    'xoxe.',
    'ghp_abcdefghijklmnop',
    'github_pat_abcdefghijklmn',
    'dckr_pat_',
    'glpat-abcdefghijklmnop',
  ],
  ...[
    `npm_${'a'.repeat(30)}`,
    'AKIAABCDEFGHIJKLMNOP',
    'eyJh',
    'eyJ0aaaaaaaaaaaaaa.',
    'Bearer abcdefghijklmnop',
    'basic ',
  ],
  ...['hooks.slack.com/services/abcdefgh', '/api/webhooks/12/abcdefgh', 'BEGIN ', 'BEGIN PRIVATE KEY-----', 'aB/+='],
  ...[
    '-----END PRIVATE KEY-----',
    'DEK-Info: AES-',
    ',',
    'Proc-Type: 4,',
    '"',
    "'",
    ' ',
    '\n',
    '&',
    '@',
    '.',
    '-',
    'é',
  ],
] as const
const unit = fc.constantFrom(...UNITS)
/** Beginnings in each other, near and at the limits of what is hidden. */
const repeated = fc
  .tuple(unit, fc.oneof({ weight: 8, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(1500) }))
  .map(([text, times]) => text.repeat(times))
const hostile = fc
  .array(
    fc.oneof(
      unit,
      repeated,
      fc.nat(40).map((more) => 'x'.repeat(15_980 + more)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').slice(0, 40_000))

test('what is hidden is what each shape alone finds at each place, however many begin in each other', () => {
  const masker = createMasker([])
  fc.assert(
    fc.property(hostile, (text) => {
      expect(masker.mask(text)).toBe(plainlyMasked(text))
    }),
    { numRuns: 60 },
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(unit, fc.string({ maxLength: 3 })), { maxLength: 25 }), (parts) => {
      expect(masker.mask(parts.join(''))).toBe(plainlyMasked(parts.join('')))
    }),
    { numRuns: 2000 },
  )
})

test('beginnings in each other are hidden alike in pieces, though their line has no end', () => {
  const masker = createMasker([])
  fc.assert(
    fc.property(unit, fc.nat(80_000), cuts, (text, length, at) => {
      const whole = text.repeat(length / text.length)
      const parts = pieces(whole, at)
      expect(through(masker.stream(), parts).join('')).toBe(masker.mask(whole))
    }),
    { numRuns: 200 },
  )
})
