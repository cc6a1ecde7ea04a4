/** The build phase, step by step, on real clones. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Outcome } from '../../../src/release/deployment.ts'
import type { Publish } from '../../../src/release/project.ts'
import { clean } from '../../../src/runners/build/clean.ts'
import { download } from '../../../src/runners/build/download.ts'
import { pack } from '../../../src/runners/build/package.ts'
import { publish } from '../../../src/runners/build/publish.ts'
import { target } from '../../../src/runners/build/target.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { project } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { type Bench, type BenchOptions, fakeClock, makeBench, temporaryFolder } from '../make-context.ts'
import { commitRelease, serve } from '../product.ts'
import { must, personGit } from '../programs.ts'
import { realPorts } from '../real-ports.ts'

const BUILD = [
  'sh',
  '-c',
  'mkdir -p out/lib && cp program out/harbour && echo data >out/lib/data && chmod +x out/harbour',
]
const FILES = { program: '#!/bin/sh\necho harbour 3.1.3\n', 'README.md': 'Harbour\n' }

/** A bench whose one target is built by `run`. */
function builder(
  run: readonly string[] = BUILD,
  options: BenchOptions & { publish?: Publish; smoke?: readonly string[] } = {},
): Bench {
  const build = {
    ...project.build,
    clean: [['touch', 'cleaned']],
    targets: [{ name: 'linux', run: [run], output: 'out', ...(options.smoke && { smoke: options.smoke }) }],
    ...(options.publish && { publish: options.publish }),
  }
  const bench = makeBench({ ...options, project: { build } })
  commitRelease(bench, FILES)
  return bench
}

async function go(bench: Bench, runner: Runner, step: string, minutes = 2): Promise<Outcome> {
  const outcome = await runner.run(bench.context(runner, step, { minutes }))
  if (outcome.ok) bench.leave(step, outcome.evidence)
  return outcome
}

async function toPackage(bench: Bench): Promise<Outcome> {
  await go(bench, clean, 'build.clean:linux')
  await go(bench, target, 'build.target:linux')
  return go(bench, pack, 'build.package')
}

const problemOf = (outcome: Outcome) => (!outcome.ok && 'problem' in outcome ? outcome.problem : outcome)
const codeOf = (outcome: Outcome) => (!outcome.ok && 'problem' in outcome ? outcome.problem.code : outcome)

/** A build that writes down its circumstances, beside an output that does not depend on them. */
const ELSEWHERE = [
  'sh',
  '-c',
  `mkdir -p out/lib
   ls $ORDER -A . | while read -r name; do [ -f "$name" ] && cp "$name" "out/lib/$name"; done
   cp program out/harbour && chmod u+x out/harbour && ln -s harbour out/link
   echo "$(umask) $TZ $LANG $(date +%s%N)" >said`,
]

const CIRCUMSTANCES = (env: Readonly<Record<string, string>>) => ({
  ports: { processes: { ...realPorts().processes, environment: () => ({ PATH: process.env.PATH ?? '', ...env }) } },
})

const said = (folder: string) => readFileSync(join(folder, 'said'), 'utf8').trim()

/** The release of one bench in a clone of another, whose own commit is forgotten. */
function cloneRelease(from: Bench, to: Bench): void {
  const commit = personGit(from.folders.clone, 'rev-parse', 'HEAD')
  rmSync(to.folders.clone, { recursive: true })
  personGit(from.folder, 'clone', '--quiet', '--no-hardlinks', from.folders.clone, to.folders.clone)
  const commitTime = Number(personGit(to.folders.clone, 'log', '-1', '--format=%ct', commit))
  to.leave('version.commit', { commit, commitTime })
}

describe('a clean clone', () => {
  test('holds the release commit, knows no remote, and is cleaned', async () => {
    const bench = builder()
    const folder = join(bench.folders.builds, 'linux')
    mkdirSync(folder)
    writeFileSync(join(folder, 'left-over'), 'half done')
    expect(await go(bench, clean, 'build.clean:linux')).toMatchObject({ ok: true })
    expect(personGit(folder, 'remote')).toBe('')
    expect(personGit(folder, 'rev-parse', 'HEAD')).toBe(bench.deployment.steps['version.commit']?.evidence.commit)
    expect(existsSync(join(folder, 'left-over'))).toBe(false)
    expect(existsSync(join(folder, 'cleaned'))).toBe(true)
  })

  test('is made from the release commit, not from what came after it', async () => {
    const bench = builder()
    writeFileSync(join(bench.folders.clone, 'program'), 'later')
    personGit(bench.folders.clone, 'commit', '--quiet', '--all', '--message', 'Later')
    await go(bench, clean, 'build.clean:linux')
    expect(readFileSync(join(bench.folders.builds, 'linux', 'program'), 'utf8')).toBe(FILES.program)
  })
})

