/** A place that does not answer after a restart says why it could not be looked at: an outage is waited for, and nobody is asked. */
import { expect, test } from 'vitest'
import type { Evidence } from '../../src/release/deployment.ts'
import { branchOf } from '../../src/release/diagnosis/branches.ts'
import { type Performance, perform } from '../../src/runners/perform.ts'
import type { Runner } from '../../src/runners/step.ts'
import { RUNNERS } from '../../src/runners/table.ts'
import { project } from '../release/sample.ts'
import { fakeClock, makeBench } from './make-context.ts'
import { personGit } from './programs.ts'

const NOBODY = 'http://127.0.0.1:9'
const { aur, repository, build } = project
if (aur === undefined) throw new Error('the sample has a package')

const OUT_OF_REACH = {
  repository: { ...repository, url: `${NOBODY}/origin.git` },
  aur: { ...aur, url: `${NOBODY}/harbour.git` },
  build: { ...build, publish: { kind: 'directory', directory: '/nowhere', url: `${NOBODY}/harbour.tar.gz` } } as const,
}

const STEPS: readonly (readonly [keyof typeof RUNNERS, Evidence])[] = [
  ['version.push', { commit: 'c1', commitTime: '1', remoteHead: 'b1' }],
  ['build.tag', { tag: 'v3.1.3+001' }],
  ['build.publish', { url: `${NOBODY}/harbour.tar.gz` }],
  ['aur.submit', { aurCommit: 'a2', aurHead: 'a1' }],
  ['finish.push', { commit: 'd1' }],
  ['vps.pull', { host: 'one' }],
  ['vps.deploy', { host: 'one', job: '/job' }],
  ['rollback.git', { head: 'h' }],
  ['rollback.tag', { tag: 'v3.1.3+001' }],
  ['rollback.aur', { commit: 'a3' }],
  ['rollback.server', { host: 'one' }],
  ['rollback.incident', { commit: 'i1' }],
  ['fix.redeploy', { host: 'one' }],
]

test.each(STEPS)(
  '%s, interrupted, is left to the network while what it was about does not answer',
  async (name, intent) => {
    const { event, ran } = await resumed(name, intent)
    expect(event).toMatchObject({ outcome: { ok: false, problem: { code: 'step.unknown', passing: true } } })
    const problem = event.type === 'settled' && 'problem' in event.outcome ? event.outcome.problem : undefined
    expect(problem && branchOf(problem)).toBe('network')
    expect(ran).toBe(0)
  },
)

/** Taken up after a crash in it, with nothing that answers. */
async function resumed(name: keyof typeof RUNNERS, intent: Evidence) {
  const connect = async () => ({ code: 'unreachable', message: 'timed out' }) as const
  const ssh = { connect, pins: async () => [], close: async () => {} }
  const bench = makeBench({ project: OUT_OF_REACH, ports: { ssh, clock: fakeClock() } })
  personGit('/', 'init', '--quiet', bench.folders.clone)
  bench.leave('version.commit', { commit: 'c1', commitTime: '1' })
  bench.leave('build.package', { packageFile: '/nowhere/harbour.tar.gz', packageSha256: 'ab', packageBytes: 1 })
  bench.leave('aur.srcinfo', { aurHead: 'a1', aurCommit: 'a2', pkgrel: '1' })
  bench.leave('finish.commit', { documentationCommit: 'd1' })
  bench.leave('vps.connect:one', { 'origin:one': '/origin.git' })
  bench.leave('vps.record:one', { 'job:one': '/job', 'keptCommit:one': 'k', 'keptPaths:one': [] })
  const id = /^(vps|fix|rollback\.server)/.test(name) ? `${name}:one` : name
  const state = { status: 'running', attempt: 1, stale: false, evidence: {}, notes: [] } as const
  bench.recall(id, { ...state, attempted: [{ attempt: 1, intent }] })
  let ran = 0
  const runner: Runner = {
    ...RUNNERS[name],
    run: async () => {
      ran += 1
      return { ok: true, evidence: {} }
    },
  }
  const event = await perform({
    effect: { do: 'run', step: id, attempt: 1 },
    deployment: bench.context(runner, id).deployment as Performance['deployment'],
    table: { [name]: runner },
    folders: bench.folders,
    ports: bench.ports,
    signal: AbortSignal.timeout(60_000),
    interrupted: true,
    history: async () => [],
    intend: async () => {},
    progress: () => {},
  })
  return { event, ran }
}
