/** The success matrix as data: what is looked at, what has to be found, and what to make of what was. */
import { checkOf, type Lag, type Row } from './matrix/rows.ts'
import { type Problem, problem } from './problems.ts'

/** What looking gave: a finding, or why there is none. A fault with `lag` may pass by itself. */
export type Reading = ({ readonly found: string } | { readonly fault: string; readonly lag?: Lag }) & {
  /** When it was looked at, ms since the epoch. */
  readonly at?: number
}

/** `unknown` is never a pass. */
export type Verdict = 'pass' | 'fail' | 'waiting' | 'unknown'

/** Times are ms since the epoch. */
export interface Moment {
  readonly now: number
  readonly deadline: number
}

/** A judged row, as evidence and cards carry it. */
export interface SettledRow {
  readonly id: string
  readonly component: string
  readonly check: string
  readonly expected: string
  readonly found: string
  readonly verdict: Verdict
  readonly command: string
  /** When it was looked at, ms since the epoch. */
  readonly at?: number
}

export interface SettledMatrix {
  readonly overall: Verdict
  readonly rows: readonly SettledRow[]
}

/** What one reading means now: before the deadline what only lags is waited for. No reading at all is unknown. */
export function judge(row: Row, reading: Reading | undefined, { now, deadline }: Moment): Verdict {
  if (reading && 'found' in reading) {
    if (reading.found === row.expected) return 'pass'
    return row.lag && now < deadline ? 'waiting' : 'fail'
  }
  return reading?.lag && now < deadline ? 'waiting' : 'unknown'
}

/**
 * When a row is asked again that was just read for the nth time, ms since the epoch: soon at first, and then once more at the
 * deadline; undefined where what was found stands. How long other rows take does not matter to it.
 */
export function asksAgainAt(row: Row, reading: Reading, nth: number, moment: Moment): number | undefined {
  if (judge(row, reading, moment) !== 'waiting') return undefined
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** (nth - 1))
  return Math.min(moment.now + pause, moment.deadline)
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

/** Judges all rows. It holds when every row does; the worst verdict counts, and an empty matrix has shown nothing. */
export function settleMatrix(
  rows: readonly Row[],
  readings: Readonly<Record<string, Reading>>,
  moment: Moment,
): SettledMatrix {
  const settled = rows.map((row) => settle(row, readings[row.id], moment))
  const overall = WORST_FIRST.find((verdict) => settled.some((row) => row.verdict === verdict))
  return { overall: overall ?? 'unknown', rows: settled }
}

const WORST_FIRST: readonly Verdict[] = ['fail', 'unknown', 'waiting', 'pass']

function settle(row: Row, reading: Reading | undefined, moment: Moment): SettledRow {
  const { id, component, check, expected, command } = row
  const verdict = judge(row, reading, moment)
  const said = reading === undefined ? 'not looked at' : 'found' in reading ? reading.found : reading.fault
  const lag = row.lag ?? (reading && 'lag' in reading ? reading.lag : undefined)
  const found = verdict === 'waiting' && lag ? `${said}; ${lagText(lag, moment.deadline)}` : said
  const at = reading?.at === undefined ? {} : { at: reading.at }
  return { id, component, check, expected, found, verdict, command, ...at }
}

/** `waiting for the AUR, usually 2 min, until 16:40 UTC`. */
export function lagText({ of, usualMinutes }: Lag, deadline: number): string {
  return `waiting for ${of}, usually ${usualMinutes} min, until ${new Date(deadline).toISOString().slice(11, 16)} UTC`
}

/** Each row that does not hold, worded for what it means. */
export function rowProblems({ rows }: SettledMatrix): readonly Problem[] {
  return rows.filter(({ verdict }) => verdict !== 'pass').map(rowProblem)
}

function rowProblem({ id, component, check, expected, found, verdict, command }: SettledRow): Problem {
  const code = verdict === 'unknown' ? 'verify.unknown' : checkOf(id).problem
  return problem(code, { component, check, expected, found, command })
}

/** What a row that does not hold comes to, as a line: `AUR Live, Package Version: expected 3.1.2-1, found 3.1.3-1`. */
export function rowLine({ component, check, expected, found, verdict }: SettledRow): string {
  return `${component}, ${check}: expected ${expected}, ${verdict === 'fail' ? 'found' : `${verdict}:`} ${found}`
}

/** The matrix as one problem, with a line for each row that does not hold; undefined when it holds. */
export function matrixProblem(matrix: SettledMatrix): Problem | undefined {
  const open = matrix.rows.filter(({ verdict }) => verdict !== 'pass')
  if (matrix.overall === 'pass') return undefined
  const [first] = rowProblems(matrix)
  if (first && open.length === 1) return first
  const failed = problem('verify.failed', { failed: open.length, count: matrix.rows.length }, open.map(rowLine))
  return { ...failed, causes: rowProblems(matrix).map(({ code }) => code) }
}
