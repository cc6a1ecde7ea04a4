/** What an approval is bound to: whatever would change what happens changes the digest. */
import { expect, test } from 'vitest'
import { digestOf } from '../../src/release/approvals.ts'
import { isProblem } from '../../src/release/problems.ts'
import type { Project } from '../../src/release/project.ts'
import { commonActions, commonContent } from '../../src/runners/gate-content.ts'
import type { Runner } from '../../src/runners/step.ts'
import { project } from '../release/sample.ts'
import { answering, type BenchOptions, makeBench } from './make-context.ts'

const nothing: Runner = { describe: () => ({}), run: async () => ({ ok: true, evidence: {} }) }
const { package: _package, publish: _publish, ...build } = project.build
const { upload: _upload, ...vps } = project.vps ?? {
  hosts: [],
  batch: 1,
  stage: [],
  deploy: [],
  keep: [],
  irreversible: [],
}
const plain: Partial<Project> = { build, vps }
const [first, ...others] = vps.hosts

async function digest(options: BenchOptions = {}, commit = 'c1'): Promise<string> {
  const shell = answering('ls-remote', { code: 0, stdout: `${commit}\trefs/heads/master\n` })
  const bench = makeBench({ project: plain, ports: { shell }, ...options })
  bench.leave('version.commit', { commit })
  const context = bench.context(nothing, 'aur.submit')
  const content = await commonContent({ ...context, actions: commonActions(context.facts) })
  if (isProblem(content)) throw new Error(content.what)
  return digestOf(content.bound)
}

const changed = (more: Partial<Project>): BenchOptions => ({ project: { ...plain, ...more } })

test.each<[string, BenchOptions, string?]>([
  ['the release commit', {}, 'c2'],
  ['the version', { release: { version: '3.1.3', build: '002', full: '3.1.3+002' } }],
  ['a host', changed({ vps: { ...vps, hosts: [...(first ? [{ ...first, host: 'elsewhere' }] : []), ...others] } })],
  ['the number of hosts', changed({ vps: { ...vps, hosts: others } })],
  ['the deployment command', changed({ vps: { ...vps, deploy: ['./deploy.sh', '--fast'] } })],
  ['a command while staging', changed({ vps: { ...vps, stage: [['docker', 'pull', 'x']] } })],
  ['who may approve', changed({ access: { ...project.access, approve: 'everyone' } })],
  ['the isolation of builds', changed({ build: { ...build, isolation: { kind: 'user', user: 'builder' } } })],
])('%s is part of what is approved', async (_, options, commit) => {
  expect(await digest()).toBe(await digest())
  expect(await digest(options, commit)).not.toBe(await digest())
})
