/** A server goes back: by what was kept, or by its script, and never against anybody's changes. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { jobLine, remoteLine } from '../../../src/argv/ssh.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Evidence, Outcome, StepState } from '../../../src/release/deployment.ts'
import type { Project } from '../../../src/release/project.ts'
import { server } from '../../../src/runners/rollback/server.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { connect } from '../../../src/runners/vps/connect.ts'
import { deploy } from '../../../src/runners/vps/deploy.ts'
import { pull } from '../../../src/runners/vps/pull.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { stage } from '../../../src/runners/vps/stage.ts'
import { createLocalSsh, startsJob, toItsEnd } from '../local-ssh.ts'
import { makeBench } from '../make-context.ts'
import { createWorld } from '../vps/server-world.ts'

const RELEASE: readonly (readonly [Runner, string])[] = [
  [connect, 'vps.connect:one'],
  [record, 'vps.record:one'],
  [stage, 'vps.stage:one'],
  [pull, 'vps.pull:one'],
  [deploy, 'vps.deploy:one'],
]
/** Sleeps a hundredth of what is asked, so that a real command is followed in real but short time. */
const BRISK: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms / 100)),
  at: () => () => undefined,
}
const UNDO = 'rollback.server:one'

const world = createWorld()
let ssh = createLocalSsh(world.at('home'))
let left: Record<string, Evidence>
beforeEach(() => {
  world.reset()
  ssh = createLocalSsh(world.at('home'))
  left = { 'build.target:web': { 'output:web': packWeb('new') } }
})
afterAll(() => world.end())

describe('with what was kept', () => {
  const kept = {
    deploy: ['sh', '-c', 'echo deployed >>../scripts'],
    restart: ['sh', '-c', 'echo restarted >>../scripts'],
  }

  it('puts commit and files back without building, and restarts once', async () => {
    await release(kept)
    expect(web()).toBe('new')
    expect(await go(kept)).toMatchObject({ ok: true, evidence: { 'serverCommit:one': world.before } })
    expect(await isAsBefore()).toBe(true)
    expect(scripts()).toEqual(['deployed', 'restarted'])
    expect(await go(kept)).toMatchObject({ ok: true })
    expect(scripts()).toEqual(['deployed', 'restarted'])
  })

  it.each([2, 3, 4, 5])('restores what was there after the first %i steps of the release', async (count) => {
    await release(kept, count)
    expect(await go(kept)).toMatchObject({ ok: true })
    expect(await isAsBefore()).toBe(true)
    expect(scripts()).toEqual(count > 4 ? ['deployed', 'restarted'] : count > 3 ? ['restarted'] : [])
  })

  it('is seen as done only once everything is back and was restarted', async () => {
    await release(kept)
    expect(await observe(kept)).toMatchObject({ seen: 'not-done' })
    world.git('home/product', 'reset', '--quiet', '--hard', world.before)
    expect(await observe(kept)).toMatchObject({ seen: 'not-done' })
    await go(kept)
    expect(await observe(kept)).toMatchObject({ seen: 'done', evidence: { 'serverCommit:one': world.before } })
  })

  it('is followed where what it has begun still runs, also by a bot that was away for long', async () => {
    const slow = {
      ...kept,
      restart: ['sh', '-c', 'until [ -e ../go ]; do sleep 0.02; done; echo restarted >>../scripts'],
    }
    await release(slow)
    await server.run(bench(slow).context(server, UNDO, { minutes: 0.06 }))
    expect(await observe(slow)).toEqual({ seen: 'begun' })
    writeFileSync(world.at('home/go'), '')
    expect(await go(slow)).toMatchObject({ ok: true })
    expect(scripts()).toEqual(['deployed', 'restarted'])
  })

  it('runs nothing there that the question does not name, but for following its own job', async () => {
    await release(kept)
    ssh.lines.length = 0
    const context = bench(kept).context(server, UNDO)
    await server.run(context)
    const named = Object.values(context.actions)
      .flat()
      .flatMap((action) => {
        if (action.do !== 'remote') return []
        const { argv, cwd, env } = action
        return [remoteLine(argv, { ...(cwd && { cwd }), ...(env && { env }) })]
      })
    for (const line of ssh.lines.filter((each) => !each.includes('rollback-42'))) expect(named).toContain(line)
  })

  it('lists the files that were changed by hand, and leaves them', async () => {
    await release(kept)
    world.write('home/product/version', 'by hand\n')
    expect(problemOf(await go(kept))).toMatchObject({ code: 'rollback.dirty', details: ['version'] })
    expect(readFileSync(world.at('home/product/version'), 'utf8')).toBe('by hand\n')
    expect(web()).toBe('new')
  })

  it('tells where the restart failed, with what it printed', async () => {
    const broken = { ...kept, restart: ['sh', '-c', 'echo error: no such service; exit 3'] }
    await release(broken)
    const problem = problemOf(await go(broken))
    expect(problem.what).toContain('ended with exit code 3')
    expect(problem.details).toContain('error: no such service')
    expect(await isAsBefore()).toBe(true)
  })

  it('says when the services do not run although everything is back', async () => {
    await release({ ...kept, status: ['true'] })
    expect(problemOf(await go({ ...kept, status: ['false'] })).code).toBe('rollback.services')
  })
})