describe('a build', () => {
  const CASES: readonly [string, readonly string[], string][] = [
    ['ends badly', ['sh', '-c', 'echo "error: no such widget" >&2; exit 3'], 'build.failed'],
    ['ends well and leaves nothing', ['true'], 'build.no-output'],
    ['leaves an empty folder', ['mkdir', 'out'], 'build.no-output'],
    ['leaves a file where the folder should be', ['touch', 'out'], 'build.no-output'],
    ['leaves a link to another folder', ['ln', '-s', '/etc', 'out'], 'build.output-link'],
    ['needs a program that is not there', ['no-such-program-here'], 'build.tool-missing'],
  ]
  test.each(CASES)('that %s is told so', async (_name, run, code) => {
    const bench = builder(run)
    await go(bench, clean, 'build.clean:linux')
    expect(codeOf(await go(bench, target, 'build.target:linux'))).toBe(code)
  })

  const ASKED: readonly [string, string, string | undefined][] = [
    ['is what it has to be', 'harbour 3.1.3+001', undefined],
    ['is the old program', 'harbour 3.1.2+001', 'build.program-version'],
    ['is an earlier build of the version', 'harbour 3.1.3+000', 'build.program-version'],
    ['does not say what it is', 'harbour', 'build.smoke-silent'],
  ]
  test.each(ASKED)('that %s is found out before anything is packed', async (_name, says, code) => {
    const bench = builder(BUILD, { smoke: ['./harbour', '--version'] })
    commitRelease(bench, { ...FILES, program: `#!/bin/sh\necho ${says}\n` })
    await go(bench, clean, 'build.clean:linux')
    const outcome = await go(bench, target, 'build.target:linux')
    if (code === undefined) expect(outcome).toMatchObject({ ok: true, evidence: { 'said:linux': says } })
    else expect(codeOf(outcome)).toBe(code)
  })

  test('that fails shows its error lines', async () => {
    const bench = builder(['sh', '-c', 'echo fine; echo "error: no such widget" >&2; exit 3'])
    await go(bench, clean, 'build.clean:linux')
    const outcome = await go(bench, target, 'build.target:linux')
    expect(outcome).toMatchObject({ log: { errors: ['error: no such widget'] } })
  })

  test('sees only the environment that the configuration names', async () => {
    const bench = builder(['sh', '-c', 'mkdir out && env >out/env'])
    process.env.BENCH_SECRET = 'withheld'
    await go(bench, clean, 'build.clean:linux')
    await go(bench, target, 'build.target:linux')
    const seen = readFileSync(join(bench.folders.builds, 'linux', 'out', 'env'), 'utf8')
    expect(seen).not.toContain('withheld')
    expect(seen).toContain(`HOME=${bench.folders.home}`)
  })
})

describe('the package', () => {
  test('has the same bytes when the release commit is built again, in another clone and under other circumstances', async () => {
    const here = builder(ELSEWHERE, CIRCUMSTANCES({ ORDER: '-1', TZ: 'UTC', LANG: 'C' }))
    const umask = process.umask(0o022)
    onTestFinished(() => void process.umask(umask))
    const first = await toPackage(here)
    const there = builder(ELSEWHERE, CIRCUMSTANCES({ ORDER: '-r', TZ: 'Asia/Tokyo', LANG: 'ja_JP.UTF-8' }))
    cloneRelease(here, there)
    process.umask(0o077)
    const again = await toPackage(there)
    const [one, two] = [here, there].map(({ folders }) => said(join(folders.builds, 'linux')))
    expect(one).toMatch(/^0022 UTC C /)
    expect(two).toMatch(/^0077 Asia\/Tokyo ja_JP\.UTF-8 /)
    expect(one?.split(' ').at(-1)).not.toBe(two?.split(' ').at(-1))
    expect(first).toMatchObject({ ok: true, evidence: { packageSha256: expect.stringMatching(/^[0-9a-f]{64}$/) } })
    expect(again.ok && again.evidence.packageSha256).toBe(first.ok && first.evidence.packageSha256)
  })

  test('is that of the build alone, whatever the program wrote beside itself when it was asked, once and again', async () => {
    const bench = builder(BUILD, {
      smoke: [
        'sh',
        '-c',
        'test -e ../program && mkdir logs && date +%N >logs/now && echo "# said" >>harbour && ./harbour',
      ],
    })
    await go(bench, clean, 'build.clean:linux')
    for (const _ of [1, 2]) expect(await go(bench, target, 'build.target:linux')).toMatchObject({ ok: true })
    const first = await go(bench, pack, 'build.package')
    const unasked = builder()
    cloneRelease(bench, unasked)
    const plain = await toPackage(unasked)
    expect(plain).toMatchObject({ ok: true, evidence: { packageFileCount: 2 } })
    expect(first.ok && first.evidence.packageSha256).toBe(plain.ok && plain.evidence.packageSha256)
  })

  test('is named by its templates, holds the root folder and has its sum beside it', async () => {
    const bench = builder()
    const outcome = await toPackage(bench)
    expect(outcome).toMatchObject({
      ok: true,
      evidence: { packageFileCount: 2 },
    })
    const file = join(bench.folders.builds, 'package', 'harbour-3.1.3+001.tar.gz')
    expect(must('tar', ['--list', '--file', file], '/')).toContain('harbour/lib/data')
    expect(must('sha256sum', ['--check', 'harbour-3.1.3+001.tar.gz.sha256'], join(file, '..'))).toContain('OK')
  })

  test('says what was added and removed since the release before', async () => {
    const old = { version: '3.1.2', build: '004', full: '3.1.2+004' }
    const bench = builder(BUILD, { previous: { release: old } })
    const before = join(bench.folders.builds, '..', '41', 'package')
    mkdirSync(before, { recursive: true })
    writeFileSync(join(before, 'harbour-3.1.2+004.tar.gz.files'), JSON.stringify(['harbour', 'lib/old']))
    expect(await toPackage(bench)).toMatchObject({
      evidence: { packageAdded: ['lib/data'], packageRemoved: ['lib/old'] },
    })
    const many = Array.from({ length: 60 }, (_, index) => `lib/old-${index}`)
    writeFileSync(join(before, 'harbour-3.1.2+004.tar.gz.files'), JSON.stringify(many))
    const outcome = await toPackage(bench)
    const removed = outcome.ok ? (outcome.evidence.packageRemoved as string[]) : []
    expect([removed.length, removed.at(-1)]).toEqual([51, 'and 10 more'])
  })
})

