/** How long it all took: the whole, each phase, each step. */
import type { Certificate } from '../certificate.ts'
import type { Deployment } from '../deployment.ts'
import { PHASES } from '../plan.ts'
import { estimate } from '../timeline.ts'

/** `at` is when the certificate is issued, ms since the epoch. */
export function minutesOf({ plan, steps, startedAt, requestedAt }: Deployment, at: number): Certificate['minutes'] {
  const { phases } = estimate(plan, steps, at)
  const ran = PHASES.filter(({ name }) => plan.some(({ phase }) => phase === name)).map(
    ({ name, title }): [string, number] => [title, rounded(phases[name].elapsedMinutes)],
  )
  const each = plan.flatMap(({ id }): [string, number][] => {
    const { beganAt, endedAt } = steps[id] ?? {}
    return beganAt === undefined || endedAt === undefined ? [] : [[id, rounded((endedAt - beganAt) / 60_000)]]
  })
  const total = rounded((at - (startedAt ?? requestedAt)) / 60_000)
  return { total, phases: Object.fromEntries(ran), steps: Object.fromEntries(each) }
}

/** To a thousandth. */
function rounded(minutes: number): number {
  return Math.round(minutes * 1000) / 1000
}
