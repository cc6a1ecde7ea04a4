import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Http } from '../../../src/ports/http.ts'
import { isSshFault, type SshFault } from '../../../src/ports/ssh.ts'
import type { Evidence, Outcome } from '../../../src/release/deployment.ts'
import { deploy } from '../../../src/runners/vps/deploy.ts'
import { pull } from '../../../src/runners/vps/pull.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { stage } from '../../../src/runners/vps/stage.ts'
import { status } from '../../../src/runners/vps/status.ts'
import { createLocalSsh, startsJob, toItsEnd } from '../local-ssh.ts'
import { fakeClock, makeBench } from '../make-context.ts'
import { realPorts } from '../real-ports.ts'
import { createWorld } from './server-world.ts'

/** Sleeps a hundredth of what is asked, so that a real script is followed in real but short time. */
const brisk: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms / 100)),
  at: () => () => undefined,
}

const world = createWorld()
const { vps } = world.project
if (vps === undefined) throw new Error('the world has a server')
const { upload: _, ...withoutWeb } = vps
let ssh = createLocalSsh(world.at('home'))
let left: Record<string, Evidence> = {}

beforeAll(async () => {
  left = { 'vps.connect:one': { 'origin:one': world.at('origin.git') } }
  for (const [runner, name] of [
    [record, 'record'],
    [stage, 'stage'],
    [pull, 'pull'],
  ] as const) {
    const outcome = await runner.run(bench().context(runner, `vps.${name}:one`))
    if (!outcome.ok) throw new Error(JSON.stringify(outcome))
    left[`vps.${name}:one`] = outcome.evidence
  }
  world.save()
})
beforeEach(() => {
  world.reset()
  ssh = createLocalSsh(world.at('home'))
})
afterAll(() => world.end())

