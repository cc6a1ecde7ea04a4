/** Download and compare: what the public address gives a stranger has to be the package, byte for byte. */
import type { Outcome } from '../../release/deployment.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { type Action, type Context, step } from '../step.ts'
import { type Answer, addressOf, askAddress } from './address.ts'

type DownloadActions = { readonly download: Action }

const PAUSE = 5_000

export const download = step<DownloadActions>({
  describe: (facts) => ({ download: { do: 'request', url: addressOf(facts) } }),

  async run(context) {
    const { clock } = context.ports
    const began = clock.now()
    let answer = await askAddress(context)
    while (isLagging(answer) && clock.now() + PAUSE < context.deadline && !context.signal.aborted) {
      context.progress(`waiting for ${addressOf(context.facts)}: ${answer.said}`)
      await clock.sleep(PAUSE, context.signal)
      answer = await askAddress(context)
    }
    return judged(context, answer, Math.round((clock.now() - began) / 60_000))
  },
})

/** A host may show a new file only after a while; other bytes do not become right by waiting. */
function isLagging(answer: Answer): answer is Answer & { answer: 'free' | 'unclear' } {
  return answer.answer === 'free' || answer.answer === 'unclear'
}

function judged({ facts }: Context, answer: Answer, minutes: number): Outcome {
  const url = addressOf(facts)
  if (answer.answer === 'same') {
    return { ok: true, evidence: { downloadedSha256: facts.known.packageSha256, downloadedBytes: answer.bytes } }
  }
  return { ok: false, problem: refusal(answer, url, facts.known.packageSha256, minutes) }
}

function refusal(answer: Exclude<Answer, { answer: 'same' }>, url: string, sum: string, minutes: number): Problem {
  if (answer.answer === 'other') return problem('build.tampered', { url, found: answer.sha256, sum })
  return problem('build.not-public', { url, answer: answer.said, minutes })
}
