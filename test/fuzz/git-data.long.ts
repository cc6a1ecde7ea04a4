/** Branches, messages and file names that were made to be misread, as real git keeps them: a release is checked, committed and documented beside all of it. */
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visible } from '../../src/release/redact.ts'
import { documentation } from '../../src/runners/finish/documentation.ts'
import { push } from '../../src/runners/finish/push.ts'
import { pkgbuild } from '../../src/runners/preflight/pkgbuild.ts'
import { rollback } from '../../src/runners/preflight/rollback.ts'
import { version } from '../../src/runners/preflight/version.ts'
import type { Runner } from '../../src/runners/step.ts'
import { project as sample } from '../release/sample.ts'
import { personGit, must as runs } from '../runners/programs.ts'
import { STEPS } from '../runners/version/steps.ts'
import { answers, makeWorld, PRODUCT, take, type World } from '../runners/world.ts'

const MARK = 'mark-of-a-command'

const piece = fc.oneof(
  fc.constantFrom(
    '-',
    '-x',
    '--help',
    '--output=x',
    '--upload-pack=touch mark-of-a-command',
    '$(touch mark-of-a-command)',
    '$(touch${IFS}mark-of-a-command)',
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
const TOP = new Set(Object.keys(PRODUCT).map((file) => file.split('/')[0]))
/** What git takes for a path: at the top, where a dash comes first, or in a folder; nothing of the product is replaced. */
const path = fc
  .tuple(fc.constantFrom('', 'odd/'), text)
  .map(([folder, name]) => `${folder}${name.replaceAll('/', '|').slice(0, 80)}`)
  .filter((name) => !/(^|\/)\.{0,2}$|\.git|^odd$/i.test(name) && !TOP.has(name) && name.isWellFormed())
const hostile = fc.record({
  paths: fc.uniqueArray(path, { minLength: 1, maxLength: 5 }),
  message: text,
  isOwn: fc.boolean(),
  author: text,
  branches: fc.array(text, { maxLength: 3 }),
  tags: fc.array(text, { maxLength: 2 }),
})

/** Options and commands as git takes them for names of branches, where no blank may be. */
const BRANCHES = [
  '-x',
  '--help',
  '--upload-pack=touch${IFS}m',
  '$(touch${IFS}m)',
  '`touch${IFS}m`',
  ';touch${IFS}m;',
].map((name) => name.replace(/m(?=\W*$)/, MARK))

/** Each path on its own, so that none of them is only met where chance takes it; and what git takes for HEAD where that names nothing yet. */
const CHOSEN: Given = {
  paths: ['-', '-x', '--help', `$(touch\${IFS}${MARK})`, 'a\nb', '"', "'", '\u001b[2J', '\u202e'],
  message: '-',
  isOwn: false,
  author: '-',
  branches: ['HEAD'],
  tags: ['HEAD'],
}

/** From the look at the origin to the documentation, which holds the changelog. */
const { 'preflight.origin': origin, ...versionSteps } = STEPS
const ALL: Readonly<Record<string, Runner>> = {
  'preflight.origin': origin,
  'preflight.version': version,
  'preflight.pkgbuild': pkgbuild,
  'preflight.rollback': rollback,
  ...versionSteps,
  'finish.documentation': documentation,
  'finish.push': push,
}

test('a release holds exactly its files, whatever lies beside them, and nothing of it is run', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (given) => {
      const vps = sample.vps && { ...sample.vps, irreversible: ['**'] }
      const project = { documentation: ['CHANGELOG.md'], ...(vps && { vps }) }
      const world = makeWorld({ project, ports: { http: answers({}) } })
      pushed(world.origin, given)
      for (const [name, runner] of Object.entries(ALL)) {
        if (runner === documentation) submitted(world)
        const outcome = await take(world.bench, runner, name)
        if (!outcome.ok && 'problem' in outcome)
          expect([outcome.problem.what].map(visible)).toEqual([outcome.problem.what])
        expect([name, outcome.ok]).toEqual([name, true])
      }
      const { irreversible } = world.bench.deployment.steps['preflight.rollback']?.evidence ?? {}
      expect(new Set(irreversible as string[])).toEqual(new Set([...given.paths, 'odd/link']))
      expect(world.bench.ran.map(([program]) => program).filter((program) => program !== 'git')).toEqual([])
      const [documented, released] = ['master', 'master^'].map((commit) => filesOf(world, commit))
      expect(documented).toEqual(['CHANGELOG.md'])
      expect(released).toEqual([
        'assets/version.json',
        'aur/PKGBUILD',
        'lib/app_config.dart',
        'pubspec.yaml',
        'scripts/version.sh',
      ])
      const changelog = world.at('CHANGELOG.md').split('\n')
      expect(changelog.map(visible)).toEqual(changelog)
      const folders = [process.cwd(), world.origin, world.desk, world.bench.folders.clone]
      expect(folders.filter((folder) => existsSync(join(folder, MARK)))).toEqual([])
    }),
    { numRuns: 12, interruptAfterTimeLimit: 40_000, examples: [[CHOSEN]] },
  )
})

function filesOf({ origin: repository }: World, commit: string): readonly string[] {
  return personGit(repository, 'diff-tree', '-r', '--no-commit-id', '--name-only', commit).split('\n')
}

/** As the package phase leaves it: what was submitted is what lies in the clone. */
function submitted({ bench: { folders } }: World): void {
  cpSync(join(folders.clone, 'aur'), join(folders.packageTest, 'source'), { recursive: true })
}

/** By git's own plumbing, which takes what no porcelain would; references that git itself refuses are left out. */
function pushed(repository: string, { paths, message, isOwn, author, branches, tags }: Given): void {
  const data = (words: string) => `data ${Buffer.byteLength(words)}\n${words}\n`
  const name = author.replace(/[<>\n]/g, '') || 'x'
  const stream = [
    `commit refs/heads/master\nmark :1\ncommitter ${name} <mallory@localhost> now\n`,
    data(isOwn ? `${message}\n\nSlipway-Deployment: #42` : message),
    'from refs/heads/master^0\n',
    ...paths.map((each) => `M 100644 inline ${quoted(each)}\n${data('The version is 3.1.2.\n')}`),
    `M 120000 inline odd/link\n${data('/etc/passwd')}`,
  ]
  runs('git', ['fast-import', '--quiet', '--date-format=now'], repository, stream.join(''))
  const head = personGit(repository, 'rev-parse', 'master')
  for (const name of BRANCHES) personGit(repository, 'update-ref', `refs/heads/${name}`, head)
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
