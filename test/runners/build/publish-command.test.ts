/** A command that publishes is run once: after a crash in it only a person may have it run again. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Publish } from '../../../src/release/project.ts'
import { publish } from '../../../src/runners/build/publish.ts'
import { perform } from '../../../src/runners/perform.ts'
import { project } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { fakeClock, makeBench, temporaryFolder } from '../make-context.ts'
import { serve } from '../product.ts'

const STEP = 'build.publish'
const TEXT = 'a package'

interface Crash {
  readonly kind?: 'directory' | 'sftp'
  /** How often the address answers that nothing is there. */
  readonly lag?: number
  /** Killed before the command was begun. */
  readonly before?: true
  /** Where the command got to. */
  readonly left?: 'package'
  /** The host does not answer at all. */
  readonly down?: true
}

/** Slipway was killed as it published, and starts again. */
async function afterCrash({ kind, lag = 0, before, left, down }: Crash) {
  const site = temporaryFolder()
  const url = `${down ? 'http://127.0.0.1:9' : await serve(site, lag)}/harbour.tar.gz`
  const sftp = { host: 'files', port: 22, user: 'u', directory: site, ssh: { agent: false } } as const
  const command: Publish = {
    kind: 'command',
    run: [['sh', '-c', `touch ${site}/again; cp "$0" ${site}`, '{file}']],
    url,
  }
  const place: Publish =
    kind === undefined ? command : kind === 'sftp' ? { kind, ...sftp, url } : { kind, directory: site, url }
  const [ssh, clock] = [createLocalSsh(site), fakeClock()]
  const bench = makeBench({ project: { build: { ...project.build, publish: place } }, ports: { ssh, clock } })
  const packageFile = join(bench.folders.builds, 'package', 'harbour.tar.gz')
  const packageSha256 = createHash('sha256').update(TEXT).digest('hex')
  mkdirSync(join(packageFile, '..'))
  writeFileSync(packageFile, TEXT)
  writeFileSync(`${packageFile}.sha256`, `${packageSha256}  harbour.tar.gz\n`)
  if (left) writeFileSync(join(site, 'harbour.tar.gz'), TEXT)
  bench.leave('build.package', { packageFile, packageSha256, packageBytes: TEXT.length })
  const state = { status: 'running', attempt: 1, stale: false, evidence: {}, notes: [] } as const
  bench.recall(STEP, { ...state, ...(!before && { attempted: [{ attempt: 1, intent: { url } }] }) })
  const context = bench.context(publish, STEP)
  const planned = context.deployment.plan.map((step) => (step.id === STEP ? { ...step, effect: 'outside' } : step))
  const event = await perform({
    effect: { do: 'run', step: STEP, attempt: 1 },
    deployment: { ...context.deployment, plan: planned as typeof context.deployment.plan },
    table: { [STEP]: publish },
    folders: bench.folders,
    ports: bench.ports,
    signal: AbortSignal.timeout(60_000),
    interrupted: true,
    history: async () => [],
    intend: async () => undefined,
    progress: (line) => void bench.progress.push(line),
  })
  const outcome = event.type === 'settled' ? event.outcome : undefined
  return { outcome, bench, slept: clock.slept, again: existsSync(join(site, 'again')) }
}

test('that has published is waited for, where the host shows files late', async () => {
  const { outcome, slept, again, bench } = await afterCrash({ lag: 3, left: 'package' })
  expect(outcome).toMatchObject({ ok: true, notes: ['found done after a restart'] })
  expect(slept).toEqual([5000, 5000, 5000])
  expect(bench.progress).toContainEqual(expect.stringMatching(/^waiting for .*harbour\.tar\.gz: status 404$/))
  expect(again).toBe(false)
})

test('that nobody can see anything of is a question, after as long as a download waits', async () => {
  const { outcome, slept, again } = await afterCrash({})
  expect(outcome).toMatchObject({
    problem: {
      code: 'step.unknown',
      why: expect.stringMatching(/Is the package published at .* a retry runs it again .* It answers status 404\.$/),
    },
  })
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(9 * 60_000)
  expect(again).toBe(false)
})

test('of whose host nobody hears is a question too, and is not left to the network: it would be run again once the host is back', async () => {
  const { outcome, again } = await afterCrash({ down: true })
  expect(outcome).toMatchObject({ problem: { code: 'step.unknown', passing: false } })
  expect(again).toBe(false)
})

test.each([
  ['whose command was not begun', { before: true }],
  ['by directory, where the place itself tells', { kind: 'directory' }],
  ['by sftp, where the place itself tells', { kind: 'sftp' }],
] as const)('a package %s is published at once', async (_, crash) => {
  const { outcome, slept, again } = await afterCrash(crash)
  expect(outcome).toMatchObject({ ok: true, notes: [] })
  expect(slept).toEqual([])
  expect(again).toBe('before' in crash)
})
