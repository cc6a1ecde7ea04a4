/** The world as it is when a rollback is asked for: what a plan would be carried out on. What does not answer is said so. */
import { contains, fileAt, writtenSince } from '../../argv/aur.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import { appsOf } from '../../release/served.ts'
import { componentsOf } from '../../release/undo.ts'
import { addedCommits } from '../added-commits.ts'
import { readLive } from '../aur/live.ts'
import { factsFor } from '../facts.ts'
import { servedVersion } from '../served-version.ts'
import type { Context } from '../step.ts'
import { fetchBranch, headOf } from '../version/remote-branch.ts'
import { readCheckout, STATUS } from '../vps/checkout.ts'
import { checkoutGit, enter, remote, type Server } from '../vps/server.ts'
import { fetchedHead } from './aur-head.ts'
import { ownCommits } from './own-commits.ts'
import { keptAt, keptPaths } from './server-actions.ts'

export const SILENT = 'does not answer'

export interface WorldNow {
  /** What each address of the application says, such as `serves 3.1.3+001` or `HTTP 403`. */
  readonly served: readonly (readonly [app: string, said: string])[]
  readonly origin?: OriginNow
  readonly aur?: AurNow
  readonly servers: readonly ServerNow[]
}

export interface OriginNow {
  readonly head: string
  /** How many of our commits are on the branch, and what others pushed on top of them. */
  readonly own: number
  readonly above: readonly string[]
}

export interface AurNow {
  readonly head: string
  readonly version?: string
  /** Commits that others pushed on top of ours. */
  readonly above: readonly string[]
}

export interface ServerNow {
  readonly name: string
  readonly commit: string
  readonly changed: readonly string[]
  /** Of what was kept before the switch, the paths that are no longer there. */
  readonly gone: readonly string[]
}

/** Asks everything at once; only what the deployment has touched. */
export async function worldNow(context: Context): Promise<WorldNow> {
  const { project } = context.facts
  const touched = componentsOf(context.deployment)
  const hosts = touched.includes('vps') ? (project.vps?.hosts ?? []) : []
  const [served, origin, aur, servers] = await Promise.all([
    Promise.all(appsOf(project).map((app) => servedNow(context, app))),
    touched.includes('git') ? originNow(context) : undefined,
    touched.includes('aur') ? aurNow(context) : undefined,
    Promise.all(hosts.map(({ name }) => serverNow(context, name))),
  ])
  return {
    served,
    ...(origin && { origin }),
    ...(aur && { aur }),
    servers,
  }
}

async function servedNow({ ports, facts }: Context, app: string): Promise<WorldNow['served'][number]> {
  const { release, said } = await servedVersion(ports.http, facts.project, app)
  return [app, release ? `serves ${said}` : said]
}

async function originNow(context: Context): Promise<OriginNow> {
  const fetched = await fetchBranch(context)
  if (fetched.code !== 0) return { head: SILENT, own: 0, above: [] }
  const head = (await context.execute(headOf(context.facts))).stdout.trim()
  const own = await ownCommits(context)
  const [newest] = own
  const above = newest === undefined ? [] : await addedCommits(context, newest, head)
  return { head, own: own.length, above: above ?? [] }
}

async function aurNow(context: Context): Promise<AurNow> {
  const { facts, execute } = context
  const head = await fetchedHead(context)
  if (isProblem(head)) return { head: SILENT, above: [] }
  const live = readLive((await execute(fileAt(facts, head, '.SRCINFO'))).stdout)
  const { aurCommit } = facts.left
  const isBelow = typeof aurCommit === 'string' && (await execute(contains(facts, head, aurCommit))).code === 0
  const above = isBelow ? (await execute(writtenSince(facts, aurCommit, head))).stdout : ''
  return { head, ...(live && { version: live.full }), above: above.split('\n').filter((line) => line !== '') }
}

async function serverNow(context: Context, name: string): Promise<ServerNow> {
  const facts = factsFor(context.deployment, { item: name }, { folders: context.facts.folders, dryRun: true })
  const server = await enter({ ...context, facts })
  const answer = isProblem(server) ? server : await server.tell(checkoutGit(facts, STATUS))
  if (isProblem(server) || isProblem(answer)) return { name, commit: SILENT, changed: [], gone: [] }
  const { commit, changed } = readCheckout(answer)
  return { name, commit, changed, gone: await goneFrom(server, facts) }
}

/** A folder of kept files can be removed by hand, and by the releases that came after it. */
async function goneFrom(server: Server, facts: Facts): Promise<readonly string[]> {
  const gone: string[] = []
  for (const path of keptPaths(facts)) {
    const exit = await server.ask(remote(facts, ['test', '-e', keptAt(facts, path)]))
    if (!isProblem(exit) && exit.code === 1) gone.push(path)
  }
  return gone
}
