/** The bot's own git runs nothing that a repository, or whoever owns the account, has put in its way. Plain git runs each of it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type GitCommand, git, gitClone } from '../../src/argv/git.ts'
import { temporaryFolder } from '../runners/make-context.ts'

interface Place {
  readonly folder: string
  /** A clone with one commit, and the repository it came from. */
  readonly clone: string
  readonly origin: string
  readonly home: string
  readonly program: string
  mark(): boolean
}

/** Ways to have a program started: what is put there, and the command that would start it. */
const WAYS: readonly (readonly [string, (place: Place) => void, (place: Place) => GitCommand])[] = [
  ['a hook of the clone', ({ clone, program }) => hook(join(clone, '.git/hooks/post-checkout'), program), checkout],
  [
    'a folder of hooks that the clone names',
    (place) => {
      hook(join(place.clone, 'hooks/post-checkout'), place.program)
      configure(place, 'core.hooksPath', 'hooks')
    },
    checkout,
  ],
  [
    'a file system monitor',
    (place) => configure(place, 'core.fsmonitor', place.program),
    ({ clone }) => git(clone, ['status', '--porcelain']),
  ],
  [
    'an ssh of its own, for a remote that needs one',
    (place) => configure(place, 'core.sshCommand', place.program),
    ({ clone }) => git(clone, ['fetch', 'ssh://127.0.0.1:1/x.git'], { access: { agent: false } }),
  ],
  [
    'an ssh of its own, where none is needed',
    (place) => configure(place, 'core.sshCommand', place.program),
    ({ clone }) => git(clone, ['fetch', 'ssh://127.0.0.1:1/x.git']),
  ],
  [
    'an address that is a command',
    (place) => {
      configure(place, 'protocol.ext.allow', 'always')
      configure(place, `url.ext::${place.program}.insteadOf`, 'ship:')
    },
    ({ clone }) => git(clone, ['fetch', 'ship:']),
  ],
  [
    "a filter of the account's own configuration, called by the repository",
    (place) => {
      writeFileSync(
        join(place.home, '.gitconfig'),
        `[filter "x"]\n\tsmudge = ${place.program}\n\tclean = ${place.program}\n`,
      )
      attributes(place)
    },
    ({ clone }) => git(clone, ['add', '--all']),
  ],
  [
    'attributes of the account, and a filter in the clone',
    (place) => {
      configure(place, 'filter.x.clean', place.program)
      writeFileSync(join(place.home, 'attributes'), '* filter=x\n')
      configure(place, 'core.attributesFile', join(place.home, 'attributes'))
      writeFileSync(join(place.clone, 'new'), 'new\n')
    },
    ({ clone }) => git(clone, ['add', '--all']),
  ],
  [
    'a program that signs',
    (place) => {
      configure(place, 'commit.gpgSign', 'true')
      configure(place, 'gpg.program', place.program)
    },
    ({ clone }) => git(clone, ['commit', '--allow-empty', '--message=x']),
  ],
  [
    'a template of hooks for clones',
    ({ home, program }) => {
      hook(join(home, 'template/hooks/post-checkout'), program)
      writeFileSync(join(home, '.gitconfig'), `[init]\n\ttemplateDir = ${join(home, 'template')}\n`)
    },
    ({ origin, home }) => gitClone(origin, join(home, 'another'), { agent: false }),
  ],
]

describe.each(WAYS)('%s', (_, prepare, command) => {
  test('is not run', () => {
    const place = makePlace()
    prepare(place)
    run(command(place), place)
    expect(place.mark()).toBe(false)
  })

  test('is what plain git would run', () => {
    const place = makePlace()
    prepare(place)
    const { argv } = command(place)
    run({ do: 'command', argv: argv.filter((word) => word !== '--template='), env: IDENTITY }, place)
    expect(place.mark()).toBe(true)
  })
})

test('a submodule whose address is a command is left alone', () => {
  const place = makePlace()
  writeFileSync(join(place.origin, '.gitmodules'), `[submodule "x"]\n\tpath = x\n\turl = ext::${place.program}\n`)
  const by = { ...place, clone: place.origin }
  plain(by, 'update-index', '--add', '--cacheinfo', `160000,${plain(by, 'rev-parse', 'HEAD')},x`)
  plain(by, 'add', '.gitmodules')
  plain(by, 'commit', '--quiet', '--message=x')
  run(gitClone(place.origin, join(place.home, 'another'), { agent: false }), place)
  run(git(join(place.home, 'another'), ['fetch', '--all']), place)
  expect([existsSync(join(place.home, 'another', '.gitmodules')), place.mark()]).toEqual([true, false])
})

const IDENTITY = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b.invalid',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b.invalid',
}

function checkout({ clone }: Place): GitCommand {
  return git(clone, ['checkout', '--quiet', '--detach', 'HEAD', '--'])
}

function makePlace(): Place {
  const folder = temporaryFolder()
  const [origin, clone, home] = ['origin', 'clone', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const program = join(folder, 'program')
  const mark = join(folder, 'mark')
  for (const each of [origin, home]) mkdirSync(each)
  writeFileSync(program, `#!/bin/sh\ntouch ${mark}\n`)
  chmodSync(program, 0o755)
  const place = { folder, clone: origin, origin, home, program, mark: () => existsSync(mark) }
  plain(place, 'init', '--quiet', '--initial-branch=master')
  writeFileSync(join(origin, 'file'), 'text\n')
  plain(place, 'add', '--all')
  plain(place, 'commit', '--quiet', '--message=x')
  plain(place, 'clone', '--quiet', origin, clone)
  return { ...place, clone }
}

function run({ argv, env }: GitCommand, { home, clone }: Place): void {
  const [program = '', ...args] = argv
  try {
    execFileSync(program, args, { cwd: clone, env: { PATH: process.env.PATH, HOME: home, ...env }, stdio: 'pipe' })
  } catch {
    // Whether it ends well is not asked here.
  }
}

function plain({ clone, home }: Place, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: home, ...IDENTITY }
  return execFileSync('git', ['-C', clone, ...args], { env, encoding: 'utf8', stdio: 'pipe' }).trim()
}

function configure(place: Place, name: string, value: string): void {
  plain(place, 'config', name, value)
}

function hook(file: string, program: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\nexec ${program}\n`)
  chmodSync(file, 0o755)
}

function attributes({ clone }: Place): void {
  writeFileSync(join(clone, '.gitattributes'), '* filter=x\n')
  writeFileSync(join(clone, 'new'), 'new\n')
}
