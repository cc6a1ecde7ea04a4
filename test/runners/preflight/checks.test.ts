import { cpSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Files } from '../../../src/ports/files.ts'
import type { Summary } from '../../../src/ports/journal.ts'
import type { Processes } from '../../../src/ports/processes.ts'
import type { Exit, Shell } from '../../../src/ports/shell.ts'
import type { Isolation, Project } from '../../../src/release/project.ts'
import { createMasker } from '../../../src/release/redact.ts'
import { access, answerers } from '../../../src/runners/preflight/access.ts'
import { address } from '../../../src/runners/preflight/address.ts'
import { aur } from '../../../src/runners/preflight/aur.ts'
import { disk } from '../../../src/runners/preflight/disk.ts'
import { origin } from '../../../src/runners/preflight/origin.ts'
import { pkgbuild } from '../../../src/runners/preflight/pkgbuild.ts'
import { rollback } from '../../../src/runners/preflight/rollback.ts'
import { tools } from '../../../src/runners/preflight/tools.ts'
import { version } from '../../../src/runners/preflight/version.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { createFiles } from '../../../src/tools/files.ts'
import { ANA, BEN, person, project as sample } from '../../release/sample.ts'
import { type Bench, makeBench } from '../make-context.ts'
import { writeFiles } from '../product.ts'
import { personGit } from '../programs.ts'
import { realPorts } from '../real-ports.ts'
import {
  ADDRESS,
  answers,
  BEFORE,
  commandsOf,
  makeWorld,
  must,
  PRODUCT,
  problemOf,
  take,
  type WorldOptions,
} from '../world.ts'

/** The outcome of a check on a clone that is there, with these files in it. */
function check(runner: Runner, step: string, { files = {}, ...options }: WorldOptions = {}) {
  const { bench, desk, first } = makeWorld(options)
  const { clone } = bench.folders
  cpSync(desk, clone, { recursive: true })
  writeFiles(clone, files)
  personGit(clone, 'add', '--all')
  bench.leave('preflight.origin', { base: first })
  return take(bench, runner, step)
}

