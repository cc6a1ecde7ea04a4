/** A rollback from the question to the last look: real repositories, a real checkout, and whatever a release got to before. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Http } from '../../../src/ports/http.ts'
import { digestOf } from '../../../src/release/approvals.ts'
import type { Stop } from '../../../src/release/deployment.ts'
import type { Gate, GateContent } from '../../../src/release/gate.ts'
import { isProblem } from '../../../src/release/problems.ts'
import type { Project } from '../../../src/release/project.ts'
import { undoChoices, undoPlan } from '../../../src/release/undo.ts'
import { origin } from '../../../src/runners/preflight/origin.ts'
import { choose } from '../../../src/runners/rollback/choose.ts'
import { UNDO_STEPS } from '../../../src/runners/rollback/undo-steps.ts'
import { verify } from '../../../src/runners/rollback/verify.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { commit } from '../../../src/runners/version/commit.ts'
import { push } from '../../../src/runners/version/push.ts'
import { set } from '../../../src/runners/version/set.ts'
import { sync } from '../../../src/runners/version/sync.ts'
import { connect } from '../../../src/runners/vps/connect.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { project as sample } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { fakeClock, temporaryFolder } from '../make-context.ts'
import { bareRepository, commitAt, writeFiles } from '../product.ts'
import { personGit } from '../programs.ts'
import { makeWorld, must, problemOf, take } from '../world.ts'

const APP = 'https://localhost/app'
const srcinfo = (version: string) =>
  `pkgbase = harbour\n\tpkgver = ${version}\n\tpkgrel = 1\n\tarch = any\n\npkgname = harbour\n`
const pkgbuild = (version: string) => `pkgname=harbour\npkgver=${version}\npkgrel=1\narch=('any')\n`

type World = ReturnType<typeof createWorld>

function createWorld() {
  const folder = temporaryFolder()
  const aur = bareRepository(join(folder, 'aur.git'))
  const checkout = join(folder, 'home/product')
  const ssh = createLocalSsh(join(folder, 'home'))
  const world = makeWorld({
    folder,
    project: projectAt(aur, checkout),
    ports: { ssh, http: site(aur, checkout), clock: fakeClock() },
  })
  const submit = (version: string, number: number) => {
    const files = { PKGBUILD: pkgbuild(version), '.SRCINFO': srcinfo(version) }
    return commitAt(aur, files, `upgpkg: ${version}\n\nSlipway-Deployment: #${number}`)
  }
  const aurHead = submit('3.1.2', 41)
  personGit(folder, 'clone', '--quiet', '--branch', 'master', world.origin, checkout)
  writeFiles(checkout, { 'build/web/index.html': 'old', '.git/info/exclude': 'build/\n' })
  return { ...world, folder, aur, checkout, ssh, submit, aurHead }
}

function projectAt(aur: string, directory: string): Partial<Project> {
  const host = { name: 'one', host: 'localhost', port: 22, user: 'u', directory, ssh: { agent: false } }
  const { package: _, publish: __, ...build } = sample.build
  return {
    build,
    aur: {
      package: 'harbour',
      directory: 'aur',
      url: aur,
      web: 'https://localhost',
      ssh: { agent: false },
      makepkg: { args: [] },
    },
    vps: { hosts: [host], batch: 1, stage: [], deploy: ['true'], keep: ['build/web'], irreversible: [] },
    verify: { app: APP, deadlineMinutes: 1, rows: [] },
  }
}

/** The public side: the site serves what lies in the checkout, the AUR tells what its repository says. */
function site(aur: string, checkout: string): Http {
  const bodies: Readonly<Record<string, () => string>> = {
    [`${APP}/version.json`]: () => readFileSync(join(checkout, 'assets/version.json'), 'utf8'),
    'https://localhost/rpc/v5/info?arg[]=harbour': () => {
      const Version = `${/pkgver = (.*)/.exec(personGit(aur, 'show', 'master:.SRCINFO'))?.[1]}-1`
      return JSON.stringify({ version: 5, type: 'multiinfo', resultcount: 1, results: [{ Name: 'harbour', Version }] })
    },
  }
  return {
    get: async (url) => {
      const body = bodies[decodeURIComponent(url)]?.()
      if (body === undefined) return { ok: false, code: 'refused', message: 'connection refused' }
      return { ok: true, status: 200, body, truncated: false, headers: {}, url }
    },
    download: async () => ({ ok: false, code: 'refused', message: 'connection refused' }),
  }
}

