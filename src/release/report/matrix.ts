/** The verification as a card: each row with what was expected, what was found, and the command to check it by hand. */
import type { Card, Section } from '../card.ts'
import type { Deployment, Json } from '../deployment.ts'
import type { Project } from '../project.ts'
import type { Release } from '../version.ts'
import { short } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** A row as the step leaves it in its evidence `matrix`. */
interface Row {
  readonly component: string
  readonly check: string
  readonly expected: string
  readonly found: string
  readonly verdict: string
  readonly command: string
}

/** The matrix a deployment has left, or undefined where it has not been verified. */
export function matrixCard(deployment: Deployment): Card | undefined {
  const title = `#${deployment.number}: ${deployment.release.full} from outside`
  return rowsCard(title, deployment.steps['verify.matrix']?.evidence.matrix)
}

/** The rows that a step left as evidence; undefined where there are none. */
export function rowsCard(title: string, evidence: Json | undefined): Card | undefined {
  const rows = rowsOf(evidence)
  if (rows.length === 0) return undefined
  const wrong = rows.filter((row) => !hasPassed(row))
  return matrixOf(title, rows, wrong)
}

/** The answer to `verify`: a release as the world is now. What was not looked at is no pass, and is named. */
export function verificationCard(
  project: Project,
  release: Release,
  { rows, leftOut }: { readonly rows: readonly Row[]; readonly leftOut: readonly Pick<Row, 'component' | 'check'>[] },
): Card {
  const card = matrixOf(`${project.title} ${release.full} from outside`, rows, rows)
  if (leftOut.length === 0) return visibleCard(card)
  const names = leftOut.map(({ component, check }) => `${component}, ${check}`).join('; ')
  const text = `Not looked at: ${names}. What to expect there is not in this journal: the release was not deployed from here.`
  return visibleCard({
    ...card,
    title: `${card.title}, ${leftOut.length} not looked at`,
    tone: card.tone === 'good' ? 'neutral' : card.tone,
    sections: [{ kind: 'text', text }, ...card.sections],
  })
}

/** What is wrong stands first. `toCheck`: the rows whose commands are given, to look for oneself. */
function matrixOf(title: string, all: readonly Row[], toCheck: readonly Row[]): Card {
  const rows = all.toSorted((a, b) => Number(hasPassed(a)) - Number(hasPassed(b)))
  const passed = rows.filter(hasPassed).length
  const sections: Section[] = [
    {
      kind: 'text',
      text: passed === rows.length ? `All ${rows.length} checks pass.` : `${passed} of ${rows.length} checks pass.`,
    },
    {
      kind: 'table',
      head: ['Component', 'Check', 'Expected', 'Found', 'Verdict'],
      rows: rows.map(({ component, check, expected, found, verdict }) => [
        component,
        check,
        short(expected),
        short(found),
        verdict,
      ]),
    },
    ...byHand(toCheck),
  ]
  return {
    title: `${title}: ${passed} of ${rows.length} pass`,
    tone: passed === rows.length ? 'good' : 'bad',
    sections,
    buttons: [],
    files: [],
  }
}

function hasPassed({ verdict }: Row): boolean {
  return verdict === 'pass'
}

/** Each below the name of its row, as a comment, so that all of it can be pasted into a shell. */
function byHand(rows: readonly Row[]): readonly Section[] {
  const text = rows
    .filter(({ command }) => command !== '')
    .map(({ component, check, command }) => `# ${component}: ${check}\n${command}`)
    .join('\n')
  return text === '' ? [] : [{ kind: 'code', title: 'To check by hand', text, copy: true }]
}

/** Rows from evidence; a missing cell reads `unknown`, which is not a pass. */
function rowsOf(evidence: Json | undefined): readonly Row[] {
  if (!Array.isArray(evidence)) return []
  return evidence.flatMap((row) => (isRecord(row) ? [rowOf(row)] : []))
}

function rowOf(row: Readonly<Record<string, Json>>): Row {
  const cell = (name: string) => (row[name] === undefined ? 'unknown' : String(row[name]))
  const command = row.command === undefined ? '' : String(row.command)
  return {
    component: cell('component'),
    check: cell('check'),
    expected: cell('expected'),
    found: cell('found'),
    verdict: cell('verdict'),
    command,
  }
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
