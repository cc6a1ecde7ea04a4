import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { remoteLine } from '../../../src/argv/ssh.ts'
import type { Http } from '../../../src/ports/http.ts'
import type { SshFault } from '../../../src/ports/ssh.ts'
import type { Vps } from '../../../src/release/project.ts'
import type { FixName, ProbeName } from '../../../src/release/recovery.ts'
import type { Action } from '../../../src/runners/step.ts'
import { TROUBLESHOOTING } from '../../../src/runners/troubleshoot/table.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { makeBench } from '../make-context.ts'
import { createWorld } from '../vps/server-world.ts'
import { answers } from '../world.ts'
import { answered, type Failed, failure, troubleshoot } from './asking.ts'

const world = createWorld()
let ssh = createLocalSsh(world.at('home'))
const job = world.at('home/job')
beforeEach(() => {
  world.reset()
  ssh = createLocalSsh(world.at('home'))
  mkdirSync(join(job, 'deploy'), { recursive: true })
})
afterAll(() => world.end())

const SITE = 'https://site.example.org'

function bench(more: { readonly vps?: Partial<Vps>; readonly http?: Http; readonly site?: string } = {}) {
  const { vps, verify } = world.project
  const made = makeBench({
    folder: world.root,
    project: {
      ...world.project,
      ...(vps && { vps: { ...vps, ...more.vps } }),
      verify: { ...verify, ...(more.site && { site: more.site }) },
    },
    ports: { ssh, ...(more.http && { http: more.http }) },
  })
  made.leave('version.commit', { commit: world.commit })
  made.leave('vps.record:one', { 'job:one': job, 'origin:one': world.at('origin.git') })
  return made
}

const ask = (name: ProbeName, failed?: Failed, made = bench()) =>
  answered(troubleshoot(made, name, { item: 'one', ...(failed && { failed }) }))
const fix = (name: FixName, made = bench()) => troubleshoot(made, name, { item: 'one' })

describe('a server', () => {
  test('that answers is told as such', async () => {
    expect(await ask('probe.ssh')).toEqual({ answer: 'yes', found: 'one answers with its pinned key' })
  })

  test.each([
    ['unreachable', 'no'],
    ['no-banner', 'no'],
    ['host-key-changed', 'changed'],
    ['host-key-unknown', 'changed'],
    ['refused-key', 'refused'],
  ] as const)('that cannot be used (%s) is told apart: %s', async (code, answer) => {
    ssh.refuse = { code, message: 'no' } satisfies SshFault
    expect(await ask('probe.ssh')).toMatchObject({ answer })
  })

  test('has room, unless the step that failed there says it had none', async () => {
    expect(await ask('probe.server-disk')).toMatchObject({ answer: 'room' })
    const said = ['cp: error writing build/web: No space left on device']
    expect(await ask('probe.server-disk', { step: 'vps.deploy:one', said })).toMatchObject({
      answer: 'full',
      found: expect.stringContaining('No space left on device'),
    })
    expect(await ask('probe.server-disk', { step: 'vps.deploy:two', said })).toMatchObject({ answer: 'room' })
  })

  test('is meant to stay where it is until it is switched, and to be at the release from then on', async () => {
    const switched = { step: 'vps.pull:one', intent: { host: 'one' } }
    expect(await ask('probe.server-git')).toMatchObject({ answer: 'waits' })
    expect(await ask('probe.server-git', switched)).toMatchObject({ answer: 'elsewhere' })
    world.git('home/product', 'pull', '--quiet')
    expect(await ask('probe.server-git', switched)).toMatchObject({ answer: 'there' })
    world.write('home/product/version', 'by hand\n')
    expect(await ask('probe.server-git', switched)).toEqual({
      answer: 'dirty',
      found: 'changed by hand on one: version',
    })
    world.git('home/product', 'checkout', '--quiet', '-f', '-b', 'hotfix')
    expect(await ask('probe.server-git', switched)).toMatchObject({ answer: 'branch' })
  })

  test.each([
    ['up', ['true'], 'up', '"true" on one ended well'],
    ['down', ['sh', '-c', 'echo web exited; exit 3'], 'down', 'with code 3: web exited'],
  ])('whose services are %s says so itself', async (_, status, answer, found) => {
    const seen = await ask('probe.server-status', undefined, bench({ vps: { status } }))
    expect(seen).toEqual({ answer, found: expect.stringContaining(found) })
  })

  test('shows the last line of its log in which something went wrong', async () => {
    const logs = ['printf', '%s\n', 'starting', 'fatal: no database', 'waiting']
    const seen = await ask('probe.server-log', undefined, bench({ vps: { logs } }))
    expect(seen).toEqual({ answer: 'read', found: 'the last line with an error: fatal: no database' })
    expect(await ask('probe.server-log')).toMatchObject({ answer: 'none' })
  })

  test.each([
    ['did not run', undefined, 'none'],
    ['ended well', '0', 'well'],
    ['failed', '2', 'failed'],
  ])('whose script %s', async (_, rc, answer) => {
    const made = bench()
    if (rc !== undefined) {
      made.leave('vps.deploy:one', {})
      writeFileSync(join(job, 'deploy/started'), '999999\n')
      writeFileSync(join(job, 'deploy/rc'), `${rc}\n`)
    }
    expect(await ask('probe.script', undefined, made)).toMatchObject({ answer })
  })

  test('is only asked what the description names, and nothing is changed there', async () => {
    const made = bench({ vps: { status: ['true'], logs: ['echo', 'log'] } })
    const before = world.git('home/product', 'status', '--porcelain')
    for (const name of [
      'probe.ssh',
      'probe.server-disk',
      'probe.server-git',
      'probe.server-status',
      'probe.server-log',
    ] as const) {
      const from = ssh.lines.length
      const { facts } = made.context(TROUBLESHOOTING[name], `${name}:one`)
      await ask(name, undefined, made)
      const described: Action[] = Object.values(TROUBLESHOOTING[name].describe(facts)).flat()
      const lines = described.flatMap((each) =>
        each.do === 'remote'
          ? [remoteLine(each.argv, { ...(each.cwd && { cwd: each.cwd }), ...(each.env && { env: each.env }) })]
          : [],
      )
      expect(ssh.lines.slice(from)).toEqual(lines)
    }
    expect(world.git('home/product', 'status', '--porcelain')).toBe(before)
  })
})