describe('tools', () => {
  const said = (stdout: string, code: number | null = 0): Exit => {
    const ended = code === null ? 'not-found' : 'itself'
    return { code, signal: null, stdout, stderr: '', truncated: false, ended }
  }
  const all: Readonly<Record<string, Exit>> = {
    git: said('git version 2.47.1'),
    ssh: said('OpenSSH_9.9'),
    makepkg: said('makepkg (pacman) 7.0.0'),
    id: said('1000\n'),
    runuser: said('1000\n'),
    unshare: said(''),
  }
  const run = (
    isolation: Isolation,
    exits: Readonly<Record<string, Exit>> = all,
    id = 0,
    missing: readonly string[] = [],
  ) => {
    const shell: Shell = { run: async ({ argv }) => exits[argv[0] ?? ''] ?? said('', null) }
    const find = async (program: string) => (missing.includes(program) ? undefined : `/usr/bin/${program}`)
    const processes: Processes = { ...realPorts().processes, find, user: { id, name: 'bot' } }
    const build = {
      ...sample.build,
      isolation,
      clean: [['flutter', 'clean'], ['./own.sh']],
      doctor: [['fvm', 'doctor']],
    }
    const verify = { ...sample.verify, rows: [{ name: 'Answers', run: [['hurl', 'health.hurl']] }] }
    const real = createFiles({ masker: createMasker([]) })
    const files: Files = { ...real, folder: (path, mode) => real.folder(path, mode), own: async () => undefined }
    const bench = makeBench({ project: { build, verify }, ports: { shell, processes, files } })
    return take(bench, tools, 'preflight.tools')
  }
  const user: Isolation = { kind: 'user', user: 'builder' }
  const cell: Isolation = { kind: 'bubblewrap', read: [] }

  test('that are all there leave their versions', async () => {
    expect(await run(user)).toMatchObject({
      ok: true,
      evidence: {
        git: '2.47.1',
        makepkg: 'makepkg (pacman) 7.0.0',
        'program:flutter': '/usr/bin/flutter',
        'program:make': '/usr/bin/make',
      },
    })
  })

  test.each([
    ['an old git', user, { git: said('git version 2.30.9') }, 'preflight.tool-too-old', 'apt-get install git'],
    ['no ssh', user, { ssh: said('', null) }, 'preflight.tool-missing', 'openssh-client'],
    ['no makepkg', user, { makepkg: said('', null) }, 'preflight.tool-missing', 'pacman-package-manager'],
    ['no such user', user, { id: said('', 1) }, 'preflight.isolation-user-missing', 'useradd --create-home builder'],
    ['no way to the user', user, { runuser: said('', 1) }, 'preflight.isolation-no-switch', 'runuser -u builder'],
    ['a bot that is not root', user, { bot: said('') }, 'preflight.isolation-no-switch', 'runuser -u builder'],
    ['a machine without unshare', user, { unshare: said('', null) }, 'preflight.isolation-together', 'unshare --pid'],
    ['a container', user, { unshare: said('', 1) }, 'preflight.isolation-together', 'unshare --pid'],
    ['bubblewrap as root itself', cell, {}, 'preflight.isolation-root', 'useradd --create-home builder'],
    [
      'no bubblewrap',
      cell,
      { bwrap: said('', null), bot: said('') },
      'preflight.bubblewrap-missing',
      'install bubblewrap',
    ],
    [
      'a machine that lets nobody use it',
      cell,
      { bwrap: said('', 1), bot: said('') },
      'preflight.bubblewrap-refused',
      '',
    ],
    [
      'a key in sight',
      cell,
      { bwrap: said('key:/opt/key\n'), bot: said('') },
      'preflight.isolation-key',
      'chmod -R go-rwx /opt/key',
    ],
    ['makepkg as root', { kind: 'none' }, {}, 'preflight.makepkg-root', 'useradd'],
  ] as const)('%s is told with the command that helps', async (_, isolation, exits, code, shell) => {
    const problem = await problemOf(run(isolation, { ...all, ...exits }, 'bot' in exits ? 1000 : 0))
    expect(problem.code).toBe(code)
    expect(problem.shell).toContain(shell)
  })

  test('that builds cannot see are told with the line to add', async () => {
    const problem = await problemOf(run(cell, { ...all, bwrap: said('program:flutter\n') }, 1000))
    expect(problem.what).toBe('flutter is at /usr/bin/flutter, and builds cannot see it there.')
    expect(problem.lines).toContain('isolation: { kind: bubblewrap, read: ["/usr"] }')
  })

  test('that are missing are all told at once, also those of what runs once users have it', async () => {
    const problem = await problemOf(run(user, all, 0, ['flutter', 'make', 'fvm', 'hurl']))
    expect(problem.what).toContain('flutter is not installed')
    for (const program of ['make', 'fvm', 'hurl'])
      expect(problem.details.join()).toContain(`Also: ${program} is not installed`)
  })
})

describe('disk', () => {
  const run = (free: number) => {
    const files = { ...realPorts().files, freeBytes: async () => free }
    return take(makeBench({ ports: { files } }), disk, 'preflight.disk')
  }

  test('with too little space names both numbers', async () => {
    const problem = await problemOf(run(300 * 1024 ** 2))
    expect(problem.what).toMatch(/300 MB are free in .*, 2048 MB are needed/)
  })

  test('of a server that cannot be asked is a note', async () => {
    expect(await run(3e9)).toMatchObject({
      ok: true,
      notes: expect.arrayContaining([expect.stringMatching('one: space not known')]),
    })
  })
})