describe('with nothing kept', () => {
  const rebuilt = {
    keep: [],
    deploy: [
      'sh',
      '-c',
      'git pull --quiet && mkdir -p build/web && cp version build/web/index.html && echo built >>../scripts',
    ],
  }
  const noUpload = { upload: undefined } as unknown as Partial<NonNullable<Project['vps']>>

  it('builds the commit before by the script, which pulls nothing newer', async () => {
    await release({ ...rebuilt, ...noUpload })
    expect(web()).toBe('3.1.3\n')
    world.push('Not released', { version: '4.0.0-unfinished\n' })
    expect(await go({ ...rebuilt, ...noUpload })).toMatchObject({ ok: true })
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
    expect(web()).toBe('3.1.2\n')
    expect(scripts()).toEqual(['built', 'built'])
  })
})

describe('while its script still runs', () => {
  const restart = ['sh', '-c', 'echo restarted >>../scripts']
  const endless = (before: string) => ({
    deploy: [
      'sh',
      '-c',
      `${before} echo deployed >>../scripts; until [ -e ../go ]; do sleep 0.02; done; echo late >>../scripts`,
    ],
    restart,
  })

  it.each([
    ['ends when it is told to', ''],
    ['ignores that it is told to end', "trap '' TERM;"],
  ])('nothing is put back before it is gone: one that %s', async (_, before) => {
    await startOf(endless(before))
    ssh.lines.length = 0
    expect(await go(endless(before))).toMatchObject({ ok: true })
    expect(running()).toBe('')
    expect(await isAsBefore()).toBe(true)
    expect(scripts()).toEqual(['deployed', 'restarted'])
    const [ended, reset] = ['KILL', "'reset'"].map((part) => ssh.lines.findIndex((line) => line.includes(part)))
    expect(ended).toBeGreaterThan(-1)
    expect(ended).toBeLessThan(reset ?? -1)
  })

  it('is never taken for put back', async () => {
    await startOf(endless(''))
    world.git('home/product', 'reset', '--quiet', '--hard', world.before)
    rmSync(world.at('home/product/build/web'), { recursive: true })
    cpSync(`${left['vps.record:one']?.['job:one']}/kept/build/web`, world.at('home/product/build/web'), {
      recursive: true,
    })
    const withoutRestart = { ...endless(''), restart: undefined } as unknown as Partial<NonNullable<Project['vps']>>
    expect(await observe(withoutRestart)).toMatchObject({ seen: 'not-done' })
    expect(await go(withoutRestart)).toMatchObject({ ok: true })
    expect(running()).toBe('')
  })

  it('nothing is touched where it could not be ended', async () => {
    await startOf(endless(''))
    ssh.lines.length = 0
    ssh.says = (line) => (line.includes('KILL') ? 'alive' : undefined)
    expect(problemOf(await go(endless(''))).code).toBe('rollback.script-alive')
    expect(ssh.lines.some((line) => line.includes("'reset'"))).toBe(false)
    expect(web()).toBe('new')
    killed(`${left['vps.record:one']?.['job:one']}/deploy`)
  })

  it('goes on where the bot was killed after it had ended it', async () => {
    await startOf(endless(''))
    ssh.trouble = (line) =>
      line.includes('KILL') ? { fault: { code: 'lost', message: 'cut' }, when: 'after' } : undefined
    expect(problemOf(await go(endless(''))).code).toBe('vps.lost')
    ssh.trouble = () => undefined
    expect(await observe(endless(''))).toMatchObject({ seen: 'not-done' })
    expect(await go(endless(''))).toMatchObject({ ok: true })
    expect(scripts()).toEqual(['deployed', 'restarted'])
  })

  it('that was sent and has not begun never begins', async () => {
    const vps = endless('')
    let late = ''
    ssh.trouble = (line) => {
      if (!startsJob(line)) return undefined
      late = line
      return { fault: { code: 'lost', message: 'cut' }, when: 'before' }
    }
    await startOf(vps, false)
    ssh.trouble = () => undefined
    expect(await go(vps, { host: 'one', folder: `${left['vps.record:one']?.['job:one']}/deploy` })).toMatchObject({
      ok: true,
    })
    execFileSync('sh', ['-c', toItsEnd(late)])
    expect(scripts()).toEqual(['restarted'])
  })

  it('a script of another rollback of this server is left alone, and waited for', async () => {
    const vps = { deploy: ['true'], restart }
    await release(vps)
    const folder = `${left['vps.record:one']?.['job:one']}/rollback-41`
    mkdirSync(folder)
    execFileSync('sh', ['-c', jobLine(folder, ['sh', '-c', 'until [ -e "$HOME/go" ]; do sleep 0.02; done'])], {
      env: { ...process.env, HOME: world.at('home') },
    })
    while (!existsSync(join(folder, 'log'))) await new Promise(setImmediate)
    expect(problemOf(await go(vps)).code).toBe('rollback.script-runs')
    killed(folder)
  })
})

