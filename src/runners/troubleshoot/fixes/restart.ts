/** Restarts the services of a server with the project's own command, where nobody outside gets an answer from them. */
import type { Observation, Outcome } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import { isProblem, problem } from '../../../release/problems.ts'
import { appOf } from '../../../release/served.ts'
import { endOf } from '../../build/commands.ts'
import { versionAddress } from '../../served-version.ts'
import { type Action, type Context, step } from '../../step.ts'
import { enter, failed, hostOf, remote } from '../../vps/server.ts'
import { webAccess } from '../../web-access.ts'

const LOOK_MS = 15_000

type Actions = ReturnType<typeof describe>

export const restart = step({ describe, observe, run })

function describe(facts: Facts) {
  const { vps } = facts.project
  return {
    look: addressesOf(facts).map((url): Action => ({ do: 'request', url })),
    restart: vps?.restart ? [remote(facts, vps.restart, { cwd: hostOf(facts).directory })] : [],
  }
}

/** A restart leaves nothing to be seen but a site that answers; where it does not, restarting again is right. */
async function observe(context: Context<Actions>): Promise<Observation> {
  const answering = await whatAnswers(context)
  return answering ? { seen: 'done', evidence: { [`restarted:${context.facts.item}`]: true } } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, actions } = context
  const answering = await whatAnswers(context)
  const name = facts.item
  if (answering) return { ok: false, problem: problem('troubleshoot.site-answers', { ...answering, name }) }
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  for (const action of actions.restart) {
    const command = action.argv.join(' ')
    await context.intend({ host: name, restart: command })
    const exit = await server.ask(action)
    if (isProblem(exit)) return failed(context, exit)
    const lines = `${exit.stdout}\n${exit.stderr}`.split('\n').filter((line) => line.trim() !== '')
    const values = { name, command, code: endOf(exit) }
    if (exit.code !== 0) return failed(context, problem('troubleshoot.restart-failed', values, lines.slice(-10)))
  }
  return { ok: true, evidence: { [`restarted:${name}`]: true } }
}

/** The first address of the site that somebody outside gets a good answer from. */
async function whatAnswers({
  facts,
  ports,
}: Context): Promise<{ readonly url: string; readonly said: string } | undefined> {
  for (const url of addressesOf(facts)) {
    const seen = await ports.http.get(url, { timeoutMs: LOOK_MS, ...webAccess(facts.project) })
    if (seen.ok && seen.status < 400) return { url, said: `HTTP ${seen.status}` }
  }
  return undefined
}

/** A server that has an address of its own is judged by that: at the others another server may answer. */
function addressesOf({ project, item }: Facts): readonly string[] {
  const app = appOf(project, item)
  const { site } = project.verify
  const isShared = app === project.verify.app
  return [...(app === undefined ? [] : [versionAddress(app)]), ...(isShared && site !== undefined ? [site] : [])]
}
