/** The phases of the progress card: a table with bars on a live screen, and what changed in words where lines only go out. */
import type { PhaseLine, Tone } from '../../src/release/card.ts'
import { padded, shortened, widthOf, wrapped } from '../layout/columns.ts'
import { progressBar, wholeMinutes } from '../layout/progress.ts'
import { harmless, MARKS, type Paint } from './paint.ts'

const NARROWEST = { bar: 0, state: 'mark', times: false } as const
/** What a line leaves out in a narrow window, the least missed first. A state that is no word any more is a mark. */
const LAYOUTS = [
  { bar: 12, state: 'word', times: true },
  { bar: 6, state: 'word', times: true },
  { bar: 0, state: 'word', times: true },
  { bar: 0, state: 'mark', times: true },
  NARROWEST,
] as const
type Layout = (typeof LAYOUTS)[number]

const STATE_WIDTH = { word: 8, mark: 2 } as const
const STEPS = 6
const LONGEST_TITLE = 30

const TONES: Readonly<Record<PhaseLine['state'], Tone>> = {
  pending: 'neutral',
  running: 'running',
  waiting: 'waiting',
  done: 'good',
  failed: 'bad',
  'left out': 'neutral',
}

/**
 * One line a phase, never wider than `width`: title, state, bar, steps, elapsed and planned minutes, as much of that as fits;
 * below it the steps that run.
 */
export function phaseLines(phases: readonly PhaseLine[], width: number, paint: Paint): readonly string[] {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))
  const titles = Math.min(LONGEST_TITLE, widest(phases.map(({ title }) => harmless(title))))
  const room = (layout: Layout) => width - 2 - widthBeside(layout, widest(phases.map(times)))
  const layout = LAYOUTS.find((each) => titles <= room(each)) ?? NARROWEST
  const column = Math.max(1, Math.min(titles, room(layout)))
  return phases.flatMap((phase) => {
    const current = phase.current.flatMap((step) => wrapped(harmless(step), Math.max(10, width - 4)))
    return [phaseLine(phase, column, layout, paint), ...current.map((line) => `    ${line}`)]
  })
}

function widthBeside({ bar, state, times }: Layout, widestTimes: number): number {
  return STATE_WIDTH[state] + (bar > 0 ? bar + 3 : 0) + STEPS + (times ? 2 + widestTimes : 0)
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

function phaseLine(phase: PhaseLine, column: number, layout: Layout, paint: Paint): string {
  const { state, done, of } = phase
  const tone = TONES[state]
  const title = `${padded(shortened(harmless(phase.title), column), column)}  `
  if (state === 'left out') return paint.faint(`${title}left out`)
  const said = layout.state === 'word' ? state.padEnd(STATE_WIDTH.word) : MARKS[tone]
  const bar = layout.bar === 0 ? '' : ` ${paint.tone(tone, `[${progressBar(phase, layout.bar)}]`)}`
  return `${title}${paint.tone(tone, said)}${bar}${`${done}/${of}`.padStart(STEPS)}${layout.times ? `  ${times(phase)}` : ''}`
}

function times({ state, elapsedMinutes, plannedMinutes }: PhaseLine): string {
  const planned = wholeMinutes(plannedMinutes).padStart(3)
  return state === 'pending' && elapsedMinutes === 0
    ? `     ${planned} min`
    : `${wholeMinutes(elapsedMinutes).padStart(3)} / ${planned.trimStart()} min`
}