/** What a release does outside, in its order. */
const EFFECTS: readonly (readonly [string, (world: World) => Promise<unknown>])[] = [
  ['the commit was pushed', async ({ bench }) => must(bench, push, 'version.push')],
  [
    'the AUR had it',
    async ({ bench, submit, aurHead }) => bench.leave('aur.submit', { aurHead, aurCommit: submit('3.1.3', 42) }),
  ],
  [
    'the server had it',
    async ({ bench, checkout }) => {
      personGit(checkout, 'pull', '--quiet')
      writeFileSync(join(checkout, 'build/web/index.html'), 'new')
      bench.leave('vps.pull:one', {})
    },
  ],
  ['its script had run', async ({ bench }) => bench.leave('vps.deploy:one', {})],
]

async function released(count = EFFECTS.length): Promise<World> {
  const world = createWorld()
  const steps = { 'preflight.origin': origin, 'version.set': set, 'version.sync': sync, 'version.commit': commit }
  for (const [name, runner] of Object.entries(steps)) await must(world.bench, runner, name)
  const [first, ...others] = EFFECTS.slice(0, count)
  await first?.[1](world)
  if (count > 2) {
    await must(world.bench, connect, 'vps.connect:one')
    await must(world.bench, record, 'vps.record:one')
  }
  for (const [, effect] of others) await effect(world)
  return world
}

const deploymentOf = ({ bench }: World) => bench.context(choose, 'rollback.choose').deployment

async function asked({ bench }: World): Promise<GateContent> {
  const content = await choose.ask?.(bench.context(choose, 'rollback.choose'))
  if (content === undefined || isProblem(content)) throw new Error(`not asked: ${JSON.stringify(content)}`)
  return content
}

/** Presses for one of the plans. */
function approve({ bench }: World, content: GateContent, name: string): void {
  const option = content.options?.find((each) => each.name === name)
  const digest = digestOf({ ...content.bound, ...option?.bound })
  bench.approve('rollback.choose', content.bound, digestOf(content.bound))
  const gates = bench.deployment.gates as Gate[]
  const actor = bench.deployment.requester
  const gate = gates.pop() as Gate
  const presses = [{ actor, choice: 'approve' as const, digest, at: 0 }]
  gates.push({ ...gate, name: 'rollback', content, presses, options: [{ name, label: name, digest }] })
}

/** Somebody brings the release back by hand: the look from outside names every row that is not as it was. */
async function looksBroken({ bench, checkout }: World): Promise<void> {
  const { known } = bench.context(verify, 'rollback.verify').facts
  personGit(checkout, 'pull', '--quiet', bench.folders.clone, known.commit)
  const { code, copy, details } = await problemOf(take(bench, verify, 'rollback.verify'))
  expect([code, copy]).toEqual(['rollback.not-back', 'verify 3.1.2+001 --project harbour'])
  expect(details.join('\n')).toMatch(/VPS Web.*expected 3.1.2\+001.*3.1.3\+001[\s\S]*Server one, Commit/)
}

/** Runs every step of a plan, as the machine would once it is approved. */
async function rollBack(world: World, name: string) {
  const choice = undoChoices(deploymentOf(world)).find((each) => each.name === name)
  if (choice === undefined) throw new Error(`no such plan: ${name}`)
  const runners: Readonly<Record<string, Runner>> = UNDO_STEPS
  const outcomes = []
  for (const { id, name } of undoPlan(deploymentOf(world), choice)) {
    const runner = runners[name]
    if (runner) outcomes.push(await take(world.bench, runner, id))
  }
  return outcomes
}

async function says(world: World, words: readonly string[]): Promise<void> {
  const card = JSON.stringify((await asked(world)).card.sections)
  for (const each of words) expect(card).toContain(each)
}
const failStep = ({ bench }: World, step: string) =>
  (bench.deployment.stops as Stop[]).push({
    at: 0,
    failed: [{ step, problem: {} as Stop['failed'][number]['problem'] }],
    advice: 'Renew the certificate, then retry.',
  })

