/** A server goes back: by what was kept, or by its script, and never against anybody's changes. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteLine } from '../../../src/argv/ssh.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Evidence, Outcome } from '../../../src/release/deployment.ts'
import type { Project } from '../../../src/release/project.ts'
import { server } from '../../../src/runners/rollback/server.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { connect } from '../../../src/runners/vps/connect.ts'
import { deploy } from '../../../src/runners/vps/deploy.ts'
import { pull } from '../../../src/runners/vps/pull.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { stage } from '../../../src/runners/vps/stage.ts'
import { createLocalSsh } from '../local-ssh.ts'
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

async function go(vps: Partial<NonNullable<Project['vps']>>): Promise<Outcome> {
  return server.run(bench(vps).context(server, UNDO))
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
      ['setsid', 'before'],
      ['setsid', 'after'],
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
