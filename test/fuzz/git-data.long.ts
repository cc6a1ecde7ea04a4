/** Branches, messages and file names that were made to be misread, as real git keeps them: a release commit is made beside all of it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from '../../src/release/redact.ts'
import { personGit, must as runs } from '../runners/programs.ts'
import { STEPS } from '../runners/version/steps.ts'
import { makeWorld, take } from '../runners/world.ts'

const MARK = 'mark-of-a-command'

const piece = fc.oneof(
  fc.constantFrom(
    '-',
    '--output=x',
    '--upload-pack=touch mark-of-a-command',
    '$(touch mark-of-a-command)',
    '`touch mark-of-a-command`',
    ';touch mark-of-a-command;',
    '\n',
    '\r\n',
    '\t',
    '"',
    "'",
    '\\',
    '\u001b[2J\u001b]0;owned\u0007',
    '\u202e',
    '\u200b',
    '3.1.2',
    'ü',
    '船',
    ':(glob)*',
    ':!x',
    '*',
    ' ',
    'HEAD',
    '@{u}',
    '#',
  ),
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 6 }),
)
const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('').replaceAll('\u0000', '0'))
/** What git takes for a part of a path, in a folder of its own so that nothing of the product is replaced. */
const path = text
  .map((name) => `odd/${name.replaceAll('/', '|').slice(0, 80)}`)
  .filter((name) => !/\/\.{1,2}$|\.git|\/$/i.test(name) && name.isWellFormed())
const hostile = fc.record({
  paths: fc.uniqueArray(path, { minLength: 1, maxLength: 5 }),
  message: text,
  author: text,
  branches: fc.array(text, { maxLength: 3 }),
  tags: fc.array(text, { maxLength: 2 }),
})

/** What git takes for HEAD where that names nothing yet. */
const CALLED_HEAD = { paths: ['odd/-'], message: '-', author: '-', branches: ['HEAD'], tags: ['HEAD'] }

test('a release commit holds exactly its files, whatever lies beside them, and nothing of it is run', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (given) => {
      const world = makeWorld()
      pushed(world.origin, given)
      for (const [name, runner] of Object.entries(STEPS)) {
        const outcome = await take(world.bench, runner, name)
        if (!outcome.ok && 'problem' in outcome)
          expect([outcome.problem.what].map(visible)).toEqual([outcome.problem.what])
        expect([name, outcome.ok]).toEqual([name, true])
      }
      expect(world.bench.ran.map(([program]) => program).filter((program) => program !== 'git')).toEqual([])
      const changed = personGit(world.origin, 'diff-tree', '-r', '--no-commit-id', '--name-only', 'master').split('\n')
      expect(changed).toEqual([
        'assets/version.json',
        'aur/PKGBUILD',
        'lib/app_config.dart',
        'pubspec.yaml',
        'scripts/version.sh',
      ])
      const folders = [process.cwd(), world.origin, world.desk, world.bench.folders.clone]
      expect(folders.filter((folder) => existsSync(join(folder, MARK)))).toEqual([])
    }),
    { numRuns: 12, interruptAfterTimeLimit: 50_000, examples: [[CALLED_HEAD]] },
  )
})

/** By git's own plumbing, which takes what no porcelain would; references that git itself refuses are left out. */
function pushed(repository: string, { paths, message, author, branches, tags }: Given): void {
  const data = (words: string) => `data ${Buffer.byteLength(words)}\n${words}\n`
  const name = author.replace(/[<>\n]/g, '') || 'x'
  const stream = [
    `commit refs/heads/master\nmark :1\ncommitter ${name} <mallory@localhost> now\n`,
    data(`${message}\n\nSlipway-Deployment: #42`),
    'from refs/heads/master^0\n',
    ...paths.map((each) => `M 100644 inline ${quoted(each)}\n${data('The version is 3.1.2.\n')}`),
    `M 120000 inline odd/link\n${data('/etc/passwd')}`,
  ]
  runs('git', ['fast-import', '--quiet', '--date-format=now'], repository, stream.join(''))
  const head = personGit(repository, 'rev-parse', 'master')
  for (const reference of [...branches.map((each) => `refs/heads/${each}`), ...tags.map((each) => `refs/tags/${each}`)])
    if (isReference(repository, reference)) personGit(repository, 'update-ref', reference, head)
}

type Given = typeof hostile extends fc.Arbitrary<infer T> ? T : never

function isReference(repository: string, name: string): boolean {
  try {
    personGit(repository, 'check-ref-format', name)
    return !/^refs\/heads\/master$|^refs\/tags\/v3/.test(name)
  } catch {
    return false
  }
}

/** As fast-import reads a path that is quoted: bytes in octal. */
function quoted(words: string): string {
  const bytes = [...Buffer.from(words)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
  return `"${bytes.join('')}"`
}
