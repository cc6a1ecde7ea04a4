/** What was measured, held against the goals, pure. */
import type { Finding } from './measure.ts'
import type { Findings, Goal, Row } from './table.ts'

export interface Judged {
  readonly row: number
  readonly title: string
  /** What it was compared with. */
  readonly against: string
  readonly goal: Goal
  /** Absent where it could not be compared. */
  readonly found?: Finding
  readonly met: boolean
  readonly text: string
}

interface Machine {
  readonly at: string
  readonly cores: number
  readonly load: { readonly before: number; readonly after: number }
}

/** A goal whose measurement is missing is missed where CI runs: there everything has to be installed. */
export function judge(row: number, { title, goals }: Row, findings: Findings): readonly Judged[] {
  return Object.entries(goals).map(([against, goal]) => {
    const found = findings[against]
    const isLeftOut = found === undefined && against in findings && process.env.CI === undefined
    const met = found === undefined ? isLeftOut : holds(found.value, goal)
    const verdict = found === undefined ? (isLeftOut ? 'not compared: not installed' : 'not measured') : measured(found)
    const text = `${met ? 'met   ' : 'missed'}  ${against}: ${verdict}; goal ${goalText(goal)}`
    return { row, title, against, goal, ...(found && { found }), met, text }
  })
}

function holds(value: number, { most, least = 0 }: Goal): boolean {
  return value <= most && value >= least
}

function measured({ value, from }: Finding): string {
  return `${rounded(value)} (${from})`
}

function rounded(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(value < 0.1 ? 3 : 2)
}

function goalText({ most, least }: Goal): string {
  return least === undefined ? `at most ${most}` : `${least} to ${most}`
}

/** The last line of a run. */
export function summaryOf(judged: readonly Judged[]): string {
  const missed = judged.filter(({ met }) => !met).length
  return `${judged.length - missed} goals met, ${missed} missed`
}

/** As Markdown. */
export function tableOf(judged: readonly Judged[], { at, cores, load }: Machine): string {
  const rows = judged.map(({ row, title, against, goal, found, met }) => {
    const cells = [
      row,
      title,
      against,
      goalText(goal),
      found ? rounded(found.value) : 'not compared',
      found?.from ?? '',
      met ? 'met' : 'missed',
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    `Measured ${at.slice(0, 10)} on ${cores} cores, load ${load.before} before and ${load.after} after: ${summaryOf(judged)}.`,
    '',
    '| | workload | against | goal | measured | from | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
