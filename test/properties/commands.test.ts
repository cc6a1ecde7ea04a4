import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommand } from '../../commands/parse.ts'
import { COMMANDS } from '../../commands/table.ts'
import { isProblem } from '../../src/release/problems.ts'
import { visible } from '../../src/release/redact.ts'

const PIECES = [
  ...Object.keys(COMMANDS),
  'deplyo',
  '/',
  '/slipway',
  '#42',
  '42',
  '#0',
  '99999999999',
  '3.1.3',
  'patch',
  '--dry-run',
  '—dry-run',
  '--notes',
  '--notes=',
  '--project',
  '--project=x',
  '--dryrun',
  '--',
  '-',
  '"',
  '“',
  '”',
  "'",
  '’',
  '"a b"',
  '“a b”',
  "isn't",
  '\n',
  '\t',
  '\0',
  '\u001b[2J',
  '\u202e',
  '\u200b',
  '\ud800',
  '🚢',
  '__proto__',
  'constructor',
  'toString',
  '--__proto__',
  '$(reboot)',
  '; rm -rf /',
  '`id`',
  '..',
  '=',
]

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const gap = fc.constantFrom(' ', ' ', ' ', '', '\u00a0', '\u3000', '  ')
const line = fc
  .array(fc.tuple(piece, gap), { maxLength: 12 })
  .chain((parts) =>
    fc
      .constantFrom('', ...Object.keys(COMMANDS).map((name) => `${name} `))
      .map((start) => start + parts.flat().join('')),
  )

const shownOnly = (text: string) => visible(text) === text

describe('any line at all', () => {
  test('10 000 random lines get a request or a refusal whose copy is understood, with nothing invisible in it', () => {
    fc.assert(
      fc.property(line, (text) => {
        const answer = parseCommand(text)
        if (!isProblem(answer)) return Object.hasOwn(COMMANDS, answer.kind)
        const shown = [answer.what, answer.why, answer.remedy, answer.copy ?? ''].every(shownOnly)
        return shown && answer.copy !== undefined && !isProblem(parseCommand(answer.copy))
      }),
      { numRuns: 10_000 },
    )
  })

  test('a corrected command never drops a dry run', () => {
    const words = fc.array(fc.constantFrom('3.1.3', 'x', '--notes', '"a b"', '--nots', '#4', '--what'), {
      maxLength: 5,
    })
    const flag = fc.constantFrom('--dry-run', '—dry-run', '--dryrun', '--dry', 'dry-run', '--dr-yrun')
    fc.assert(
      fc.property(words, flag, fc.nat(5), fc.constantFrom('deploy', 'deplyo'), (others, dry, at, name) => {
        const answer = parseCommand([name, '3.1.3', ...others.slice(0, at), dry, ...others.slice(at)].join(' '))
        const meant = isProblem(answer) ? parseCommand(answer.copy ?? '') : answer
        expect(isProblem(meant)).toBe(false)
        return isProblem(meant) || meant.kind !== 'deploy' || meant.dryRun || meant.notes?.includes('dry')
      }),
      { numRuns: 2_000 },
    )
  })

  test('a line of the longest length that opens a thousand quotes is answered at once', () => {
    const started = performance.now()
    for (const text of [
      '"a '.repeat(666),
      '“'.repeat(2000),
      "'".repeat(1999),
      `deploy ${'-'.repeat(1900)}`,
      'a '.repeat(1000),
    ])
      parseCommand(text)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
