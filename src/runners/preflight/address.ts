/** preflight.address: nothing answers yet at the public address of the package that is going to be published. */
import type { HttpAnswer, HttpFault } from '../../ports/http.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { mayStand } from '../../release/machine/states.ts'
import { isProblem, problem } from '../../release/problems.ts'
import { nextAddressed } from '../../release/version/next-address.ts'
import { addressOf, FREE } from '../build/address.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { versionIn } from '../version/texts.ts'
import { webAccess } from '../web-access.ts'

type Actions = ReturnType<typeof describe>

export const address = step({ describe, run })

function describe(facts: Facts) {
  const ask: Action = { do: 'request', url: addressOf(facts) }
  return { ask }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const url = addressOf(context.facts)
  const answer = await ask(context, url)
  const said = answer.ok ? `status ${answer.status}` : answer.message
  await context.note(`${url}: ${said}`)
  const evidence = { address: url, addressBefore: said }
  if (answer.ok && FREE.includes(answer.status)) return { ok: true, evidence }
  if (!answer.ok || answer.status !== 200)
    return outcomeOf(context, [problem('preflight.address-unclear', { url, answer: said })], {})
  if (await wasStarted(context))
    return { ok: true, evidence, notes: [`${url} answers already: the build compares it with its own bytes`] }
  return outcomeOf(
    context,
    [problem('preflight.address-taken', { url, target: nextAddressed(context.facts.project, context.facts.release) })],
    {},
  )
}

/** Some hosts know no HEAD; then a few bytes are asked for. */
async function ask({ facts, ports }: Context<Actions>, url: string): Promise<HttpAnswer | HttpFault> {
  const options = { timeoutMs: 30_000, keepBytes: 1024, ...webAccess(facts.project) }
  const head = await ports.http.get(url, { ...options, method: 'HEAD' })
  return head.ok && [405, 501].includes(head.status) ? ports.http.get(url, options) : head
}

/** Whether these bytes may be this release's: this deployment published, or the branch names this very version already. */
async function wasStarted(context: Context<Actions>): Promise<boolean> {
  if (mayStand(context.deployment.steps['build.publish'])) return true
  const { project, release } = context.facts
  const source = await versionIn(context, project.version.source)
  return !isProblem(source) && source.text === release.full
}