describe('the deployment script', () => {
  it('gets the release commit from its own git pull, whatever a colleague pushed meanwhile', async () => {
    world.push('Not released', { version: '4.0.0-unfinished\n' })
    const made = bench()
    expect(await run(made)).toMatchObject({ ok: true, evidence: { 'deployExit:one': 0 } })
    expect(log(made)).toContain('deployed 3.1.3\n')
    expect(made.progress).toContain('deployed 3.1.3')
    expect(made.intents).toEqual([{ host: 'one', job: job(), commit: world.commit }])
  })

  it.each([
    'git pull --quiet origin master',
    'git pull --quiet --rebase --autostash',
    'git fetch --quiet && git reset --quiet --hard origin/master',
    'git fetch --quiet origin master && git reset --quiet --hard FETCH_HEAD',
    'git fetch --quiet --all && git merge --quiet --ff-only "@{upstream}"',
    'git pull --quiet "$(git config remote.origin.url)" master',
    'cd build && sh -c "git pull --quiet --ff-only"',
  ])('gets the release commit from %s as well', async (shape) => {
    world.push('Not released', { version: '4.0.0-unfinished\n' })
    script(`${shape} && echo "deployed $(git show HEAD:version)"`)
    const made = bench()
    expect(await run(made)).toMatchObject({ ok: true })
    expect(log(made)).toContain('deployed 3.1.3\n')
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.commit)
  })

  it('gets other repositories as they are, also one whose address begins like the origin', async () => {
    world.git('.', 'clone', '--quiet', '--bare', world.at('colleague'), world.at('origin.github.io'))
    script('git pull --quiet && git clone --quiet "$(git config remote.origin.url)hub.io" ../site')
    expect(await run()).toMatchObject({ ok: true })
    expect(world.git('home/site', 'rev-parse', 'HEAD')).toBe(world.git('colleague', 'rev-parse', 'HEAD'))
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.commit)
  })

  it('is not started again when it ended well before', async () => {
    script('echo ran >>../ran')
    await run()
    expect(await run()).toMatchObject({ ok: true, notes: ['already there: the script ended well on one'] })
    expect(await look()).toMatchObject({ seen: 'done' })
    expect(ran()).toBe('ran\n')
  })

  it('is followed to its end although the connection is lost again and again', async () => {
    script('echo ran >>../ran; for n in 1 2 3; do echo "line $n"; sleep 0.05; done')
    let count = 0
    ssh.trouble = (line) => (line.includes('started') && ++count % 2 === 0 ? { fault: LOST, when: 'after' } : undefined)
    const made = bench()
    expect(await run(made)).toMatchObject({ ok: true })
    expect(log(made).match(/^line \d$/gm)).toEqual(['line 1', 'line 2', 'line 3'])
    expect(ran()).toBe('ran\n')
  })

  it('may print far more than a log of 1 MB holds: its beginning and its end are there, and what was left out is said', async () => {
    script('echo first words; yes "one line like all the others" | head -c 20300000; echo last words; exit 3')
    const made = bench(1, { logBytes: 1024 ** 2 })
    expect(problemOf(await run(made)).code).toBe('vps.deploy-failed')
    const text = log(made)
    expect(text.length).toBeLessThan(1024 ** 2 + 10_000)
    expect(text).toContain('first words\none line like all the others\n')
    expect(text).toMatch(/\n\[\d+ bytes left out; the log on one has them\]\none line like all the others\n/)
    expect(text).toContain('others\nlast words\n')
    expect(ssh.lines.length).toBeLessThan(60)
  })

  it('that prints on and on fills no more than a log of 1 MB', async () => {
    script('while yes "one line like all the others" | head -c 200000; do sleep 0.01; done')
    const made = bench(1, { logBytes: 1024 ** 2 })
    expect(problemOf(await deploy.run(made.context(deploy, 'vps.deploy:one', { minutes: 0.08 }))).code).toBe(
      'vps.deploy-running',
    )
    execFileSync('sh', ['-c', `kill -s KILL -- -$(cat ${job()}/started)`])
    expect(log(made).length).toBeLessThan(1024 ** 2 + 10_000)
  })

  it('that ended well is told so, however much of its log is not read when time is over', async () => {
    script('yes | head -c 500000')
    ssh.trouble = (line) => {
      if (!startsJob(line)) return undefined
      execFileSync('sh', ['-c', toItsEnd(line)])
      return { fault: LOST, when: 'before' }
    }
    const made = bench()
    expect(await deploy.run(made.context(deploy, 'vps.deploy:one', { minutes: 0.05 }))).toMatchObject({ ok: true })
  })

  it('is taken up where it is after a restart of the bot', async () => {
    script('echo ran >>../ran; until [ -e ../go ]; do sleep 0.02; done')
    const cut = bench()
    expect(problemOf(await deploy.run(cut.context(deploy, 'vps.deploy:one', { minutes: 0.06 }))).code).toBe(
      'vps.deploy-running',
    )
    expect(await look()).toEqual({ seen: 'begun' })
    writeFileSync(world.at('home/go'), '')
    expect(await run()).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\n')
  })

  it('that ended badly while the bot was away is begun until that was told, and then not done', async () => {
    script('until [ -e ../go ]; do sleep 0.02; done; exit 7')
    await deploy.run(bench().context(deploy, 'vps.deploy:one', { minutes: 0.06 }))
    writeFileSync(world.at('home/go'), '')
    await vi.waitUntil(() => existsSync(join(job(), 'rc')))
    expect(await look(later(1, { stillKnown: true }))).toEqual({ seen: 'begun' })
    expect(await look(later(2))).toEqual({ seen: 'not-done' })
  })

  it('fails with the lines of its log that say why, and runs again only in another attempt', async () => {
    script('echo ran >>../ran; echo compiling; echo "error: no space left on device" >&2; exit 7')
    const problem = problemOf(await run())
    expect(problem).toMatchObject({ code: 'vps.deploy-failed', copy: 'retry #42' })
    expect(problem.what).toContain('exit code 7')
    expect(problem.details).toContain('error: no space left on device')
    expect(problemOf(await run()).code).toBe('vps.deploy-failed')
    expect(ran()).toBe('ran\n')
    script('echo ran >>../ran')
    expect(await run(bench(2))).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\nran\n')
  })

  it('runs again in the next attempt where the connection that gave the order was lost before it failed', async () => {
    script('echo ran >>../ran; exit 7')
    let lost = false
    ssh.trouble = () => {
      const isNext = startsJob(ssh.lines.at(-2) ?? '')
      lost ||= isNext === true
      return isNext ? { fault: LOST, when: 'before' } : undefined
    }
    expect(await run()).toMatchObject({ problem: { code: 'vps.deploy-failed' }, over: true })
    expect(lost).toBe(true)
    script('echo ran >>../ran')
    expect(await run(later(2))).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\nran\n')
  })

  it.each([
    ['failed', 'exit 7', 'vps.deploy-failed'],
    ['is gone', 'kill -9 $PPID', 'vps.deploy-lost'],
  ])('that %s and could not be set aside is set aside by the next attempt', async (_, ending, code) => {
    script(`echo ran >>../ran; ${ending}`)
    ssh.trouble = unmovable
    expect(await run()).toMatchObject({ problem: { code }, over: true })
    expect(existsSync(join(job(), 'started'))).toBe(true)
    expect(problemOf(await run(later(2))).code).toBe('vps.lost')
    expect(ran()).toBe('ran\n')
    ssh.trouble = () => undefined
    script('echo ran >>../ran')
    expect(await run(later(2))).toMatchObject({ ok: true })
    expect(await run(later(2))).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
    expect(ran()).toBe('ran\nran\n')
  })

  it('that failed while nobody followed it is told by the next attempt, not run again', async () => {
    script('echo ran >>../ran; until [ -e ../go ]; do sleep 0.02; done; exit 7')
    const cut = bench().context(deploy, 'vps.deploy:one', { minutes: 0.06 })
    expect(problemOf(await deploy.run(cut)).code).toBe('vps.deploy-running')
    writeFileSync(world.at('home/go'), '')
    await vi.waitUntil(() => existsSync(join(job(), 'rc')))
    expect(problemOf(await run(later(2, { stillKnown: true }))).code).toBe('vps.deploy-failed')
    expect(ran()).toBe('ran\n')
  })

  it('is followed, not run beside itself, where an earlier attempt is wrongly thought to have ended', async () => {
    script('echo ran >>../ran; until [ -e ../go ]; do sleep 0.02; done')
    const cut = bench().context(deploy, 'vps.deploy:one', { minutes: 0.06 })
    expect(problemOf(await deploy.run(cut)).code).toBe('vps.deploy-running')
    let looks = 0
    ssh.trouble = (line) => {
      if (line.includes('rc=$rc') && ++looks === 2) writeFileSync(world.at('home/go'), '')
      return undefined
    }
    expect(await run(later(2))).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\n')
  })

  it('is set aside, and run once in an attempt, on a host without sftp', async () => {
    script('echo ran >>../ran; exit 7')
    const none: SshFault = { code: 'no-sftp', message: 'no' }
    const connect = ssh.connect
    ssh.connect = async (host) => {
      const session = await connect(host)
      return isSshFault(session) ? session : { ...session, size: async () => none, rename: async () => none }
    }
    expect(problemOf(await run()).shell).toContain('deploy-failed-1/log')
    expect(problemOf(await run()).code).toBe('vps.deploy-failed')
    expect(ran()).toBe('ran\n')
    script('echo ran >>../ran')
    expect(await run(later(2))).toMatchObject({ ok: true })
  })

  it('is not started where nobody can tell whether this attempt failed before', async () => {
    script('echo ran >>../ran; exit 7')
    await run()
    ssh.trouble = (line) => (line.startsWith("'test' '-e'") ? { fault: LOST, when: 'before' } : undefined)
    expect(problemOf(await run()).code).toBe('vps.lost')
    expect(ran()).toBe('ran\n')
  })

  it('is a question to a person where its process is gone without an exit code', async () => {
    await run()
    writeFileSync(join(job(), 'started'), '999999999')
    rmSync(join(job(), 'rc'))
    expect(await look()).toMatchObject({ seen: 'unknown' })
    expect(problemOf(await run()).code).toBe('vps.deploy-lost')
  })

  it('is told as not started when nothing follows the command', async () => {
    ssh.trouble = (line) => (startsJob(line) ? { fault: LOST, when: 'before' } : undefined)
    expect(problemOf(await run()).code).toBe('vps.deploy-not-started')
  })

  it('is followed, not started again, when it begins only after it was given up', async () => {
    script('echo ran >>../ran')
    let late = ''
    ssh.trouble = (line) => {
      if (startsJob(line)) late = line
      if (line.includes('echo never')) execFileSync('sh', ['-c', toItsEnd(late)])
      return startsJob(line) ? { fault: LOST, when: 'before' } : undefined
    }
    expect(await run()).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\n')
  })

  it('is followed on where nobody can tell whether it may still begin', async () => {
    script('echo ran >>../ran')
    let late = ''
    ssh.trouble = (line) => {
      if (startsJob(line)) late = line
      if (line.includes('echo never')) execFileSync('sh', ['-c', toItsEnd(late)])
      return startsJob(line) || line.includes('echo never') ? { fault: LOST, when: 'before' } : undefined
    }
    expect(await run()).toMatchObject({ ok: true })
    expect(ran()).toBe('ran\n')
  })

  it('is ended for a cancel as soon as the server can be asked again, and seen to be gone', async () => {
    script('echo ran >>../ran; until [ -e ../go ]; do sleep 0.02; done')
    expect(problemOf(await deploy.run(bench().context(deploy, 'vps.deploy:one', { minutes: 0.06 }))).code).toBe(
      'vps.deploy-running',
    )
    const made = bench()
    let unreachable = 3
    const connect = ssh.connect
    ssh.connect = (host) => (unreachable-- > 0 ? Promise.resolve(LOST) : connect(host))
    const outcome = await deploy.end?.(made.context(deploy, 'vps.deploy:one'))
    expect(outcome).toMatchObject({ ok: false, problem: { code: 'vps.deploy-cancelled' }, over: true })
    expect(made.progress).toContain('one does not answer, so it may still run there; asking again')
    const running = execFileSync('ps', ['-A', '-o', 'pgid=', '-o', 'stat='], { encoding: 'utf8' })
    const group = readFileSync(join(job(), 'started'), 'utf8').trim()
    expect(running).not.toMatch(new RegExp(`^ *${group} +[^Z]`, 'm'))
  })

  it('that ended well before it could be ended for a cancel is told as done', async () => {
    await run()
    expect(await deploy.end?.(bench().context(deploy, 'vps.deploy:one'))).toMatchObject({ ok: true })
  })

  it('of which nothing is there any more has ended', async () => {
    await run()
    rmSync(job(), { recursive: true })
    expect(await deploy.end?.(bench().context(deploy, 'vps.deploy:one'))).toMatchObject({ ok: false, over: true })
  })

  it('stops at once when the host shows another key', async () => {
    ssh.trouble = (line) => {
      if (startsJob(line)) ssh.refuse = { code: 'host-key-changed', message: 'other' }
      return undefined
    }
    expect(problemOf(await run()).code).toBe('vps.host-key-changed')
  })
})