describe('a restart', () => {
  const restart = ['touch', 'restarted']
  const place = world.at('home/product/restarted')

  test('is not done where the site answers', async () => {
    const http = answers({ [SITE]: { status: 200 } })
    const made = bench({ vps: { restart }, http, site: SITE })
    expect(await failure(fix('fix.restart', made))).toMatchObject({ code: 'troubleshoot.site-answers' })
    expect(existsSync(place)).toBe(false)
  })

  test('is written down and done where the site is silent', async () => {
    const made = bench({ vps: { restart }, http: answers({ [SITE]: { status: 502 } }), site: SITE })
    expect(await fix('fix.restart', made)).toMatchObject({ ok: true })
    expect(made.intents).toEqual([{ host: 'one', restart: 'touch restarted' }])
    expect(existsSync(place)).toBe(true)
  })

  test('that the server refuses says what it said', async () => {
    const made = bench({ vps: { restart: ['sh', '-c', 'echo no such service >&2; exit 5'] }, http: answers({}) })
    expect(await failure(fix('fix.restart', made))).toMatchObject({
      code: 'troubleshoot.restart-failed',
      details: ['no such service'],
    })
  })
})

describe('running the script again', () => {
  const script = join(job, 'deploy')

  test('keeps the folder of the run before under another name, once', async () => {
    const made = bench()
    made.leave('vps.deploy:one', {})
    writeFileSync(join(script, 'started'), '999999\n')
    writeFileSync(join(script, 'rc'), '0\n')
    expect(await fix('fix.redeploy', made)).toMatchObject({
      ok: true,
      evidence: { 'setAside:one': `${script}-before-2` },
    })
    expect([existsSync(script), existsSync(`${script}-before-2/rc`)]).toEqual([false, true])
    const context = made.context(TROUBLESHOOTING['fix.redeploy'], 'fix.redeploy:one')
    expect(await TROUBLESHOOTING['fix.redeploy'].observe?.(context)).toMatchObject({ seen: 'done' })
  })

  test('waits for no script that still runs, and touches none', async () => {
    const group = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void group.kill('SIGKILL'))
    writeFileSync(join(script, 'started'), `${group.pid}\n`)
    expect(await failure(fix('fix.redeploy'))).toMatchObject({ code: 'troubleshoot.script-runs' })
    expect(existsSync(join(script, 'started'))).toBe(true)
  })
})

test('pulling again is refused where the release commit no longer lies ready', async () => {
  world.git('.', 'clone', '--quiet', '--bare', world.at('origin.git'), join(job, 'pin'))
  expect(await fix('fix.pull')).toMatchObject({ ok: true })
  world.git('home/job/pin', 'update-ref', 'refs/heads/master', world.before)
  expect(await failure(fix('fix.pull'))).toMatchObject({ code: 'troubleshoot.not-staged' })
})
