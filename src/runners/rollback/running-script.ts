/** Nothing of the release works on a server any more when it is put back: its script is told to end, ended, and seen to be gone. */
import { isSshFault } from '../../ports/ssh.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Context } from '../step.ts'
import { askJob, endJob, type JobEnd } from '../vps/job.ts'
import { type Server, sshProblem } from '../vps/server.ts'
import { stagingOf } from '../vps/staging.ts'
import type { describeServer } from './server-actions.ts'

type Actions = ReturnType<typeof describeServer>

interface Script {
  readonly pid: string
  readonly folder: string
}

/** Ends the release's own script where it runs, or might still begin; a problem where one cannot be proved to have ended. */
export async function endScript(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const scripts = await runningOn(context, server)
  if (isProblem(scripts)) return scripts
  const { script: folder } = stagingOf(context.facts)
  const other = scripts.find((script) => script.folder !== folder)
  if (other) return told('rollback.script-runs', server, other)
  const own = scripts.find((script) => script.folder === folder)
  const isLate = own === undefined && (await mightBegin(context, server))
  if (isProblem(isLate)) return isLate
  if (own === undefined && !isLate) return undefined
  await context.intend({ host: server.host.name, ends: folder })
  context.progress(`the deployment script on ${server.host.name} is ended first`)
  return problemOf(server, own ?? { pid: 'unknown', folder }, await endJob(context, server.host, folder))
}

/** The project's scripts that run there now, whichever deployment started them. */
export async function runningOn({ actions }: Context<Actions>, server: Server): Promise<readonly Script[] | Problem> {
  const answer = await server.tell(actions.running)
  if (isProblem(answer)) return answer
  return [...answer.matchAll(/^(\d+) (\S.*)$/gm)].map(([, pid = '', folder = '']) => ({ pid, folder }))
}

/** It was sent to the server, nobody saw it end, and it has not begun. */
async function mightBegin({ deployment, facts }: Context<Actions>, server: Server): Promise<boolean | Problem> {
  if (deployment.steps[`vps.deploy:${facts.item}`]?.job === undefined) return false
  const status = await askJob(server, stagingOf(facts).script, 0)
  if (isSshFault(status)) return sshProblem(server.host, status)
  return status !== undefined && !status.started
}

function problemOf(server: Server, script: Script, end: JobEnd): Problem | undefined {
  if (end.how === 'cancelled') return undefined
  return end.how === 'unreachable' ? sshProblem(server.host, end.fault) : told('rollback.script-alive', server, script)
}

function told(code: 'rollback.script-runs' | 'rollback.script-alive', { host }: Server, script: Script): Problem {
  const { name, user, host: address, port } = host
  return problem(code, { name, user, address, port, ...script })
}