describe('the question', () => {
  it('offers the failing phase and everything, each bound to what it would be done on', async () => {
    const world = await released()
    failStep(world, 'vps.deploy:one')
    const content = await asked(world)
    expect(content.options?.map(({ name }) => name)).toEqual(['phase', 'everything', 'everything-epoch'])
    expect(await asked(world)).toEqual(content)
    approve(world, content, 'phase')
    world.push({ 'notes.md': 'theirs\n' })
    expect(await choose.run(world.bench.context(choose, 'rollback.choose'))).toMatchObject({ ok: true })
    approve(world, content, 'everything')
    expect(await choose.run(world.bench.context(choose, 'rollback.choose'))).toMatchObject({ ok: false, changed: {} })
  })

  it('says what users have, what each plan does, how long it takes, what stays, and what is in the way', async () => {
    const world = await released()
    failStep(world, 'vps.deploy:one')
    await says(world, [
      'serves 3.1.3+001',
      'What troubleshooting came to: Renew the certificate, then retry.',
      'one: 3.1.2+001 is put back as it was kept, without a build',
      'no build, no outage',
      'AUR: a new commit with the files of 3.1.2+001',
      'Afterwards the versions differ: the AUR goes on offering 3.1.3-1; master goes on naming 3.1.3+001',
      'a git pull on the server by hand brings 3.1.3+001 again',
      'keeps it: pacman takes no lower version by itself',
      'can never be lowered',
    ])
    commitAt(world.aur, { 'notes.txt': 'theirs' }, 'Mend it')
    writeFileSync(join(world.checkout, 'README.md'), 'by hand')
    world.bench.leave('preflight.rollback', { irreversible: ['migrations/003.sql'] })
    world.bench.leave('vps.record:one', { 'keptPaths:one': [] })
    await says(world, ['Mend it', 'README.md', 'Not safe', 'migrations/003.sql', 'rollback rebuilds, site down about'])
    world.bench.leave('vps.record:one', { 'keptPaths:one': ['build/web', 'build/gone'] })
    await says(world, ['one: what was kept is no longer there, so it cannot be put back: build/gone'])
    world.ssh.refuse = { code: 'unreachable', message: 'no route' }
    await says(world, ['one does not answer'])
  })
})

describe('after a release of which', () => {
  it.each(EFFECTS.map(([what], at) => [what, at + 1] as const))('%s, everything is as it was', async (_, count) => {
    const world = await released(count)
    approve(world, await asked(world), 'everything')
    for (const outcome of await rollBack(world, 'everything')) expect(outcome).toMatchObject({ ok: true })
    expect(world.head()).toBe(world.first)
    expect(personGit(world.aur, 'diff', world.aurHead, 'master')).toBe('')
    expect(personGit(world.checkout, 'rev-parse', 'HEAD')).toBe(world.first)
    expect(personGit(world.checkout, 'status', '--porcelain')).toBe('')
    expect(readFileSync(join(world.checkout, 'build/web/index.html'), 'utf8')).toBe('old')
    expect(await take(world.bench, verify, 'rollback.verify')).toMatchObject({ ok: true })
    if (count === EFFECTS.length) await looksBroken(world)
  })

  it('an earlier deployment pushed the commit already, the branch is compared with what was before that', async () => {
    const world = await released(1)
    world.bench.leave('version.push', { pushedOver: world.head() })
    approve(world, await asked(world), 'everything')
    await rollBack(world, 'everything')
    expect(world.head()).toBe(world.first)
    expect(await take(world.bench, verify, 'rollback.verify')).toMatchObject({ ok: true })
  })

  it('the server alone goes back, the others are compared with what the question showed', async () => {
    const world = await released()
    failStep(world, 'vps.deploy:one')
    approve(world, await asked(world), 'phase')
    await rollBack(world, 'phase')
    const outcome = await take(world.bench, verify, 'rollback.verify')
    expect(outcome).toMatchObject({ ok: true })
    const rows = outcome.ok ? (outcome.evidence.matrix as { id: string; expected: string }[]) : []
    const expected = Object.fromEntries(rows.map((row) => [row.id, row.expected]))
    expect(expected).toMatchObject({ git: '3.1.3+001', aur: '3.1.3-1', web: '3.1.2+001', 'commit:one': world.first })
  })
})