describe('the version', () => {
  const STEP = 'preflight.version'

  test('that may be released, with files that can be set, passes by the commands of the dry run', async () => {
    const { bench } = makeWorld()
    await must(bench, origin, 'preflight.origin')
    const dry = commandsOf(bench.context(version, STEP, { dryRun: true }).actions)
    const from = bench.ran.length
    expect(await must(bench, version, STEP)).toMatchObject({ evidence: { versionBefore: '3.1.2+001' }, notes: [] })
    expect(bench.ran.slice(from)).toEqual(dry)
  })

  const higher = { version: '3.2.0', build: '001', full: '3.2.0+001' }
  const same = { version: '3.1.3', build: '001', full: '3.1.3+001' }
  const REFUSALS: readonly (readonly [string, WorldOptions, string, string])[] = [
    ['lower than what is released', { previous: { release: higher } }, 'preflight.version-lower', '3.2.0+001'],
    ['released already', { previous: { release: same } }, 'preflight.version-released', 'verified or tagged'],
    [
      'lower than what the branch says',
      { files: { 'pubspec.yaml': 'version: 3.2.0+001\n' } },
      'preflight.version-ahead',
      '3.2.0+001',
    ],
    [
      'in a file with CRLF',
      { files: { 'pubspec.yaml': 'name: x\r\nversion: 3.1.2+001\r\n' } },
      'version.carriage-returns',
      'lines 1 to 2',
    ],
    [
      'in a file that is no text',
      { files: { 'lib/app_config.dart': '\u{fffd}' } },
      'preflight.version-file-encoding',
      'app_config',
    ],
    [
      'in a file without a place for it',
      { files: { 'lib/app_config.dart': '// gone\n' } },
      'version.place-missing',
      'app_config',
    ],
    ['in a file that is no JSON', { files: { 'assets/version.json': '{' } }, 'version.json-syntax', 'version.json'],
  ]
  test.each(REFUSALS)('%s is refused', async (_, options, code, words) => {
    const problem = await problemOf(check(version, STEP, options))
    expect(problem.code).toBe(code)
    expect(problem.what).toContain(words)
  })

  test('whose tag stands on another commit is refused', async () => {
    const world = makeWorld()
    personGit(world.origin, 'tag', 'v3.1.3+001', 'master')
    await must(world.bench, origin, 'preflight.origin')
    const problem = await problemOf(take(world.bench, version, STEP))
    expect(problem).toMatchObject({ code: 'preflight.version-released', copy: 'deploy build' })
    world.bench.leave('version.commit', { commit: world.first })
    expect((await take(world.bench, version, STEP)).ok).toBe(true)
  })

  test('whose rollback was before it in the line is refused', async () => {
    const { bench } = makeWorld()
    await must(bench, origin, 'preflight.origin')
    const ended = (number: number, status: string, evidence = {}) => ({
      ...{ number, project: 'harbour', version: same.full, kind: 'release' as const, requester: 'ana' },
      ...{ status, evidence, requestedAt: 1 },
    })
    const published = ended(1, 'failed', { publishedUrl: 'https://localhost/harbour' })
    const judged = (history: readonly Summary[]) => version.run(bench.context(version, STEP, { history }))
    expect(await judged([published])).toMatchObject({ ok: true })
    const problem = await problemOf(judged([ended(2, 'emergency'), published]))
    expect(problem).toMatchObject({ code: 'preflight.version-spent', copy: 'deploy 3.1.3+002' })
  })

  test('that was started and not released is told', async () => {
    const outcome = await check(version, STEP, { files: { 'pubspec.yaml': 'version: 3.1.3+001\n' } })
    expect(outcome).toMatchObject({ ok: true, notes: [expect.stringContaining('started and not released')] })
  })
})

