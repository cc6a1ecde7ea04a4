/** Download and compare: what the public address gives a stranger has to be the package, byte for byte, beside its own sum. */
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { type Action, step } from '../step.ts'
import { type Answer, addressOf, askAddress, awaitAnswer, sumAddressOf } from './address.ts'
import { hasSum, missingSum } from './sum.ts'

type DownloadActions = { readonly download: Action; readonly sum: readonly Action[] }

export const download = step<DownloadActions>({
  describe: (facts) => ({
    download: { do: 'request', url: addressOf(facts) },
    sum: hasSum(facts) ? [{ do: 'request', url: sumAddressOf(facts) }] : [],
  }),

  async run(context) {
    const { facts, ports } = context
    const began = ports.clock.now()
    const seen = await awaitAnswer(context, addressOf(facts), askAddress)
    if (seen.answer !== 'same') {
      const minutes = Math.round((ports.clock.now() - began) / 60_000)
      return { ok: false, problem: refusal(facts, seen, minutes) }
    }
    const wrong = await missingSum(context)
    if (wrong) return { ok: false, problem: wrong }
    return { ok: true, evidence: { downloadedSha256: facts.known.packageSha256, downloadedBytes: seen.bytes } }
  },
})

function refusal(facts: Facts, seen: Exclude<Answer, { answer: 'same' }>, minutes: number): Problem {
  const [url, sum] = [addressOf(facts), facts.known.packageSha256]
  if (seen.answer === 'other') return problem('build.tampered', { url, found: seen.sha256, sum })
  return problem('build.not-public', { url, answer: seen.said, minutes })
}
