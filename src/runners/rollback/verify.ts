/** rollback.verify: every component is looked at from outside once more, against the version gone back to. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import type { Row } from '../../release/matrix/rows.ts'
import { type Reading, rowLine, rowProblems, type SettledMatrix } from '../../release/matrix.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { withLog } from '../build/commands.ts'
import { type Context, step } from '../step.ts'
import { lookUntilSettled } from '../verify/matrix.ts'
import { createLook, describeMatrix } from '../verify/read-matrix.ts'
import { baseOf, type Expectations, expectationsOf, rowsBackAt } from './expectations.ts'

type Actions = ReturnType<typeof describe>

const MINUTE = 60_000

export const verify = step({ describe, run })

function describe(facts: Facts) {
  return { look: describeMatrix(facts, baseOf(facts), rowsBackAt(facts)) }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports } = context
  const expectations = await expectationsOf(context)
  const deadline = Math.min(context.deadline, ports.clock.now() + facts.project.verify.deadlineMinutes * MINUTE)
  const look = createLook(context)
  const settled = await lookUntilSettled({ ...context, deadline }, expectations.rows, lookBack(look, expectations))
  const failure = failureOf(facts, settled)
  if (failure) return withLog(context, failure)
  return { ok: true, evidence: { matrix: settled.rows.map((row) => ({ ...row })) }, notes: notesOf(expectations) }
}

/** The product's own checks read an earlier commit than the rows of the branch, so each kind is looked at by itself. */
function lookBack(look: ReturnType<typeof createLook>, { expectedFor }: Expectations) {
  return (open: readonly Row[]): ReadonlyMap<string, Promise<Reading>> => {
    const own = open.filter(({ id }) => id.startsWith('own:'))
    const kinds = [own, open.filter((row) => !own.includes(row))]
    return new Map(kinds.flatMap((rows) => (rows[0] ? [...look(expectedFor(rows[0]), rows)] : [])))
  }
}

function failureOf({ previous, number, project }: Facts, settled: SettledMatrix): Problem | undefined {
  const open = settled.rows.filter(({ verdict }) => verdict !== 'pass')
  if (settled.overall === 'pass') return undefined
  const version = previous?.full ?? 'before'
  const values = { version, failed: open.length, count: settled.rows.length, number }
  const shell = open.flatMap(({ command }) => (command === '' ? [] : [command])).join('\n')
  return {
    ...problem('rollback.not-back', values, open.map(rowLine)),
    shell,
    copy: `verify ${version} --project ${project.name}`,
    causes: rowProblems(settled).map(({ code }) => code),
  }
}

function notesOf({ leftOut }: Expectations): readonly string[] {
  const names = leftOut.map(({ component, check }) => `${component} (${check})`)
  return names.length === 0 ? [] : [`not compared, since this rollback leaves them as they are: ${names.join(', ')}`]
}