describe('the state of the server afterwards', () => {
  it('is good when commit and served version are those of the release', async () => {
    await run()
    expect(await seeStatus(serving('3.1.3', '001'))).toMatchObject({
      ok: true,
      evidence: { 'serverCommit:one': world.commit, 'servedNow:one': '3.1.3+001' },
    })
  })

  it.each([
    ['the site serves the old version', () => serving('3.1.2', '004'), 'vps.serves-other'],
    ['the site serves the old build', () => serving('3.1.3', '000'), 'vps.serves-other'],
    ['the site is down', () => down, 'vps.serves-nothing'],
  ])('is a problem when %s although the script ended well', async (_, http, code) => {
    expect(problemOf(await seeStatus(http())).code).toBe(code)
  })

  it('waits a while for a site that is starting', async () => {
    let asked = 0
    const http: Http = {
      ...down,
      get: (url, options) => (++asked < 4 ? down : serving('3.1.3', '001')).get(url, options),
    }
    expect(await seeStatus(http)).toMatchObject({ ok: true })
  })

  it('is told in time, also where the last look takes a while: what is served says more than that time ran out', async () => {
    const clock = fakeClock()
    const old = serving('3.1.2', '004')
    const slow: Http = {
      ...old,
      get: async (url, options) => {
        await clock.sleep(3_000, AbortSignal.timeout(60_000))
        return old.get(url, options)
      },
    }
    const deadline = clock.now() + 12_000
    expect(problemOf(await seeStatus(slow, undefined, { clock, minutes: 0.2 })).code).toBe('vps.serves-other')
    expect(clock.now()).toBeLessThan(deadline)
  })

  it('is a problem when the script left the checkout changed', async () => {
    world.write('home/product/version', 'touched')
    expect(problemOf(await seeStatus(serving('3.1.3', '001')))).toMatchObject({
      code: 'vps.dirty',
      details: ['version'],
    })
  })

  it('is a problem when the script moved the checkout', async () => {
    world.git('home/product', 'reset', '--quiet', '--hard', world.before)
    expect(problemOf(await seeStatus(serving('3.1.3', '001'))).code).toBe('vps.not-at-release')
  })

  it("is a problem when the product's own status command fails", async () => {
    world.write('home/product/build/status', '#!/bin/sh\necho "web: exited"\nexit 1\n', 0o755)
    const problem = problemOf(await seeStatus(serving('3.1.3', '001'), ['./build/status']))
    expect(problem).toMatchObject({ code: 'vps.status-failed', details: ['web: exited'] })
  })
})

