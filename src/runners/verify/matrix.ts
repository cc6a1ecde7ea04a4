/** verify.matrix: every component is looked at from outside, all at once, until the matrix holds or its time is over. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Expected, matrixFor, type Row } from '../../release/matrix/rows.ts'
import { matrixProblem, type Reading, type SettledMatrix, settleMatrix } from '../../release/matrix.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem } from '../../release/problems.ts'
import { publicAddress } from '../artifacts.ts'
import { excerpt } from '../log-excerpt.ts'
import { type Context, step } from '../step.ts'
import { describeMatrix, readMatrix } from './read-matrix.ts'

type Actions = ReturnType<typeof describe>

/** Left before the step's deadline, for the last judgement. */
const MARGIN_MS = 2_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

export const matrix = step({ describe, run })

function describe(facts: Facts) {
  const expected = expectedOf(facts)
  return { look: describeMatrix(facts, expected, matrixFor(facts.project, facts.release, expected)) }
}

/** What this deployment made, for the rows to compare the world with. */
function expectedOf(facts: Facts): Expected {
  const { project, release, known } = facts
  const pkgver = toPkgver(release)
  const packageUrl = publicAddress(facts)
  return {
    commit: known.commit,
    ...(isProblem(pkgver) ? {} : { pkgver }),
    ...(project.aur === undefined ? {} : { packageVersion: known.packageVersion }),
    ...(packageUrl === undefined ? {} : { packageUrl, packageSha256: known.packageSha256 }),
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports, log } = context
  const expected = expectedOf(facts)
  const rows = matrixFor(facts.project, facts.release, expected)
  const settled = await lookUntilSettled(context, rows, (open) => readMatrix(context, expected, open))
  const failure = matrixProblem(settled)
  if (failure) return { ok: false, problem: failure, log: await excerpt(ports.files, log) }
  return { ok: true, evidence: { matrix: settled.rows.map((row) => ({ ...row })) } }
}

/** Looks again at what is only late, with growing pauses, until the context's deadline; what was found otherwise stands. */
export async function lookUntilSettled(
  context: Context,
  rows: readonly Row[],
  read: (open: readonly Row[]) => Promise<Readonly<Record<string, Reading>>>,
): Promise<SettledMatrix> {
  const { ports, signal } = context
  const deadline = context.deadline - MARGIN_MS
  let readings: Readonly<Record<string, Reading>> = {}
  let open = rows
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    readings = { ...readings, ...stamped(await read(open), ports.clock.now()) }
    const settled = settleMatrix(rows, readings, { now: ports.clock.now(), deadline })
    const late = settled.rows.filter(({ verdict }) => verdict === 'waiting')
    await tell(context, settled)
    if (late.length === 0) return settled
    if (signal.aborted) return settleMatrix(rows, readings, { now: deadline, deadline })
    await ports.clock.sleep(Math.min(pause, Math.max(1, deadline - ports.clock.now())), signal)
    open = rows.filter(({ id }) => late.some((row) => row.id === id))
  }
}

function stamped(readings: Readonly<Record<string, Reading>>, at: number): Readonly<Record<string, Reading>> {
  return Object.fromEntries(Object.entries(readings).map(([id, reading]) => [id, { ...reading, at }]))
}

async function tell({ note, progress }: Context, { rows }: SettledMatrix): Promise<void> {
  for (const { component, check, verdict, expected, found } of rows)
    await note(`${verdict}: ${component}, ${check}: expected ${expected}, found ${found}`)
  const late = rows.filter(({ verdict }) => verdict === 'waiting')
  const passed = rows.filter(({ verdict }) => verdict === 'pass').length
  const [first] = late
  if (first) progress(`${passed} of ${rows.length} hold; ${first.component}: ${first.found}`)
}
