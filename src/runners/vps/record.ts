/** vps.record: what serves now is written down and kept on the server, so that going back needs no build. */
import { recordAndKeep } from '../../argv/server.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { servedVersion, versionAddress } from '../served-version.ts'
import { type Action, type Context, step } from '../step.ts'
import { enter, failed, hostOf, remote, type Server } from './server.ts'
import { pathsToKeep } from './staging.ts'

type Actions = ReturnType<typeof describe>

export const record = step({ describe, observe, run })

function describe(facts: Facts) {
  const { project, number } = facts
  const apps = [project.verify.app, hostOf(facts).app].filter((app) => app !== undefined)
  return {
    served: apps.map((app) => ({ do: 'request', url: versionAddress(app) }) satisfies Action),
    keep: {
      ...remote(facts, recordAndKeep(`${project.name}-${number}`, hostOf(facts).directory, pathsToKeep(project))),
      input: `${identity(facts)}\n`,
    },
  }
}

/** The job folder is found again by its `identity` and keeps what it kept first: running again changes nothing. */
async function observe(): Promise<Observation> {
  return { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const served = await servedBefore(context, context.facts.project.verify.app)
  const alone = await servedBefore(context, server.host.app)
  const kept = await keepIn(context, server)
  if (isProblem(kept)) return failed(context, kept)
  const { name } = server.host
  return {
    ok: true,
    evidence: {
      [`job:${name}`]: kept.job,
      [`keptCommit:${name}`]: kept.commit,
      [`kept:${name}`]: `${kept.job}/kept`,
      [`keptPaths:${name}`]: kept.paths,
      ...(served === undefined ? {} : { [`servedVersion:${name}`]: served }),
      ...(alone === undefined ? {} : { [`servedAlone:${name}`]: alone }),
    },
    notes: missing(context.facts, kept.paths),
  }
}

async function servedBefore(
  { facts, ports, note }: Context<Actions>,
  app: string | undefined,
): Promise<string | undefined> {
  if (app === undefined) return undefined
  const served = await servedVersion(ports.http, facts.project, app)
  await note(`${versionAddress(app)} says: ${served.said}`)
  return served.said
}

interface Kept {
  readonly job: string
  readonly commit: string
  readonly paths: readonly string[]
}

async function keepIn(context: Context<Actions>, server: Server): Promise<Kept | Problem> {
  const { name } = server.host
  await context.intend({ host: name, deployment: identity(context.facts) })
  const answer = await server.tell(context.actions.keep)
  if (isProblem(answer)) return answer
  const [job = '', commit = '', ...paths] = answer.split('\n')
  if (/^\/[\w@+./-]+$/.test(job) && /^[0-9a-f]{40,64}$/.test(commit)) return { job, commit, paths }
  return problem('vps.odd-answer', { name, wanted: 'its job folder and commit' }, answer.split('\n').slice(0, 10))
}

/**
 * What the job folder is found by. A lost journal counts from 1 again: the time of the request tells the two apart. Two checkouts
 * of one account are two servers.
 */
function identity({ project, number, requestedAt, known, item }: Facts): string {
  return [project.name, number, requestedAt, known.commit, item].join(' ')
}

function missing(facts: Facts, paths: readonly string[]): readonly string[] {
  const absent = pathsToKeep(facts.project).filter((path) => !paths.includes(path))
  return absent.map((path) => `${facts.item}: ${path} is to be kept and is not there`)
}