describe('PKGBUILD', () => {
  const STEP = 'preflight.pkgbuild'
  const product = PRODUCT['aur/PKGBUILD'] ?? ''

  test('that names the tarball of another version is told, since the aur phase rewrites it', async () => {
    const outcome = await check(pkgbuild, STEP)
    expect(outcome).toMatchObject({ ok: true, evidence: { pkgver: '3.1.2' } })
    expect(outcome.ok && outcome.notes?.join()).toMatch(
      /line 11 names 3\.0\.3.* while pkgver is 3\.1\.2: the aur phase rewrites it/,
    )
  })

  test('with a stale .SRCINFO is told', async () => {
    const outcome = await check(pkgbuild, STEP, {
      files: {
        'aur/.SRCINFO': 'pkgbase = harbour\n\tpkgver = 3.0.3\n\tpkgrel = 1\n\tarch = any\n\npkgname = harbour\n',
      },
    })
    expect(outcome.ok && outcome.notes?.join()).toContain('.SRCINFO says 3.0.3-1 and PKGBUILD 3.1.2-7')
  })

  test('with a .SRCINFO that is a link is read without it: what the link leads to may lie anywhere', async () => {
    const { bench, desk, first } = makeWorld()
    const { clone } = bench.folders
    cpSync(desk, clone, { recursive: true })
    writeFiles(clone, { 'elsewhere.txt': 'pkgbase = elsewhere\n\tpkgver = 6.6.6\n\tpkgrel = 6\n' })
    rmSync(join(clone, 'aur/.SRCINFO'), { force: true })
    symlinkSync('../elsewhere.txt', join(clone, 'aur/.SRCINFO'))
    personGit(clone, 'add', '--all')
    bench.leave('preflight.origin', { base: first })
    const outcome = await take(bench, pkgbuild, STEP)
    expect(outcome.ok && outcome.notes?.join()).toContain('there is no .SRCINFO: the aur phase makes it')
  })

  test.each([
    ['that has a lower epoch than the AUR is told, since the aur phase sets it', '', true],
    ['that has the epoch of the AUR is as it has to be', '\nepoch=1', false],
  ])('%s', async (_name, own, isTold) => {
    const files = { 'aur/PKGBUILD': product.replace('pkgrel=7', `pkgrel=7${own}`) }
    const results = [{ Name: 'harbour', Version: '1:3.1.1-2' }]
    const url = 'https://localhost/rpc/v5/info?arg[]=harbour'
    const http = answers({ [url]: { body: JSON.stringify({ type: 'multiinfo', results }) } })
    const outcome = await check(pkgbuild, STEP, { files, ports: { http } })
    const said = expect(outcome.ok && outcome.notes?.join())
    if (isTold) said.toContain('the aur phase sets epoch=1, as on the AUR (1:3.1.1-2)')
    else said.not.toContain('epoch')
  })

  test.each([
    ['bytes that are not UTF-8', product.replace('Ana', '\u{fffd}na'), 'preflight.version-file-encoding'],
    ['CRLF', product.replaceAll('\n', '\r\n'), 'version.carriage-returns'],
    ['an open bracket', product.replace("'SKIP'   # a file beside\n)", "'SKIP'"), 'version.pkgbuild-unclosed'],
    [
      'another version in prepare()',
      `${product}\nprepare() {\n  cd harbour-3.0.3\n}\n`,
      'version.pkgbuild-other-version',
    ],
    ['a sum too few', product.replace("    'SKIP'   # a file beside\n", ''), 'version.pkgbuild-count'],
    ['the name of another package', product.replace('pkgname=harbour', 'pkgname=harbour-bin'), 'version.pkgbuild-name'],
    [
      'a companion that is not there',
      product.replace('harbour.desktop', 'harbour.service'),
      'preflight.pkgbuild-companion',
    ],
  ])('with %s is refused', async (_, text, code) => {
    expect((await problemOf(check(pkgbuild, STEP, { files: { 'aur/PKGBUILD': text } }))).code).toBe(code)
  })
})

