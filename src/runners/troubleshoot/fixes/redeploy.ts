/** Makes room for the deployment script to run once more: the folder of the run that ended is kept under another name. */
import { setAside } from '../../../argv/server.ts'
import { isSshFault } from '../../../ports/ssh.ts'
import type { Observation, Outcome } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import { isProblem, problem } from '../../../release/problems.ts'
import { type Action, type Context, step } from '../../step.ts'
import { askJob } from '../../vps/job.ts'
import { enter, failed, hostOf, remote, sshProblem } from '../../vps/server.ts'
import { keptScript, pinned, stagingOf } from '../../vps/staging.ts'

type Actions = ReturnType<typeof describe>

export const redeploy = step({ describe, observe, run })

function describe(facts: Facts) {
  const { script } = stagingOf(facts)
  return {
    aside: { do: 'own', what: `keep ${facts.item}:${script} of the run before under another name` } satisfies Action,
    /** Run by the deployment step, which is open again. */
    script: remote(facts, facts.project.vps?.deploy ?? [], { cwd: hostOf(facts).directory, env: pinned(facts) }),
  }
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const question = `Is the folder of the script that ran on ${context.facts.item} set aside?`
  const server = await enter(context)
  if (isProblem(server)) return { seen: 'unknown', question, cause: server }
  const size = await server.session.size(`${stagingOf(context.facts).script}/started`)
  if (isSshFault(size)) return { seen: 'unknown', question, cause: sshProblem(server.host, size) }
  return size === undefined ? { seen: 'done', evidence: {} } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, deployment } = context
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const { script } = stagingOf(facts)
  const job = await askJob(server, script, 0)
  if (isSshFault(job)) return failed(context, sshProblem(server.host, job))
  if (job?.alive && job.rc === undefined)
    return failed(context, problem('troubleshoot.script-runs', { name: facts.item, number: facts.number }))
  if (!job?.started)
    return { ok: true, evidence: {}, notes: ['nothing was in the way: the script did not run, or was set aside'] }
  const next = (deployment.steps[`vps.deploy:${facts.item}`]?.attempt ?? 0) + 1
  const kept = keptScript(facts, 'before', next)
  await context.intend({ host: facts.item, aside: kept })
  const moved = await server.tell(remote(facts, setAside(script, kept)))
  return isProblem(moved) ? failed(context, moved) : { ok: true, evidence: { [`setAside:${facts.item}`]: kept } }
}
