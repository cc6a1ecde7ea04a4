/** preflight.disk: enough space here for clones and builds, and on each server for the release beside what serves now. */
import { remoteLine } from '../../argv/ssh.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Host } from '../../release/project.ts'
import { dfOf, existing, MEGABYTE, roomOf, sizeOf } from '../free-space.ts'
import { removeOldBuilds, tidyBuilds } from '../old-builds.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const disk = step({ describe, run })

/** A clone for each target, their build folders, the tarball three times over (made, downloaded, packaged). */
const NEEDED_HERE = 2048 * MEGABYTE
/** What serves now is kept beside what is staged, and the script unpacks once more. */
const NEEDED_THERE = 500 * MEGABYTE

function describe({ folders, project }: Facts) {
  return {
    tidy: tidyBuilds(folders),
    here: [folders.clone, folders.builds].map((path): Action => ({ do: 'own', what: `free space at ${path}` })),
    hosts: (project.vps?.hosts ?? []).map(dfOf),
  }
}

interface Finding {
  readonly problems: readonly Problem[]
  readonly evidence: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { folders, project } = context.facts
  const stay = context.dryRun ? [] : await removeOldBuilds(context.facts, context.ports)
  const local = [...new Set(await Promise.all([folders.clone, folders.builds].map((path) => existing(context, path))))]
  const findings = await Promise.all([
    ...local.map((path) => checkHere(context, path)),
    ...(project.vps?.hosts ?? []).map((host) => checkHost(context, host)),
  ])
  const evidence = Object.assign({}, ...findings.map((finding) => finding.evidence))
  const problems = findings.flatMap((finding) => finding.problems)
  return outcomeOf(context, problems, evidence, [...stay, ...findings.flatMap((finding) => finding.notes)])
}

async function checkHere({ ports }: Context<Actions>, folder: string): Promise<Finding> {
  const free = await ports.files.freeBytes(folder)
  const full = (values: Shortage) => problem('preflight.disk-full', { folder, ...values })
  return judge(`free:${folder}`, free, NEEDED_HERE, full)
}

/** A server that cannot be asked is the finding of the servers' own check; here it is a note. */
async function checkHost({ ports }: Context<Actions>, host: Host): Promise<Finding> {
  const silent = (why: string): Finding => ({
    problems: [],
    evidence: {},
    notes: [`${host.name}: space not known, ${why}`],
  })
  const session = await ports.ssh.connect(host)
  if (isSshFault(session)) return silent(session.message)
  const exit = await session.exec(remoteLine(dfOf(host).argv), { timeoutMs: 30_000 })
  if (isSshFault(exit)) return silent(exit.message)
  const room = roomOf(exit.stdout, host)
  if (room === undefined) return silent(`df ended with ${exit.code ?? exit.ended}`)
  const { name, host: address, port, user } = host
  const full = (values: Shortage) =>
    problem('preflight.server-disk-full', { name, address, port, user, folder: room.folder, ...values })
  return judge(`free:${name}`, room.free, NEEDED_THERE, full)
}

interface Shortage {
  readonly free: string
  readonly needed: string
}

function judge(name: string, free: number, needed: number, full: (values: Shortage) => Problem): Finding {
  const problems = free >= needed ? [] : [full({ free: sizeOf(free), needed: sizeOf(needed) })]
  return { problems, evidence: { [name]: free }, notes: [] }
}
