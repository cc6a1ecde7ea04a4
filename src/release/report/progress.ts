/** The progress card: one line a phase, edited in place from the first step to the result. */
import type { Button, Card, PhaseLine, Section, Tone } from '../card.ts'
import type { Deployment, DeploymentStatus, StepState } from '../deployment.ts'
import { asksForRollback, isChosen } from '../machine/phases.ts'
import { freeAt, scriptsOf } from '../machine/slot.ts'
import { PHASES, type PhaseName, type PlannedStep, RECOVERY_PHASES } from '../plan.ts'
import { type Estimate, estimate } from '../timeline.ts'
import { HELD } from './first.ts'
import { untilWhen } from './gate.ts'
import { between, clock, lasting, listed, PAUSED, spelled, type View } from './view.ts'

const MINUTE = 60_000
const NOTES = 12
/** Of fewer runs nobody can say what is late. */
const ENOUGH_RUNS = 5

/** How a status reads in a title, and its colour. */
export const STATUS: Readonly<Record<DeploymentStatus, { readonly says: string; readonly tone: Tone }>> = {
  queued: { says: 'waits for its turn', tone: 'neutral' },
  running: { says: 'is being released', tone: 'running' },
  waiting: { says: 'waits for an answer', tone: 'waiting' },
  stopped: { says: 'is stopped', tone: 'bad' },
  complete: { says: 'is released', tone: 'good' },
  cancelled: { says: 'was cancelled', tone: 'neutral' },
  denied: { says: 'was denied', tone: 'neutral' },
  failed: { says: 'failed', tone: 'bad' },
  'rolled back': { says: 'was rolled back', tone: 'bad' },
  emergency: { says: 'needs people now', tone: 'bad' },
}

export function progressCard(deployment: Deployment, now: number, view: View): Card {
  const { number, plan, steps, endedAt } = deployment
  const until = endedAt ?? now
  const times = estimate(plan, steps, until)
  const sections: Section[] = [
    ...paused(view),
    { kind: 'text', text: headline(deployment, times, until, view) },
    { kind: 'phases', phases: phaseLines(deployment, times, view) },
    ...noted(deployment),
  ]
  const mayCancel = endedAt === undefined && deployment.cancel === undefined && !isChosen(deployment)
  const buttons = mayCancel ? [cancelButton(number)] : []
  return { title: titled(deployment), tone: STATUS[deployment.status].tone, sections, buttons, files: [] }
}

/** The journal comes before everything that is done, so a disk that refuses it holds the deployment up. */
function paused({ lines }: View): readonly Section[] {
  const reason = lines?.get(PAUSED)
  if (reason === undefined) return []
  return [
    {
      kind: 'text',
      text: `Paused: the journal cannot be written, so nothing new begins. It goes on by itself once it can. ${reason}`,
    },
  ]
}

/** `#42: CloudToLocalLLM 3.1.3+001 is stopped`. */
export function titled(deployment: Deployment): string {
  const { number, project, release } = deployment
  return `#${number}: ${project.title} ${release.full} ${stands(deployment)}`
}

function stands(deployment: Deployment): string {
  const { status, emergency, kind, steps } = deployment
  if (emergency?.answered !== undefined) return 'was taken over by hand'
  if (steps['rollback.choose']?.status === 'asking') return 'is looked at for a rollback'
  const isUndoing = status === 'running' && (isChosen(deployment) || kind === 'rollback')
  return isUndoing ? 'is being rolled back' : STATUS[status].says
}

export function cancelButton(number: number): Button {
  return { label: 'Cancel', style: 'plain', command: `cancel #${number}` }
}

/** A time on another day than any other: the day of what is looked at weeks later has to be named. */
const NEVER = 0

/** Where the deployment stands, in one or two sentences. */
export function headline(deployment: Deployment, times: Estimate, now: number, view: View): string {
  const { startedAt, requestedAt, endedAt, cancel, number } = deployment
  if (endedAt !== undefined)
    return `Ended ${clock(endedAt, NEVER, view)}, after ${lasting(between(startedAt ?? requestedAt, endedAt))}.`
  if (cancel !== undefined) return `${cancel.actor.name} cancelled it. ${whatIsFinished(deployment, now, view)}`
  if (deployment.status === 'emergency')
    return 'The rollback did not end well. The card below says what is left to do by hand.'
  if (deployment.status === 'stopped')
    return `Nothing runs. ${spelled(view, `retry #${number}`)} goes on, ${spelled(view, `cancel #${number}`)} ends it.`
  if (deployment.status === 'queued')
    return `Not begun. It should take ${lasting(times.totalMinutes)} once it is its turn.`
  return [remaining(deployment, times, now, view), waitingFor(deployment, times, now, view), late(deployment, now)]
    .filter((sentence) => sentence !== '')
    .join(' ')
}