const unmovable = (line: string) =>
  line.includes('mv -- "$1"') ? ({ fault: LOST, when: 'before' } as const) : undefined
const LOST: SshFault = { code: 'lost', message: 'connection reset' }
const down: Http = {
  get: async () => ({ ok: false, code: 'refused', message: 'connection refused' }),
  download: async () => ({ ok: false, code: 'refused', message: 'connection refused' }),
}
const serving = (version: string, build: string): Http => ({
  ...down,
  get: async (url) => ({
    ok: true,
    status: 200,
    body: JSON.stringify({ app_name: 'harbour', version, build_number: build }),
    truncated: false,
    headers: {},
    url,
  }),
})

interface Different {
  readonly http?: Http
  readonly clock?: Clock
  readonly status?: readonly string[]
  readonly logBytes?: number
}

function bench(attempt = 1, more: Different = {}) {
  const { files } = realPorts()
  const { logBytes = files.logBytes } = more
  const { verify } = world.project
  const made = makeBench({
    folder: world.root,
    project: {
      ...world.project,
      vps: { ...withoutWeb, ...(more.status && { status: more.status }) },
      verify: more.http ? { ...verify, app: 'https://app.example.org' } : verify,
    },
    ports: { ssh, files: { ...files, logBytes }, clock: more.clock ?? brisk, ...(more.http && { http: more.http }) },
  })
  made.leave('version.commit', { commit: world.commit })
  for (const [step, evidence] of Object.entries(left)) made.leave(step, evidence)
  Object.assign(made.deployment.steps, {
    'vps.deploy:one': { status: 'running', attempt, stale: false, evidence: {}, notes: [] },
  })
  return made
}

