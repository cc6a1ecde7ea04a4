import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Http, HttpAnswer, HttpFault } from '../../../src/ports/http.ts'
import type { Summary } from '../../../src/ports/journal.ts'
import type { Outcome } from '../../../src/release/deployment.ts'
import type { SettledRow } from '../../../src/release/matrix.ts'
import type { Project } from '../../../src/release/project.ts'
import { foldersFor } from '../../../src/runners/facts.ts'
import { matrix } from '../../../src/runners/verify/matrix.ts'
import { verifyRelease } from '../../../src/runners/verify/now.ts'
import { project as sample } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { fakeClock, makeBench } from '../make-context.ts'
import { createWorld } from '../vps/server-world.ts'

const PACKAGE = 'the package'
const SUM = createHash('sha256').update(PACKAGE).digest('hex')
const URL = 'https://files.example.org/harbour-3.1.3+001.tar.gz'

const world = createWorld()
let ssh = createLocalSsh(world.at('home'))
let commit = ''
let clock = fakeClock()
/** What each public address answers; a function is asked anew each time. */
let web: Record<string, Answer | (() => Answer)>

beforeAll(() => {
  commit = world.push('Release 3.1.3+001', {
    'pubspec.yaml': 'name: harbour\nversion: 3.1.3+001\n',
    'assets/version.json': '{"version": "3.1.3", "build_number": "001"}\n',
    'aur/PKGBUILD': pkgbuild(),
    'check.sh': '#!/bin/sh\necho checked\nexit 0\n',
  })
  world.git('home/product', 'pull', '--quiet')
  world.git('data/clones/harbour', 'pull', '--quiet')
  mkdirSync(world.at('aur.git'))
  world.git('aur.git', 'init', '--quiet', '--bare', '--initial-branch=master')
  world.git('.', 'clone', '--quiet', world.at('aur.git'), world.at('aur'))
  submit(pkgbuild(), srcinfo())
  world.save()
})
beforeEach(() => {
  world.reset()
  ssh = createLocalSsh(world.at('home'))
  clock = fakeClock()
  web = {
    'https://app.example.org/version.json': '{"app_name":"harbour","version":"3.1.3","build_number":"001"}',
    'https://example.org': 'hello',
    [RPC]: rpc('3.1.3-1'),
    [URL]: PACKAGE,
  }
})
afterAll(() => world.end())