describe('the AUR', () => {
  const url = 'https://localhost/rpc/v5/info?arg[]=harbour'
  const run = (answer: object, maintainer?: string) => {
    const http = answers({ [url]: answer })
    const aurRules = { ...sample.aur, ...(maintainer === undefined ? {} : { maintainer }) } as NonNullable<
      Project['aur']
    >
    return take(makeBench({ project: { aur: aurRules }, ports: { http } }), aur, 'preflight.aur')
  }
  const info = (...results: object[]) => ({
    body: JSON.stringify({ type: 'multiinfo', results, resultcount: results.length }),
  })
  const ours = info({ Name: 'harbour', Version: '3.1.2-1', Maintainer: 'ana', CoMaintainers: ['ben'] })

  test('with our package leaves its version', async () => {
    expect(await run(ours, 'ben')).toMatchObject({
      ok: true,
      evidence: { aurVersion: '3.1.2-1', aurMaintainer: 'ana' },
    })
  })

  test('without it says that the push would create it', async () => {
    expect(await run(info(), 'ana')).toMatchObject({ ok: true, notes: [expect.stringContaining('would create it')] })
  })

  test.each([
    ['somebody else', ours, 'preflight.aur-not-ours', false],
    ['an orphan', info({ Name: 'harbour', Version: '1-1', Maintainer: null }), 'preflight.aur-not-ours', false],
    ['maintenance', { status: 503 }, 'preflight.aur-silent', true],
    ['an error', { body: '{"type":"error","error":"Too many"}' }, 'preflight.aur-silent', true],
    ['a page', { body: '<html>' }, 'preflight.aur-silent', true],
    ['no connection', { ok: false, code: 'refused', message: 'refused' }, 'preflight.aur-silent', true],
  ] as const)('with %s is a problem', async (_, answer, code, passing) => {
    expect(await problemOf(run(answer, 'cleo'))).toMatchObject({ code, passing })
  })
})

describe('the public address', () => {
  const url = `${ADDRESS}/harbour-3.1.3+001.tar.gz`
  const run = (answer: object, files?: Readonly<Record<string, string>>) =>
    check(address, 'preflight.address', { ports: { http: answers({ [url]: answer }) }, ...(files && { files }) })

  test.each([404, 410, 403])('that answers %i is free', async (status) => {
    expect((await run({ status })).ok).toBe(true)
  })

  test('that answers is a problem', async () => {
    expect(await problemOf(run({ status: 200 }))).toMatchObject({
      code: 'preflight.address-taken',
      copy: 'deploy 3.1.3+002',
    })
  })

  test('that answers for a version that was started is left to the build, which compares', async () => {
    const outcome = await run({ status: 200 }, { 'pubspec.yaml': 'version: 3.1.3+001\n' })
    expect(outcome).toMatchObject({ ok: true, notes: [expect.stringContaining('the build compares')] })
  })

  test.each([{ status: 502 }, { ok: false, code: 'timeout', message: 'timed out' }])(
    'that says %j is unclear',
    async (answer) => {
      expect(await problemOf(run(answer))).toMatchObject({ code: 'preflight.address-unclear', passing: true })
    },
  )
})