/** What was begun is finished first; what nobody can see the end of may be left to itself after a while. */
function whatIsFinished(deployment: Deployment, now: number, view: View): string {
  const { number } = deployment
  const hosts = scriptsOf(deployment).map(({ host }) => host)
  const from = freeAt(deployment)
  if (hosts.length === 0 || from === undefined)
    return 'What changes something outside is finished first; the rest ends at once.'
  const free = `From ${clock(from, now, view)} on an admin may let the next deployment begin all the same: ${spelled(view, `cancel #${number} --free`)}.`
  return `The next deployment waits until the script on ${listed(hosts)} is seen to have ended. ${free}`
}

function remaining(deployment: Deployment, { remainingMinutes }: Estimate, now: number, view: View): string {
  const begun = `Begun ${lasting(between(deployment.startedAt ?? 0, now))} ago`
  // Of what is asked to be taken back nothing goes on.
  if (asksForRollback(deployment)) return `${begun}.`
  const end = clock(now + remainingMinutes * MINUTE, now, view)
  const left = lasting(remainingMinutes)
  const about = left.startsWith('under') ? left : `about ${left}`
  return `${begun}, ${about} to go, ends about ${end}.`
}

/** The end waits for a person, or for the step on the longest way. */
function waitingFor(deployment: Deployment, times: Estimate, now: number, view: View): string {
  const gate = deployment.gates.find(({ status }) => status === 'open')
  if (gate !== undefined) {
    const since = lasting(between(gate.openedAt, now))
    return `People's time is not counted: ${HELD[gate.name]} waits for an answer, ${since} so far, ${untilWhen(gate, now, view)}.`
  }
  const step = deployment.plan.find(({ id }) => id === times.waitsFor)
  return step === undefined ? '' : `The end waits for: ${step.title}.`
}

/** Beyond what nine of ten runs took: one sentence, on the step that is furthest beyond. */
function late({ plan, steps }: Deployment, now: number): string {
  const beyond = plan.flatMap((step) => {
    const { status, beganAt = now } = steps[step.id] ?? {}
    const { runs = 0, p90 = 0, median = 0 } = step.usual ?? {}
    const over = between(beganAt, now) - Math.max(p90, median + 1)
    return status === 'running' && runs >= ENOUGH_RUNS && over > 0 ? [{ step, over, runs, p90 }] : []
  })
  const [furthest] = beyond.toSorted((a, b) => b.over - a.over)
  if (furthest === undefined) return ''
  const { step, runs, p90 } = furthest
  return `${step.title} is late: of its last ${runs} runs, nine of ten took at most ${atMost(p90)}.`
}

/** Rounded up, so that what is said is true. */
function atMost(minutes: number): string {
  return lasting(Math.max(1, Math.ceil(minutes)))
}

function phaseLines(deployment: Deployment, times: Estimate, view: View): readonly PhaseLine[] {
  const recovery = RECOVERY_PHASES.filter(({ name }) => deployment.plan.some(({ phase }) => phase === name))
  const release = deployment.kind === 'release' ? PHASES : []
  return [...release, ...recovery].map(({ name, title }) => phaseLine(deployment, name, title, times, view))
}

function phaseLine(deployment: Deployment, phase: PhaseName, title: string, times: Estimate, view: View): PhaseLine {
  const planned = deployment.plan.filter((step) => step.phase === phase)
  const states = planned.map(({ id }) => deployment.steps[id]?.status ?? 'pending')
  const state = phaseState(states, deployment.endedAt !== undefined)
  const done = states.filter((status) => status === 'done').length
  return {
    title: state === 'left out' && done > 0 ? `The rest of ${title}` : title,
    state,
    done,
    of: planned.length,
    ...times.phases[phase],
    current: planned.flatMap((step) => currentLine(deployment, step, view)),
  }
}

/** What an end has cut off is left out, whatever it waited for. */
function phaseState(states: readonly StepState['status'][], ended: boolean): PhaseLine['state'] {
  if (states.includes('failed')) return 'failed'
  if (states.length === 0 || (ended && states.some((status) => status !== 'done'))) return 'left out'
  if (states.includes('waiting')) return 'waiting'
  if (states.includes('running') || states.includes('asking')) return 'running'
  return states.every((status) => status === 'done') ? 'done' : 'pending'
}

function currentLine(deployment: Deployment, step: PlannedStep, view: View): readonly string[] {
  const status = deployment.steps[step.id]?.status
  const line = view.lines?.get(step.id)
  if (status === 'failed') return [`${step.title}: failed`]
  if (deployment.endedAt !== undefined) return []
  if (status === 'running') return [line === undefined ? step.title : `${step.title}: ${line}`]
  if (status === 'asking') return [`${step.title}: collecting what to show before it`]
  return status === 'waiting' ? [`${step.title}: waits for an answer`] : []
}

/** Remarks of the steps, such as what was repaired on the way. */
function noted({ plan, steps }: Deployment): readonly Section[] {
  const notes = plan.flatMap(({ id, title }) => (steps[id]?.notes ?? []).map((note) => `${title}: ${note}`))
  if (notes.length === 0) return []
  const rest = notes.length - NOTES
  const items = rest > 0 ? [...notes.slice(0, NOTES), `and ${rest} more, in the logs`] : notes
  return [{ kind: 'list', title: 'Noticed on the way', items }]
}
