/** Two servers behind one address, on a bench: real checkouts at the release commit, and whatever each of them serves. */
import type { Http } from '../../../src/ports/http.ts'
import type { Evidence, Outcome } from '../../../src/release/deployment.ts'
import type { Project } from '../../../src/release/project.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { type Bench, fakeClock, makeBench } from '../make-context.ts'
import { createWorld, withoutAur } from './server-world.ts'

export const [SHARED, NORTH, SOUTH] = ['https://app.example', 'https://north.example', 'https://south.example']
export const OLD = JSON.stringify({ version: '3.1.2', build_number: '001' })
export const NEW = JSON.stringify({ version: '3.1.3', build_number: '001' })

type Names = readonly ('north' | 'south')[]
export const BOTH: Names = ['north', 'south']

export interface Scene {
  /** Which server answers at the shared address, one connection after the other. */
  balancer: readonly string[]
  /** What each server serves. */
  served: Record<string, string>
  /** The base addresses that were asked, in order. */
  asked: string[]
}

export function openTwoServers() {
  const world = createWorld()
  const commit = world.push('Release 3.1.3+001', { 'pubspec.yaml': 'name: harbour\nversion: 3.1.3+001\n' })
  for (const folder of ['home/product', 'data/clones/harbour']) world.git(folder, 'pull', '--quiet')
  world.git('.', 'clone', '--quiet', world.at('origin.git'), world.at('home/south'))
  world.save()
  const scene: Scene = { balancer: [], served: {}, asked: [] }
  const http: Http = {
    get: async (url) => {
      const base = url.replace(/\/version\.json$/, '')
      const turn = scene.asked.filter((one) => one === SHARED).length
      scene.asked.push(base)
      const server = OWN[base] ?? scene.balancer[turn % scene.balancer.length] ?? ''
      return { ok: true, status: 200, body: scene.served[server] ?? '', truncated: false, headers: {}, url }
    },
    download: async () => ({ ok: false, code: 'refused', message: 'connection refused' }),
  }
  /** `own`: the servers that have an address of their own. */
  const bench = (own: Names = BOTH, more: { readonly servers?: Names; readonly http?: Http } = {}) => {
    const { servers = BOTH } = more
    const made = makeBench({
      folder: world.root,
      project: projectOf(world, own, servers),
      previous: { release: { version: '3.1.2', build: '001', full: '3.1.2+001' } },
      ports: { ssh: createLocalSsh(world.at('home')), http: more.http ?? http, clock: fakeClock() },
    })
    made.leave('version.commit', { commit })
    for (const name of servers) made.leave(`vps.pull:${name}`, { [`serverCommit:${name}`]: commit })
    return made
  }
  /** Only the first one serves the release, and the shared address leads to both in turn. */
  const reset = () => {
    world.reset()
    Object.assign(scene, { balancer: BOTH, served: { north: NEW, south: OLD }, asked: [] })
  }
  return { scene, commit, http, bench, reset, end: world.end }
}

const OWN: Readonly<Record<string, string>> = { [NORTH]: 'north', [SOUTH]: 'south' }

function projectOf(world: ReturnType<typeof createWorld>, own: Names, servers: Names): Project {
  const { vps } = world.project
  const [host] = vps?.hosts ?? []
  if (vps === undefined || host === undefined) throw new Error('the world has a server')
  const { upload: _, ...others } = vps
  const hosts = servers.map((name) => ({
    ...host,
    name,
    directory: world.at(name === 'north' ? 'home/product' : 'home/south'),
    ...(own.includes(name) && { app: { north: NORTH, south: SOUTH }[name] }),
  }))
  return withoutAur({
    ...world.project,
    version: { ...world.project.version, source: { file: 'pubspec.yaml', kind: 'pubspec' } },
    vps: { ...others, hosts },
    verify: { app: SHARED, deadlineMinutes: 10, rows: [] },
  })
}

export function run(made: Bench, runner: Runner, id: string): Promise<Outcome> {
  return runner.run(made.context(runner, id, { minutes: 10 }))
}

export function evidenceOf(outcome: Outcome): Evidence {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  return outcome.evidence
}

export function problemOf(outcome: Outcome) {
  if (outcome.ok || !('problem' in outcome)) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}