describe('who may answer the gates', () => {
  const STEP = 'preflight.access'
  const approvals = (needed: number, requesterMayApprove = false) => ({
    ...sample.approvals,
    needed,
    requesterMayApprove,
  })
  const only = (...names: string[]): Partial<Project> => ({
    roles: { managers: { terminal: names, slack: { users: [], groups: [] }, discord: { users: [], roles: [] } } },
  })
  const run = (project: Partial<Project>) => {
    const bench = makeBench({ project })
    return take({ ...bench, context: (...args) => withGate(bench.context(...args)) }, access, STEP)
  }
  const withGate = (context: ReturnType<Bench['context']>) => {
    const planned = { ...context.deployment.plan[0], gate: 'aur-submit' } as never
    return { ...context, deployment: { ...context.deployment, plan: [planned] } }
  }

  test('is left as evidence, the requester aside', async () => {
    expect(await run({ approvals: approvals(1) })).toMatchObject({
      ok: true,
      evidence: { 'answerers:aur-submit': ['ben', 'cleo'], 'answerers:rollback': ['ana', 'ben', 'cleo'] },
    })
  })

  test('is a problem with the lines to add where only the requester may', async () => {
    const problem = await problemOf(run({ approvals: approvals(1), ...only('ana') }))
    expect(problem).toMatchObject({ code: 'preflight.gate-nobody' })
    expect(problem.what).toContain('aur-submit takes 1 to approve it, and nobody may')
    expect(problem.lines).toContain('    access: { approve: [managers] }')
  })

  test('is a problem where two are needed and one is left', async () => {
    expect((await problemOf(run({ approvals: approvals(2), ...only('ana', 'ben') }))).what).toContain(
      'takes 2 to approve it, and ben may',
    )
  })

  test('is enough with a group, whose people only the platform knows', () => {
    const project = {
      ...sample,
      roles: { managers: { terminal: [], slack: { users: [], groups: ['S0'] }, discord: { users: [], roles: [] } } },
    }
    expect(answerers(project, 'aur-submit', BEN, 'slack')).toEqual(['members of managers (S0)'])
  })

  test('counts only accounts of platforms that the question is asked on', async () => {
    const roles = {
      managers: { terminal: [], slack: { users: ['UBEN'], groups: ['S0'] }, discord: { users: [], roles: [] } },
    }
    const channels = { slack: ['C1'], discord: ['1'] }
    expect(answerers({ ...sample, roles, channels }, 'aur-submit', ANA, 'discord')).toEqual([])
    const everyone = { ...sample, access: { ...sample.access, approve: 'everyone' as const } }
    expect(answerers(everyone, 'aur-submit', ANA, 'slack')).toEqual(['ben', 'cleo'])
    expect(answerers({ ...sample, roles, channels, mirror: true }, 'aur-submit', ANA, 'discord')).toEqual([
      'ben',
      'members of managers (S0)',
    ])
    const problem = await problemOf(run({ roles, channels }))
    expect(problem.why).toContain('It is answered at the terminal alone; mirror: true asks on the other platform')
  })

  test('leaves out the person under every account', () => {
    expect(answerers(sample, 'aur-submit', person('UBEN', { platform: 'slack' }), 'slack')).toEqual(['ana', 'cleo'])
  })
})

describe('what a rollback would take', () => {
  const STEP = 'preflight.rollback'
  const vps = { ...sample.vps, irreversible: ['migrations/**'] } as NonNullable<Project['vps']>

  test('is nothing for a first release', async () => {
    const { bench } = makeWorld()
    const { previous: _, ...deployment } = bench.deployment
    const context = bench.context(rollback, STEP, { dryRun: true })
    const { previous: __, ...facts } = context.facts
    expect(await rollback.run({ ...context, facts, deployment })).toMatchObject({
      ok: true,
      evidence: { rollback: 'none' },
    })
  })

  test('names what was kept, or how long the site may be down', async () => {
    const { upload: _, ...building } = vps
    for (const keeping of [vps, { ...building, keep: ['build/web'] }]) {
      const kept = await check(rollback, STEP, { project: { vps: keeping } })
      expect(kept.ok && kept.notes?.join()).toContain('puts 3.1.2+001 back as it was kept')
    }
    const none = await check(rollback, STEP, { project: { vps: building } })
    expect(none.ok && none.notes?.join()).toContain('builds 3.1.2+001 again')
  })

  test('names the files that it would not take back', async () => {
    const world = makeWorld({ project: { vps } })
    world.push({ 'migrations/003.sql': 'drop', 'lib/a.dart': '' })
    await must(world.bench, origin, 'preflight.origin')
    const { evidence, notes } = await must(world.bench, rollback, STEP)
    expect(evidence.irreversible).toEqual(['migrations/003.sql'])
    expect(notes?.join()).toContain('changed since 3.1.2+001: migrations/003.sql')
  })

  test('says so where that cannot be told', async () => {
    const previous = { release: BEFORE, commit: '1'.repeat(40) }
    const outcome = await check(rollback, STEP, { project: { vps }, previous })
    expect(outcome.ok && outcome.notes?.join()).toContain('could not be told')
  })
})
