/** Publish: the package appears at its public address, once. What is there already is never replaced. */
import type { Evidence, Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { intentOf } from '../../release/machine/states.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { nextAddressed } from '../../release/version/next-address.ts'
import { changedArtifact } from '../artifacts.ts'
import { type Context, step } from '../step.ts'
import { addressOf, askAddress, awaitAnswer } from './address.ts'
import { askedFirst } from './asked-first.ts'
import { withLog } from './commands.ts'
import { PLACES, type PublishActions } from './places.ts'
import { wrongSum } from './sum.ts'

const put = step<PublishActions>({
  describe: (facts) => ({ look: { do: 'request', url: addressOf(facts) }, ...placeFor(facts).describe(facts) }),

  async observe(context): Promise<Observation> {
    const url = addressOf(context.facts)
    const mayCome = mayComeLate(context)
    const seen = await (mayCome ? awaitAnswer(context, url, askAddress) : askAddress(context))
    if (seen.answer === 'same') {
      const wrong = await wrongSum(context)
      if (wrong) return { seen: 'unknown', question: `Is the sum beside ${url} of this package?`, cause: wrong }
      await placeFor(context.facts).tidy?.(context)
      return { seen: 'done', evidence: evidence(context.facts) }
    }
    const question = `Is the package published at ${url}?`
    if (mayCome && seen.answer !== 'other')
      return { seen: 'unknown', question: `${question} ${AGAIN} It answers ${seen.said}.` }
    const cause = refusal(context.facts, seen)
    return cause ? { seen: 'unknown', question, cause } : { seen: 'not-done' }
  },

  async run(context) {
    const { facts, ports } = context
    const { packageFile, packageSha256 } = facts.known
    const changed = await changedArtifact(ports.files, packageFile, packageSha256)
    if (changed) return { ok: false, problem: changed }
    const seen = await askAddress(context)
    if (seen.answer === 'same') {
      const wrong = await wrongSum(context)
      return wrong ? { ok: false, problem: wrong } : published(facts, [`already there: ${addressOf(facts)}`])
    }
    const refused = refusal(facts, seen)
    if (refused) return { ok: false, problem: refused }
    await context.intend({ url: addressOf(facts), sha256: packageSha256 })
    const failed = await placeFor(facts).publish(context)
    return failed ? withLog(context, failed) : published(facts)
  },
})

export const publish = askedFirst('build.publish', put)

/** A host may show late what the command put there; only a person can tell that from a command that put nothing there. */
function mayComeLate({ facts, deployment }: Context<PublishActions>): boolean {
  return placeFor(facts).blind === true && intentOf(deployment.steps['build.publish']) !== undefined
}

const AGAIN = 'The command that publishes was begun, and a retry runs it again for as long as the address is free.'

/** Why nothing may be published at the address, if so. */
function refusal(
  facts: Facts,
  seen: Exclude<Awaited<ReturnType<typeof askAddress>>, { answer: 'same' }>,
): Problem | undefined {
  const url = addressOf(facts)
  const sum = facts.known.packageSha256
  const target = nextAddressed(facts.project, facts.release)
  if (seen.answer === 'other') return problem('build.address-taken', { url, found: seen.sha256, sum, target })
  return seen.answer === 'free' ? undefined : problem('build.address-unclear', { url, answer: seen.said })
}

function published(facts: Facts, notes: readonly string[] = []): Outcome {
  return { ok: true, evidence: evidence(facts), notes }
}

function evidence(facts: Facts): Evidence {
  return { publishedUrl: addressOf(facts), publishedSha256: facts.known.packageSha256 }
}

function placeFor(facts: Facts): (typeof PLACES)[keyof typeof PLACES] {
  const publish = facts.project.build.publish
  if (publish === undefined || publish.kind === 'tag')
    throw new Error('the plan publishes, and the configuration names no place')
  return PLACES[publish.kind]
}
