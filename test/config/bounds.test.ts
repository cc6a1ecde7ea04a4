import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkFileMode, checkSecrets } from '../../src/config/file-mode.ts'
import { load, mistakesOf, SHOP } from './sample.ts'

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat(
    [...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]`),
  )
  .join('\n')

test.each([
  ['nothing', '', 1, 'The file is empty. Begin with a copy of examples/cloudtolocalllm.yaml.'],
  ['only a comment', '# later\n', 1, 'The file is empty.'],
  ['a number', '7\n', 1, 'This is a number, not a map of keys.'],
  ['a list', '- shop\n', 1, 'This is a list, not a map of keys. Write a map of keys: projects, roles and people.'],
  ['no project', 'projects: {}\n', 1, 'There is no project.'],
  ['a project without a value', 'projects:\n  shop:\n', 2, 'The value is missing.'],
  ['one megabyte', `${SHOP}${'# shop\n'.repeat(150_000)}`, 1, 'characters. At most 262144 are read.'],
  ['deep brackets', '['.repeat(200_000), 1, ''],
  ['a tab', 'projects:\n\tshop: 1\n', 2, 'This is not YAML: Tabs are not allowed as indentation. Indent with spaces.'],
  [
    'a placeholder without quotes',
    SHOP.replace('branch: master', 'branch: master\n      tag: { name: v{version}, when: finish }'),
    6,
    'Put it in quotes: "v{version}".',
  ],
  ['an open quote', 'projects: "shop\n', 2, 'Look for a quote or bracket that is not closed'],
  ['two documents', `${SHOP}---\na: 1\n`, 34, 'Take out the line --- and what follows it.'],
  ['a tag', `${SHOP}x: !run ls\n`, 34, 'Take the tag (the word with !) out.'],
  ['aliases that multiply', bomb, 1, 'The aliases of the file cannot be followed. Write the values out instead.'],
  ['an alias without an anchor', `${SHOP}x: *shop\n`, 1, 'The aliases of the file cannot be followed.'],
])('a file with %s is answered with a mistake', (_, text, line, says) => {
  const [first] = mistakesOf(text)
  expect(`${first?.what} ${first?.remedy}`).toContain(says)
  expect(first?.line).toBe(line)
})

test('an alias is followed, and a mistake in it is told where it is written', () => {
  const shared = SHOP.replace('user: deploy', 'user: &user deploy').replace('user: deploy', 'user: *user')
  expect(mistakesOf(shared)).toEqual([])
  expect(mistakesOf(shared.replace('&user deploy', '&user -l')).map(({ line, path }) => [line, path])).toEqual([
    [21, 'projects.shop.vps.hosts[0].user'],
    [21, 'projects.shop.vps.hosts[1].user'],
  ])
})

const EXAMPLE = readFileSync(new URL('../../examples/cloudtolocalllm.yaml', import.meta.url), 'utf8')
const POINTS = [...EXAMPLE]

/** Cuts some characters out of the example and puts others in their place. */
const edit = fc.record({
  at: fc.nat(POINTS.length),
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat(4) }, fc.nat(400)),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '*',
      '&a ',
      '- ',
      ': ',
      '\n',
      '  ',
      '{',
      ']',
      '"',
      '~',
      '!!map ',
      '__proto__: 1\n',
      '1.10',
      '<<: ',
      '? ',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.nat(POINTS.length).map((from) => POINTS.slice(from, from + 120).join('')),
  ),
})

/** What a sentence with a hole in it would say. A mistake quotes the file, which may hold such words itself. */
const SLIPS = ['undefined', '{written}', '[object Object]']

test('whatever is typed into the example, there are projects or mistakes, and never a crash', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((done, { at, cut, put }) => done.slice(0, at) + put + done.slice(at + cut), EXAMPLE)
      const loaded = load(text)
      if (loaded.ok) expect(loaded.projects.length).toBeGreaterThan(0)
      else
        for (const { line, column, what, remedy } of loaded.mistakes) {
          expect(line).toBeGreaterThanOrEqual(1)
          expect(column).toBeGreaterThanOrEqual(1)
          expect(what).toMatch(/\S/)
          expect(remedy).toMatch(/\S/)
          expect(SLIPS.filter((slip) => (what + remedy).includes(slip) && !text.includes(slip))).toEqual([])
        }
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['its owner alone', 0o100600, 1000, undefined],
  ['everybody reads', 0o100644, 1000, undefined],
  ['root owns it', 0o100644, 0, undefined],
  ['its group writes', 0o100664, 1000, /by its group.*chmod go-w \/etc\/s$/],
  ['everybody writes', 0o100666, 1000, /by everybody on this machine.*chmod go-w \/etc\/s$/],
  ['another account owns it', 0o100600, 1001, /belongs to another account \(number 1001\).*chown "\$USER" \/etc\/s$/],
])('the mode of the file: %s', (_, mode, ownerId, expected) => {
  const exposed = checkFileMode({ mode, ownerId, userId: 1000 }, '/etc/s')
  if (expected === undefined) expect(exposed).toBeUndefined()
  else expect(`${exposed?.what} ${exposed?.command}`).toMatch(expected)
})

test.each([
  ['its owner alone reads it', 0o600, ['SLACK_BOT_TOKEN'], undefined],
  ['no secret is in it', 0o644, [], undefined],
  ['everybody reads it', 0o644, ['SLACK_BOT_TOKEN'], 'chmod 600 /etc/s'],
  ['its group reads it', 0o640, ['SLACK_BOT_TOKEN'], 'chmod 600 /etc/s'],
])('the secrets of a file: %s', (_, mode, secrets, command) => {
  const exposed = checkSecrets({ mode, ownerId: 1000, userId: 1000 }, '/etc/s', secrets)
  expect(exposed?.command).toBe(command)
  if (command !== undefined) expect(exposed?.what).toContain('SLACK_BOT_TOKEN')
})