/** A release whose script goes on after the bot has stopped waiting for it. */
async function startOf(vps: Partial<NonNullable<Project['vps']>>, begins = true): Promise<void> {
  await release(vps, RELEASE.length - 1)
  const made = bench(vps)
  await deploy.run(made.context(deploy, 'vps.deploy:one', { minutes: 0.06 }))
  if (begins) while (scripts().length === 0) await new Promise(setImmediate)
}

const group = () => readFileSync(`${left['vps.record:one']?.['job:one']}/deploy/started`, 'utf8').trim()

/** Ends what a test has left running in a job's folder. */
function killed(folder: string): void {
  execFileSync('kill', ['-s', 'KILL', '--', `-${readFileSync(join(folder, 'started'), 'utf8').trim()}`])
}

/** What still runs there of the script's group; the empty text where nothing does. */
function running(): string {
  const all = execFileSync('ps', ['-A', '-o', 'pgid=', '-o', 'stat='], { encoding: 'utf8' })
  return all
    .split('\n')
    .filter((line) => new RegExp(`^ *${group()} +[^Z]`).test(line))
    .join()
}

async function release(vps: Partial<NonNullable<Project['vps']>>, count = RELEASE.length): Promise<void> {
  for (const [runner, step] of RELEASE.slice(0, count)) {
    const outcome = await runner.run(bench(vps).context(runner, step))
    if (!outcome.ok) throw new Error(JSON.stringify(outcome))
    left[step] = outcome.evidence
  }
}

function bench(vps: Partial<NonNullable<Project['vps']>>) {
  const of = world.project.vps
  if (of === undefined) throw new Error('the sample has servers')
  const made = makeBench({
    folder: world.root,
    project: { ...world.project, vps: { ...of, ...vps } },
    ports: { ssh, clock: BRISK },
  })
  made.leave('version.commit', { commit: world.commit })
  for (const [step, evidence] of Object.entries(left)) made.leave(step, evidence)
  return made
}

/** `job`: what the release's step has started there and has not seen the end of. */
async function go(vps: Partial<NonNullable<Project['vps']>>, job?: StepState['job']): Promise<Outcome> {
  const made = bench(vps)
  const state = { status: 'failed', attempt: 1, stale: false, evidence: {}, notes: [] } as const
  if (job) Object.assign(made.deployment.steps, { 'vps.deploy:one': { ...state, job } })
  return server.run(made.context(server, UNDO))
}

async function observe(vps: Partial<NonNullable<Project['vps']>>) {
  return server.observe?.(bench(vps).context(server, UNDO))
}

function problemOf(outcome: Outcome) {
  if (outcome.ok || 'changed' in outcome) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}

async function isAsBefore(): Promise<boolean> {
  const commit = world.git('home/product', 'rev-parse', 'HEAD')
  const clean = world.git('home/product', 'status', '--porcelain')
  return commit === world.before && clean === '' && web() === 'old'
}

const web = () => readFileSync(world.at('home/product/build/web/index.html'), 'utf8')

function scripts(): readonly string[] {
  const file = world.at('home/scripts')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
}

function packWeb(text: string): string {
  const folder = world.at('data/builds/harbour/42/output')
  mkdirSync(join(folder, 'output'), { recursive: true })
  writeFileSync(join(folder, 'output/index.html'), text)
  execFileSync('tar', ['-czf', join(folder, 'web.tar.gz'), '-C', folder, 'output'])
  return createHash('sha256')
    .update(readFileSync(join(folder, 'web.tar.gz')))
    .digest('hex')
}

/** Last, since it keeps the released server as what `reset` goes back to. */
describe('over a connection that is cut', () => {
  const kept = {
    deploy: ['sh', '-c', 'echo deployed >>../scripts'],
    restart: ['sh', '-c', 'echo restarted >>../scripts'],
  }

  it('goes on wherever that was, and restarts once', async () => {
    await release(kept)
    world.save()
    for (const [part, when] of [
      ["'reset'", 'after'],
      ['slipway-new', 'before'],
      ['setsid nohup', 'before'],
      ['setsid nohup', 'after'],
    ] as const) {
      world.reset()
      ssh = createLocalSsh(world.at('home'))
      let cuts = 0
      ssh.trouble = (line) =>
        line.includes(part) && cuts++ === 0 ? { fault: { code: 'lost', message: 'cut' }, when } : undefined
      const first = await go(kept)
      const second = first.ok ? first : await go(kept)
      expect(cuts).toBeGreaterThan(0)
      expect(second, `cut ${when} ${part}`).toMatchObject({ ok: true })
      expect(await isAsBefore()).toBe(true)
      expect(scripts()).toEqual(['deployed', 'restarted'])
    }
  })
})