describe('publishing', () => {
  const NAME = 'harbour-3.1.3+001.tar.gz'

  async function publisher(kind: 'directory' | 'command', lag = 0, options: BenchOptions = {}) {
    const public_ = builder().folder
    const site = await serve(public_, lag)
    const url = `${site}/harbour-{full}.tar.gz`
    const publishing: Publish =
      kind === 'directory'
        ? { kind, directory: public_, url }
        : { kind, run: [['sh', '-c', 'cp "$1" "$2"', 'publish', '{file}', `${public_}/harbour-{full}.tar.gz`]], url }
    const bench = builder(BUILD, { ...options, publish: publishing })
    await toPackage(bench)
    return { bench, public_, at: join(public_, NAME) }
  }

  test.each(['directory', 'command'] as const)('by %s puts the bytes at the public address, once', async (kind) => {
    const { bench, at } = await publisher(kind)
    expect(await go(bench, publish, 'build.publish')).toMatchObject({ ok: true, notes: [] })
    expect(bench.intents).toMatchObject([{ sha256: bench.deployment.steps['build.package']?.evidence.packageSha256 }])
    const bytes = readFileSync(at)
    expect(await go(bench, publish, 'build.publish')).toMatchObject({
      notes: [expect.stringContaining('already there')],
    })
    expect(bench.intents).toHaveLength(1)
    expect(readFileSync(at)).toEqual(bytes)
    expect(await go(bench, download, 'build.download')).toMatchObject({ ok: true })
    expect(await publish.observe?.(bench.context(publish, 'build.publish'))).toMatchObject({ seen: 'done' })
  })

  test('by directory leaves nothing else there, also where the bot was killed once the package was in its place', async () => {
    const { bench, at, public_ } = await publisher('directory')
    await go(bench, publish, 'build.publish')
    writeFileSync(`${at}.0123456789ab.part`, 'the same bytes')
    expect(await publish.observe?.(bench.context(publish, 'build.publish'))).toMatchObject({ seen: 'done' })
    expect(
      readdirSync(public_)
        .filter((name) => name.startsWith('harbour'))
        .sort(),
    ).toEqual([NAME, `${NAME}.sha256`])
  })

  test('by command hands its variables to that command, and to nothing that builds', async () => {
    const url = 'https://example.org/harbour-{full}.tar.gz'
    const publishing: Publish = { kind: 'command', run: [['gh', '{file}']], environment: ['FORGE_TOKEN'], url }
    const bench = builder(BUILD, { publish: publishing })
    await toPackage(bench)
    const { facts } = bench.context(publish, 'build.publish')
    expect(publish.describe(facts)).toMatchObject({
      commands: [{ argv: ['gh', expect.stringContaining(NAME)], variables: ['FORGE_TOKEN'] }],
    })
    expect(JSON.stringify(target.describe(bench.context(target, 'build.target:linux').facts))).not.toContain(
      'FORGE_TOKEN',
    )
  })

  test.each(['directory', 'command'] as const)('by %s never replaces other bytes', async (kind) => {
    const { bench, at } = await publisher(kind)
    writeFileSync(at, 'what people already have')
    expect(problemOf(await go(bench, publish, 'build.publish'))).toMatchObject({
      code: 'build.address-taken',
      remedy: 'Cancel this deployment, then deploy 3.1.3+002, which has an address of its own.',
      copy: 'deploy 3.1.3+002',
    })
    expect(readFileSync(at, 'utf8')).toBe('what people already have')
    expect(bench.intents).toEqual([])
    expect(await publish.observe?.(bench.context(publish, 'build.publish'))).toMatchObject({ seen: 'unknown' })
  })

  test('by sftp puts the sum and the package there, through a name that nobody takes for them', async () => {
    const home = temporaryFolder()
    const ssh = createLocalSsh(home)
    const url = `${await serve(home)}/harbour-{full}.tar.gz`
    const sftp: Publish = {
      kind: 'sftp',
      host: 'files',
      port: 22,
      user: 'u',
      directory: home,
      ssh: { agent: false },
      url,
    }
    const bench = builder(BUILD, { publish: sftp, ports: { ssh } })
    await toPackage(bench)
    expect(await go(bench, publish, 'build.publish')).toMatchObject({ ok: true })
    expect(readdirSync(home).sort()).toEqual([NAME, `${NAME}.sha256`])
    expect(await go(bench, download, 'build.download')).toMatchObject({ ok: true })
  })

  test('by sftp leaves a name that is taken as it is', async () => {
    const home = temporaryFolder()
    const url = `${await serve(home, 99)}/harbour-{full}.tar.gz`
    const sftp: Publish = {
      kind: 'sftp',
      host: 'files',
      port: 22,
      user: 'u',
      directory: home,
      ssh: { agent: false },
      url,
    }
    const bench = builder(BUILD, { publish: sftp, ports: { ssh: createLocalSsh(home) } })
    await toPackage(bench)
    writeFileSync(join(home, NAME), 'what people already have')
    expect(codeOf(await go(bench, publish, 'build.publish'))).toBe('build.publish-name-taken')
    expect(readFileSync(join(home, NAME), 'utf8')).toBe('what people already have')
  })

  test('does not replace a name that is taken while the address still says that nothing is there', async () => {
    const { bench, at } = await publisher('directory', 1)
    writeFileSync(at, 'what people already have')
    expect(problemOf(await go(bench, publish, 'build.publish'))).toMatchObject({
      code: 'build.publish-name-taken',
      remedy: expect.stringMatching(/cancel this deployment, then deploy 3\.1\.3\+002\.$/),
      copy: 'deploy 3.1.3+002',
    })
    expect(readFileSync(at, 'utf8')).toBe('what people already have')
  })

  test('of a package that was changed after it was built is refused', async () => {
    const { bench, at } = await publisher('directory')
    writeFileSync(join(bench.folders.builds, 'package', NAME), 'something else')
    expect(codeOf(await go(bench, publish, 'build.publish'))).toBe('build.artifact-changed')
    expect(existsSync(at)).toBe(false)
  })

  test('waits for a host that shows new files late', async () => {
    const clock = fakeClock()
    const { bench } = await publisher('directory', 3, { ports: { clock } })
    await go(bench, publish, 'build.publish')
    expect(await go(bench, download, 'build.download')).toMatchObject({ ok: true })
    expect(clock.slept).toEqual([5000, 5000])
  })

  test('that never shows is a failure, at the deadline', async () => {
    const clock = fakeClock()
    const { bench } = await publisher('directory', 99, { ports: { clock } })
    await go(bench, publish, 'build.publish')
    expect(codeOf(await go(bench, download, 'build.download', 1))).toBe('build.not-public')
    expect(clock.slept.length).toBeLessThan(12)
  })

  test('whose public bytes were changed is a failure at once', async () => {
    const { bench, at } = await publisher('directory')
    await go(bench, publish, 'build.publish')
    writeFileSync(at, 'changed on the way')
    expect(codeOf(await go(bench, download, 'build.download'))).toBe('build.tampered')
  })
})

test('the real run of a target starts exactly what the dry run shows', async () => {
  const bench = builder()
  const shown = clean.describe(bench.context(clean, 'build.clean:linux', { dryRun: true }).facts)
  const argv = Object.values(shown)
    .flat()
    .flatMap((action) => (action.do === 'command' ? [action.argv] : []))
  await go(bench, clean, 'build.clean:linux')
  expect(bench.ran).toEqual(argv)
})

test('an output that a build makes unreadable by a link inside is packed as a link', async () => {
  const bench = builder(['sh', '-c', 'mkdir out && echo a >out/a && ln -s /etc/shadow out/b'])
  await toPackage(bench)
  const file = join(bench.folders.builds, 'package', 'harbour-3.1.3+001.tar.gz')
  expect(must('tar', ['--list', '--verbose', '--file', file], '/')).toContain('b -> /etc/shadow')
})
