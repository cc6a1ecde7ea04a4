/**
 * rollback.publish: the package leaves its public address, where its bytes are this deployment's. Afterwards the address answers
 * nothing; it never answers other bytes. While the AUR still names it, it stays, since installs would break.
 */
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import { addressOf, askAddress } from '../build/address.ts'
import { withLog } from '../build/commands.ts'
import { type Action, type Context, step } from '../step.ts'
import { describeNamed, namedOnAur } from './named-on-aur.ts'
import { placeOf } from './public-places.ts'

type Actions = ReturnType<typeof describe>

export const publish = step({ describe, observe, run })

function describe(facts: Facts) {
  return {
    look: { do: 'request', url: addressOf(facts) } satisfies Action,
    named: describeNamed(facts),
    withdraw: placeOf(facts).describe(facts),
  }
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts } = context
  if (!placeOf(facts).mayWithdraw) return { seen: 'not-done' }
  const left = await placeOf(facts).isThere(context)
  if (!isProblem(left)) return left ? { seen: 'not-done' } : { seen: 'done', evidence: evidence(facts) }
  return { seen: 'unknown', question: `Is the package still at ${addressOf(facts)}?`, cause: left }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts } = context
  const url = addressOf(facts)
  const place = placeOf(facts)
  if (!place.mayWithdraw)
    return { ok: true, evidence: {}, notes: [`${url} stays: the bot knows no way to withdraw it`] }
  const isThere = await place.isThere(context)
  if (isProblem(isThere)) return withLog(context, isThere)
  if (!isThere) return { ok: true, evidence: evidence(facts), notes: [`already there: nothing of ours is at ${url}`] }
  const named = await namedOnAur(context)
  if (named) return withLog(context, named)
  await context.intend({ url, sha256: facts.known.packageSha256 })
  const failed = await place.withdraw(context)
  return failed ? withLog(context, failed) : { ok: true, evidence: evidence(facts), notes: await lateNotes(context) }
}

/** A cache in between may go on answering; what it answers is still our package. */
async function lateNotes(context: Context<Actions>): Promise<readonly string[]> {
  const { answer } = await askAddress(context)
  const url = addressOf(context.facts)
  return answer === 'free' ? [] : [`${url} still answers; a cache in between keeps it for a while`]
}

function evidence(facts: Facts) {
  return { withdrawnUrl: addressOf(facts) }
}
