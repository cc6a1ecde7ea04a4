import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasker } from '../../src/release/redact.ts'
import { createOutput } from '../../src/tools/output.ts'

const SECRET = 'the-known-secret'
const KEEP = 4096
const LINES = ['a line of a build', `pushed with ${SECRET}`, 'x'.repeat(3000), `x_TOKEN="${'y'.repeat(9000)}"`]
/** Numbers of lines, printed again and again: most of it waits, and then is left out. */
const printed = fc.array(fc.nat(LINES.length - 1), { minLength: 1, maxLength: 100 })

function pieces(whole: Buffer, length: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(whole.length / length) }, (_, at) =>
    Buffer.from(whole.subarray(at * length, (at + 1) * length)),
  )
}

async function kept(whole: Buffer, length: number): Promise<string> {
  const output = createOutput(createMasker([{ name: 'S', value: SECRET }]), undefined, KEEP)
  const source = output.source()
  for (const piece of pieces(whole, length)) await source.take(piece)
  await output.end()
  return source.kept.text().text
}

const masked = (whole: Buffer) => createMasker([{ name: 'S', value: SECRET }]).mask(whole.toString())

test('what is kept of output is its masked beginning and its masked end, however it arrives and however much is left out', async () => {
  await fc.assert(
    fc.asyncProperty(
      printed,
      fc.constantFrom(1, 20, 60),
      fc.integer({ min: 1500, max: 65_536 }),
      async (numbers, times, length) => {
        const whole = Buffer.from(`${numbers.map((number) => LINES[number]).join('\n')}\n`.repeat(times))
        const [head = '', tail] = (await kept(whole, length)).split(/\n\[\d+ bytes left out\]\n/)
        const all = masked(whole)
        expect(all.startsWith(head)).toBe(true)
        if (tail === undefined) expect(head).toBe(all)
        expect(all.endsWith(tail ?? '')).toBe(true)
        expect(tail?.length ?? 0).toBeLessThanOrEqual(KEEP / 2)
      },
    ),
    { numRuns: 100 },
  )
})

test('and where nothing long is hidden, the end has the length that it may have', async () => {
  const whole = Buffer.from(`${LINES.slice(0, 3).join('\n')}\n`.repeat(100))
  const [, tail = ''] = (await kept(whole, 5000)).split(/\n\[\d+ bytes left out\]\n/)
  expect(tail.length).toBe(KEEP / 2)
  expect(masked(whole).endsWith(tail)).toBe(true)
})

test('and what begins in the middle of a secret shows nothing of it', async () => {
  const whole = Buffer.from(`${LINES[3]}\n`.repeat(200))
  const [, tail] = (await kept(whole, 5000)).split(/\n\[\d+ bytes left out\]\n/)
  expect(tail).toBeDefined()
  expect(masked(whole).endsWith(tail ?? '')).toBe(true)
})