/** A later attempt, as the journal has it: of the script that was ordered before, the end was told, or it is still known. */
function later(attempt: number, { stillKnown = false } = {}) {
  const made = bench(attempt)
  const intent = { host: 'one', job: job(), commit: world.commit }
  Object.assign(made.deployment.steps['vps.deploy:one'] ?? {}, {
    attempted: [{ attempt: 1, intent }],
    ...(stillKnown && { job: { host: 'one', folder: job() } }),
  })
  return made
}

function run(made = bench()): Promise<Outcome> {
  return deploy.run(made.context(deploy, 'vps.deploy:one'))
}

function look(made = bench()) {
  return deploy.observe?.(made.context(deploy, 'vps.deploy:one'))
}

function seeStatus(
  http: Http,
  command?: readonly string[],
  { clock = fakeClock(), minutes = 10 } = {},
): Promise<Outcome> {
  const made = bench(1, { http, clock, ...(command && { status: command }) })
  return status.run(made.context(status, 'vps.status:one', { minutes }))
}

function script(text: string): void {
  writeFileSync(world.at('home/product/deploy.sh'), `#!/bin/sh\n${text}\n`)
}

const job = () => `${left['vps.record:one']?.['job:one']}/deploy`
const ran = () => readFileSync(world.at('home/ran'), 'utf8')
const log = (made: ReturnType<typeof bench>) => readFileSync(join(made.folders.logs, 'vps.deploy.one.1.log'), 'utf8')

function problemOf(outcome: Outcome) {
  if (outcome.ok || 'changed' in outcome) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}
