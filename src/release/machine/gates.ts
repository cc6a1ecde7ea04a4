/** Gates in the fold: they open with what was collected, take presses, and close when what they asked no longer stands. */
import { differences, digestOf, refusePress, statusAfter } from '../approvals.ts'
import type { Deployment } from '../deployment.ts'
import type { Event } from '../event.ts'
import type { Gate, GateContent } from '../gate.ts'
import { hasFailed } from './phases.ts'
import { setStep } from './states.ts'

const HOUR = 3_600_000

export function pressed(deployment: Deployment, event: Event & { readonly type: 'pressed' }): Deployment {
  const gate = deployment.gates.find(({ id }) => id === event.gate)
  if (gate === undefined || refusePress(deployment, event) !== undefined) return deployment
  const { actor, choice, digest, reason, override, at } = event
  const why = { ...(reason !== undefined && { reason }), ...(override !== undefined && { override }) }
  const answered = { ...gate, presses: [...gate.presses, { actor, choice, digest, at, ...why }] }
  const held = choice === 'revoke' ? deployment : released(deployment)
  return setGate(held, { ...answered, status: statusAfter(deployment, answered) })
}

/** A person has answered: what was held goes on. */
export function released(deployment: Deployment): Deployment {
  const { hold: _, ...rest } = deployment
  return deployment.hold === undefined ? deployment : rest
}

export function openGate(deployment: Deployment, step: string, content: GateContent, at: number): Deployment {
  const planned = deployment.plan.find(({ id }) => id === step)
  const state = deployment.steps[step]
  if (planned?.gate === undefined || state === undefined) return deployment
  const before = deployment.gates.findLast((gate) => gate.step === step)
  const count = deployment.gates.filter(({ name }) => name === planned.gate).length + 1
  const gate: Gate = {
    id: `${planned.gate}.${count}`,
    name: planned.gate,
    step,
    content,
    digest: digestOf(content.bound),
    openedAt: at,
    ...(planned.gate === 'rollback' ? {} : { expiresAt: at + deployment.project.approvals.expireHours * HOUR }),
    status: 'open',
    presses: [],
    used: false,
    reminders: 0,
    options: (content.options ?? []).map(({ name, label, bound }) => ({
      name,
      label,
      digest: digestOf({ ...content.bound, ...bound }),
    })),
    differs: before === undefined ? [] : differences(before.content.bound, content.bound),
  }
  return setStep({ ...deployment, gates: [...deployment.gates, gate] }, step, { ...state, status: 'waiting' })
}

/** Questions that no longer stand: open ones, and approvals that nothing has used yet. */
export function closeGates(deployment: Deployment, status: 'closed' | 'void'): Deployment {
  const standing = deployment.gates.filter(
    (gate) => gate.status === 'open' || (gate.status === 'approved' && !gate.used),
  )
  return standing.reduce((next, gate) => {
    const state = next.steps[gate.step]
    const closed = setGate(next, { ...gate, status })
    return state?.status === 'waiting' ? setStep(closed, gate.step, { ...state, status: 'pending' }) : closed
  }, deployment)
}

export function setGate(deployment: Deployment, gate: Gate): Deployment {
  return { ...deployment, gates: deployment.gates.map((each) => (each.id === gate.id ? gate : each)) }
}

/** Whether a question of the step would no longer be worth asking. */
export function isHalted(deployment: Deployment, step: string): boolean {
  const isRollback = deployment.plan.find(({ id }) => id === step)?.phase === 'rollback'
  return deployment.cancel !== undefined || (!isRollback && hasFailed(deployment))
}

export function isOver(deployment: Deployment): boolean {
  return deployment.endedAt !== undefined
}
