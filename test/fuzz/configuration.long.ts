/** Configurations that nobody would write: each is read, or answered with mistakes that say where, what and what to do. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { formatMistakes } from '../../src/config/mistake.ts'
import { visible } from '../../src/release/redact.ts'
import { load } from '../config/sample.ts'

const FOLDER = join(import.meta.dirname, '../../examples')
const EXAMPLES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')] as const)

/** Values that have bitten others. */
const ODD = [
  null,
  '',
  ' ',
  '-',
  '--upload-pack=x',
  '../..',
  '/etc/passwd',
  '{version}',
  '{full}{build}',
  '{nope}',
  '\u0000',
  '\u202e',
  '\n',
  '__proto__',
  'constructor',
  'https://',
  'http://[',
  'ssh://-oProxyCommand=x/y',
  'x'.repeat(10_000),
  0,
  -1,
  1.5,
  1e308,
  Number.NaN,
  true,
  [],
  {},
  [[]],
  [null],
  { a: null },
  ['a', ['b']],
] as const

type Path = readonly (string | number)[]

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]))]
}

/** One thing done to what stands at a path. */
type Change = (parent: Record<string, unknown>, key: string, odd: unknown) => void
const CHANGES: Readonly<Record<string, Change>> = {
  replace: (parent, key, odd) => void Object.assign(parent, { [key]: odd }),
  remove: (parent, key) => void delete parent[key],
  rename: (parent, key) => {
    parent[`${key}x`] = parent[key]
    delete parent[key]
  },
  wrap: (parent, key) => void Object.assign(parent, { [key]: [parent[key]] }),
  add: (parent, _, odd) => void Object.assign(parent, { [String(odd).slice(0, 20)]: odd }),
}

function changed(example: unknown, path: Path, change: Change, odd: unknown): unknown {
  const copy = structuredClone(example)
  const [last, ...up] = path.toReversed()
  const parent = up.toReversed().reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], copy)
  if (last !== undefined && typeof parent === 'object' && parent !== null)
    change(parent as Record<string, unknown>, String(last), odd)
  return copy
}

/** Read, or refused in words that can be shown; never thrown, and never waited for. */
function isAnswered(text: string): boolean {
  const began = performance.now()
  const loaded = load(text)
  const said = loaded.ok ? '' : formatMistakes('slipway.yaml', loaded.mistakes)
  expect(performance.now() - began).toBeLessThan(5_000)
  if (loaded.ok) return loaded.projects.length > 0
  return loaded.mistakes.length > 0 && said.length < 200_000 && visible(said) === said
}

test.each(EXAMPLES)('%s with anything changed in it is read or refused in words', (_, text) => {
  const example = parse(text) as unknown
  const one = fc.tuple(
    fc.constantFrom(...pathsIn(example)),
    fc.constantFrom(...Object.keys(CHANGES)),
    fc.constantFrom(...ODD),
  )
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 3 }), (changes) =>
      isAnswered(
        stringify(
          changes.reduce<unknown>(
            (now, [path, kind, odd]) => changed(now, path, CHANGES[kind] ?? (() => {}), odd),
            example,
          ),
        ),
      ),
    ),
    { numRuns: 80, interruptAfterTimeLimit: 20_000 },
  )
})

test.each(EXAMPLES)('%s with bytes cut out, doubled or put in is read or refused in words', (_, text) => {
  const piece = fc.constantFrom(
    '\t',
    ': ',
    '- ',
    '&a ',
    '*a',
    '!!binary ',
    '{',
    '[',
    '"',
    "'",
    '|',
    '>',
    '#',
    '%',
    '---\n',
    '...\n',
    '\u0000',
    '\ufeff',
    '? ',
    '<<: *a',
  )
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(40), piece, (at, length, put) =>
      isAnswered(text.slice(0, at) + put + text.slice(at + length)),
    ),
    { numRuns: 80, interruptAfterTimeLimit: 20_000 },
  )
})

test('any text at all is read or refused in words', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.json(),
    fc.jsonValue().map((value) => stringify(value)),
  )
  fc.assert(fc.property(text, isAnswered), { numRuns: 200, interruptAfterTimeLimit: 20_000 })
})

test('anchors that multiply, and depth without an end, do not hold up the start', () => {
  const lines = Array.from(
    { length: 12 },
    (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
  )
  expect(isAnswered(`a0: &a0 x\n${lines.join('\n')}\n`)).toBe(true)
  expect(isAnswered(`projects: ${'['.repeat(5_000)}`)).toBe(true)
  expect(isAnswered(`${'{a: '.repeat(3_000)}`)).toBe(true)
})
