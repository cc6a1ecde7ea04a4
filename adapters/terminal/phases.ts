/** The phases of the progress card: a table with bars on a live screen, and what changed in words where lines only go out. */
import type { PhaseLine, Tone } from '../../src/release/card.ts'
import { padded, widthOf, wrapped } from '../layout/columns.ts'
import { progressBar, wholeMinutes } from '../layout/progress.ts'
import { harmless, type Paint } from './paint.ts'

const BAR = 12
const STATE = 8

const TONES: Readonly<Record<PhaseLine['state'], Tone>> = {
  pending: 'neutral',
  running: 'running',
  waiting: 'waiting',
  done: 'good',
  failed: 'bad',
  'left out': 'neutral',
}

/** One line a phase: title, state, bar, steps, elapsed and planned minutes; below it the steps that run. */
export function phaseLines(phases: readonly PhaseLine[], width: number, paint: Paint): readonly string[] {
  const column = Math.min(30, Math.max(0, ...phases.map(({ title }) => widthOf(harmless(title))))) + 2
  return phases.flatMap((phase) => {
    const current = phase.current.flatMap((step) => wrapped(harmless(step), Math.max(10, width - 4)))
    return [phaseLine(phase, column, paint), ...current.map((line) => `    ${line}`)]
  })
}

/** What happened between two states of the phases, one short line each: phases that began or ended, steps that began. */
export function phaseChanges(before: readonly PhaseLine[], now: readonly PhaseLine[]): readonly string[] {
  return now.flatMap((phase) => {
    const was = before.find(({ title }) => title === phase.title)
    const steps = phase.current.filter((step) => !was?.current.includes(step)).map((step) => `${phase.title}: ${step}`)
    const turned = phase.state !== (was?.state ?? 'pending') && SAID.includes(phase.state)
    const minutes = phase.state === 'done' ? `, ${wholeMinutes(phase.elapsedMinutes)} min` : ''
    return [...steps, ...(turned ? [`${phase.title}: ${phase.state}${minutes}`] : [])].map(harmless)
  })
}

/** States worth a line of their own; that a phase runs or waits is told by its step. */
const SAID: readonly PhaseLine['state'][] = ['done', 'failed']

function phaseLine(phase: PhaseLine, column: number, paint: Paint): string {
  const { title, state, done, of } = phase
  const tone = TONES[state]
  if (state === 'left out') return paint.faint(`${padded(harmless(title), column)}left out`)
  const bar = `[${progressBar(phase, BAR)}]`
  const steps = `${done}/${of}`.padStart(6)
  return `${padded(harmless(title), column)}${paint.tone(tone, state.padEnd(STATE))} ${paint.tone(tone, bar)}${steps}  ${times(phase)}`
}

function times({ state, elapsedMinutes, plannedMinutes }: PhaseLine): string {
  const planned = wholeMinutes(plannedMinutes).padStart(3)
  return state === 'pending' && elapsedMinutes === 0
    ? `     ${planned} min`
    : `${wholeMinutes(elapsedMinutes).padStart(3)} / ${planned.trimStart()} min`
}