describe('the success matrix', () => {
  it('holds when every component is seen as released', async () => {
    const made = bench()
    const outcome = await run(made)
    expect(rowsOf(outcome).map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(ROWS.map((id) => `${id} pass`))
    expect(clock.slept).toEqual([])
  })

  it('holds when the build number is a number, in the file and in what is served: 1 is 001 there', async () => {
    const file = '{"version": "3.1.3", "build_number": 1}\n'
    answer('https://app.example.org/version.json', file)
    const made = bench()
    made.leave('version.commit', { commit: world.push('Numbered', { 'assets/version.json': file }) })
    world.git('home/product', 'pull', '--quiet')
    const settled = rowsOf(await run(made)).filter(({ id }) => ['assets:assets/version.json', 'web'].includes(id))
    expect(settled).toMatchObject([
      { found: '3.1.3+001', verdict: 'pass' },
      { found: '3.1.3+001', verdict: 'pass' },
    ])
  })

  it('runs nothing that a dry run does not print', async () => {
    const made = bench()
    const printed = Object.values(made.context(matrix, 'verify.matrix', { dryRun: true }).actions)
      .flat()
      .flatMap((action) => (action.do === 'command' ? [action.argv] : []))
    await run(made)
    expect([...new Set(made.ran.map(String))].sort()).toEqual(printed.map(String).sort())
  })

  it.each<[string, string, () => void]>([
    [
      'the site serves the build before',
      'web',
      () => answer('https://app.example.org/version.json', '{"version":"3.1.3","build_number":"000"}'),
    ],
    ['the main site is not found', 'site', () => answer('https://example.org', { status: 404 })],
    [
      'the main site leads to an address without TLS',
      'site',
      () => answer('https://example.org', { url: 'http://example.org/' }),
    ],
    ['the AUR never offers it', 'aur', () => answer(RPC, rpc('3.1.2-4'))],
    [
      '.SRCINFO says another version than PKGBUILD',
      'srcinfo',
      () => submit(pkgbuild(), srcinfo().replace('3.1.3', '3.0.3')),
    ],
    ['the public address has other bytes', 'package', () => answer(URL, 'other bytes')],
    ['the public address is gone', 'package', () => answer(URL, { status: 404 })],
    ['PKGBUILD on the AUR has another sum', 'package', () => submit(pkgbuild('0'.repeat(64)), srcinfo('0'.repeat(64)))],
    [
      'the server is on another commit',
      'commit:one',
      () => void world.git('home/product', 'reset', '--quiet', '--hard', 'HEAD~1'),
    ],
  ])('fails in one row when %s', async (_, id, change) => {
    change()
    expect(problemOf(await run()).code).toBe(CODES[id])
  })

  it("fails when the product's own check does", async () => {
    const rows = [{ name: 'own check', run: [['./check.sh'], ['false']] }]
    expect(problemOf(await run(bench({ rows })))).toMatchObject({ code: 'verify.own-check' })
  })

  it.each([
    ['a certificate that has expired', { code: 'tls-expired', message: 'certificate has expired' }],
    ['an authority nobody knows', { code: 'tls-unknown-authority', message: 'self-signed certificate' }],
  ] as const)('does not take %s for an answer, nor wait for it', async (_, fault) => {
    web['https://example.org'] = { ok: false, ...fault }
    expect(problemOf(await run())).toMatchObject({ code: 'verify.unknown' })
    expect(clock.slept).toEqual([])
  })

  it('fails in every row about git when the branch was forced back', async () => {
    world.git('colleague', 'push', '--quiet', '--force', 'origin', `${world.before}:refs/heads/master`)
    const { code, details } = problemOf(await run())
    expect(code).toBe('verify.failed')
    expect(details.map((line) => line.slice(0, line.indexOf(':'))).sort()).toEqual([
      'AUR Package, PKGBUILD',
      'Assets, Version File',
      'Git Repository, Nothing unpushed',
      'Git Repository, Version',
    ])
  })

  it('holds although somebody pushed after the release, and the version file says more by now', async () => {
    world.push('Next', { 'pubspec.yaml': 'name: harbour\nversion: 3.2.0+001\n' })
    expect((await run()).ok).toBe(true)
  })

  it('waits for the AUR, says until when, and asks nothing else again', async () => {
    let asked = 0
    web[RPC] = () => (++asked < 4 ? rpc('3.1.2-4') : rpc('3.1.3-1'))
    const made = bench()
    expect((await run(made)).ok).toBe(true)
    expect(asked).toBe(4)
    expect(made.progress[0]).toMatch(
      /^\d+ of \d+ hold; AUR Live: 3.1.2-4; waiting for the AUR, usually 2 min, until \d\d:\d\d UTC$/,
    )
    expect(made.ran.filter((argv) => argv.includes('fetch'))).toHaveLength(1)
  })

  it('waits for a server that is restarting', async () => {
    let tries = 0
    const { connect } = ssh
    ssh.connect = async (host) => (++tries < 3 ? { code: 'unreachable', message: 'refused' } : connect(host))
    expect((await run()).ok).toBe(true)
  })

  it('ends at its deadline with what never came', async () => {
    web[RPC] = { ok: false, code: 'timeout', message: 'no answer' }
    expect(problemOf(await run())).toMatchObject({ code: 'verify.unknown', passing: true })
    expect(clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(10 * 60_000)
  })
})

describe('a verification without a deployment', () => {
  const past: Summary = {
    number: 7,
    project: 'harbour',
    version: '3.1.3+001',
    kind: 'release',
    status: 'complete',
    requester: 'Ana',
    requestedAt: 0,
    evidence: { packageSha256: SUM },
  }
  const verify = (history: readonly Summary[], url?: string) => {
    const { ports, project } = bench()
    const folders = foldersFor(world.at('scratch'), project, 0)
    return verifyRelease({
      project: url === undefined ? project : { ...project, repository: { ...project.repository, url } },
      release: { version: '3.1.3', build: '001', full: '3.1.3+001' },
      history,
      folders,
      ports,
    })
  }

  it('takes from the history what was released', async () => {
    const settled = await verify([{ ...past, commit }])
    expect(settled).toMatchObject({ overall: 'pass' })
  })

  it('looks at the tag and the branch where the history knows nothing', async () => {
    world.git('colleague', 'tag', 'v3.1.3+001')
    world.git('colleague', 'push', '--quiet', '--tags')
    expect(await verify([])).toMatchObject({ overall: 'pass' })
  })

  it('that does not reach the origin is asked for again: there is no deployment to retry', async () => {
    expect(await verify([], 'https://localhost:1/harbour.git')).toMatchObject({
      code: 'preflight.remote-unreachable',
      remedy: 'Check that this machine reaches it, then verify again.',
      copy: 'verify 3.1.3+001 --project harbour',
    })
  })

  it('names what it did not look at, since nobody here knows what to expect of it', async () => {
    const settled = await verify([{ ...past, commit, evidence: {} }])
    expect('leftOut' in settled && settled.leftOut.map(({ id }) => id)).toEqual(['aur', 'package'])
  })

  it('says what differs', async () => {
    web['https://app.example.org/version.json'] = '{"version":"3.1.2"}'
    const settled = await verify([{ ...past, commit }])
    if ('what' in settled) throw new Error(settled.what)
    expect(settled.rows.filter(({ verdict }) => verdict !== 'pass').map(({ id, found }) => [id, found])).toEqual([
      ['web', '3.1.2'],
    ])
  })
})

const ROWS = [
  'git',
  'assets:assets/version.json',
  'pkgbuild',
  'web',
  'site',
  'aur',
  'srcinfo',
  'package',
  'commit:one',
  'unpushed',
  'own:own check',
]
const CODES: Record<string, string> = {
  web: 'verify.web',
  site: 'verify.site',
  aur: 'verify.aur',
  srcinfo: 'verify.srcinfo',
  package: 'verify.package',
  'commit:one': 'verify.commit',
}
const RPC = 'https://aur.example.org/rpc/v5/info?arg[]=harbour'
const rpc = (version: string) =>
  JSON.stringify({ resultcount: 1, results: [{ Name: 'harbour', Version: version }], type: 'multiinfo', version: 5 })

type Answer = string | HttpFault | Partial<HttpAnswer>

const http: Http = {
  get: async (url) => {
    const told = answerAt(url)
    if (typeof told !== 'string' && 'code' in told) return told
    const more = typeof told === 'string' ? { body: told } : told
    return { ok: true, status: 200, body: '', truncated: false, headers: {}, url, ...more }
  },
  download: async (url, path) => {
    const told = answerAt(url)
    if (typeof told !== 'string')
      return 'code' in told ? told : { ok: true, status: told.status ?? 200, bytes: 0, sha256: '' }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, told)
    return {
      ok: true,
      status: 200,
      bytes: told.length,
      sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    }
  },
}

function answer(url: string, told: Answer): void {
  web[url] = told
}

function answerAt(url: string): string | HttpFault | Partial<HttpAnswer> {
  const told = web[url]
  return (
    (typeof told === 'function' ? told() : told) ?? {
      ok: false,
      code: 'unresolved',
      message: `no such address: ${url}`,
    }
  )
}

function bench(verify: Partial<Project['verify']> = {}) {
  const ssh_ = { agent: false }
  const made = makeBench({
    folder: world.root,
    ports: { ssh, http, clock },
    project: {
      ...world.project,
      repository: { ...world.project.repository, url: world.at('origin.git') },
      version: {
        source: { file: 'pubspec.yaml', kind: 'pubspec' },
        sync: [
          { file: 'assets/version.json', kind: 'json', set: { version: '{version}', build_number: '{build}' } },
          { file: 'aur/PKGBUILD', kind: 'pkgbuild' },
        ],
        allow: [],
        strict: false,
      },
      build: {
        ...sample.build,
        publish: { kind: 'directory', directory: '/p', url: 'https://files.example.org/harbour-{full}.tar.gz' },
      },
      aur: {
        package: 'harbour',
        directory: 'aur',
        url: world.at('aur.git'),
        web: 'https://aur.example.org',
        ssh: ssh_,
        makepkg: { args: [] },
      },
      verify: {
        app: 'https://app.example.org',
        site: 'https://example.org',
        deadlineMinutes: 10,
        rows: [{ name: 'own check', run: [['./check.sh']] }],
        ...verify,
      },
    },
  })
  made.leave('version.commit', { commit })
  made.leave('build.package', { packageSha256: SUM })
  made.leave('aur.pkgbuild', { packageVersion: '3.1.3-1' })
  return made
}

function run(made = bench()): Promise<Outcome> {
  return matrix.run(made.context(matrix, 'verify.matrix', { minutes: 10 }))
}

function rowsOf(outcome: Outcome): readonly SettledRow[] {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  return outcome.evidence.matrix as unknown as readonly SettledRow[]
}

function problemOf(outcome: Outcome) {
  if (outcome.ok || 'changed' in outcome) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}

function submit(build: string, info: string): void {
  world.write('aur/PKGBUILD', build)
  world.write('aur/.SRCINFO', info)
  world.git('aur', 'add', '--all')
  world.git('aur', 'commit', '--quiet', '--allow-empty', '--message', 'x')
  world.git('aur', 'push', '--quiet', 'origin', 'HEAD:master')
}

function pkgbuild(sum = SUM): string {
  return `pkgname=harbour\npkgver=3.1.3\npkgrel=1\narch=('any')\nsource=(\n  "${URL}"\n)\nsha256sums=(\n  '${sum}'\n)\n`
}

function srcinfo(sum = SUM): string {
  return `pkgbase = harbour\n\tpkgver = 3.1.3\n\tpkgrel = 1\n\tarch = any\n\tsource = ${URL}\n\tsha256sums = ${sum}\n\npkgname = harbour\n`
}
