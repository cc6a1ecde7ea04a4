/** verify.matrix: every component is looked at from outside, all at once, until the matrix holds or its time is over. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Expected, matrixFor, type Row } from '../../release/matrix/rows.ts'
import { asksAgainAt, matrixProblem, type Reading, type SettledMatrix, settleMatrix } from '../../release/matrix.ts'
import { toPkgver } from '../../release/pkgver.ts'
import { isProblem } from '../../release/problems.ts'
import { publicAddress } from '../artifacts.ts'
import { excerpt } from '../log-excerpt.ts'
import { type Context, step } from '../step.ts'
import { createLook, describeMatrix } from './read-matrix.ts'

type Actions = ReturnType<typeof describe>

/** Left before the step's deadline, for the last judgement. */
const MARGIN_MS = 2_000

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
  const look = createLook(context)
  const settled = await lookUntilSettled(context, rows, (open) => look(expected, open))
  const failure = matrixProblem(settled)
  if (failure) return { ok: false, problem: failure, log: await excerpt(ports.files, log) }
  return { ok: true, evidence: { matrix: settled.rows.map((row) => ({ ...row })) } }
}

/** Looks again at each row that is only late, by itself, until the context's deadline; what was found otherwise stands. */
export async function lookUntilSettled(
  context: Context,
  rows: readonly Row[],
  look: (open: readonly Row[]) => ReadonlyMap<string, Promise<Reading>>,
): Promise<SettledMatrix> {
  const { ports, signal } = context
  const deadline = context.deadline - MARGIN_MS
  const readings: Record<string, Reading> = {}
  const momentNow = () => ({ now: signal.aborted ? deadline : ports.clock.now(), deadline })
  const settle = () => settleMatrix(rows, readings, momentNow())
  const first = look(rows)
  const follow = async (row: Row) => {
    for (let nth = 1, under = first; ; nth += 1, under = look([row])) {
      const reading = (await under.get(row.id)) ?? { fault: 'nobody looked at this' }
      readings[row.id] = reading
      await tell(context, row, settle())
      const again = asksAgainAt(row, reading, nth, momentNow())
      if (again === undefined) return
      await ports.clock.sleep(again - ports.clock.now(), signal)
      if (signal.aborted) return
    }
  }
  await Promise.all(rows.map(follow))
  return settle()
}

/** What was found in the row that was just looked at, and where the whole stands. */
async function tell({ note, progress }: Context, { id }: Row, { rows }: SettledMatrix): Promise<void> {
  for (const { component, check, verdict, expected, found } of rows.filter((row) => row.id === id))
    await note(`${verdict}: ${component}, ${check}: expected ${expected}, found ${found}`)
  const passed = rows.filter(({ verdict }) => verdict === 'pass').length
  const late = rows.find(({ verdict }) => verdict === 'waiting')
  if (late) progress(`${passed} of ${rows.length} hold; ${late.component}: ${late.found}`)
}
