/** The verification as a card: each row with what was expected, what was found, and the command to check it by hand. */
import type { Card, Section } from '../card.ts'
import type { Deployment, Json } from '../deployment.ts'
import { hasPassed, rowsSeen, type SeenRow } from '../matrix/seen.ts'
import type { Project } from '../project.ts'
import { unseenLine } from '../served.ts'
import type { Release } from '../version.ts'
import { short } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** The matrix a deployment has left, or undefined where it has not been verified. */
export function matrixCard(deployment: Deployment): Card | undefined {
  const title = `#${deployment.number}: ${deployment.release.full} from outside`
  return rowsCard(title, deployment.project, deployment.steps['verify.matrix']?.evidence.matrix)
}

/** The rows that a step left as evidence; undefined where there are none. */
export function rowsCard(title: string, project: Project, evidence: Json | undefined): Card | undefined {
  const rows = rowsSeen(evidence)
  if (rows.length === 0) return undefined
  const wrong = rows.filter((row) => !hasPassed(row))
  return withUnseen(matrixOf(title, rows, wrong), project)
}

/** The answer to `verify`: a release as the world is now. What was not looked at is no pass, and is named. */
export function verificationCard(
  project: Project,
  release: Release,
  {
    rows,
    leftOut,
  }: { readonly rows: readonly SeenRow[]; readonly leftOut: readonly Pick<SeenRow, 'component' | 'check'>[] },
): Card {
  const card = withUnseen(matrixOf(`${project.title} ${release.full} from outside`, rows, rows), project)
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

/** What no row can show stands below those that pass. */
function withUnseen(card: Card, project: Project): Card {
  const unseen = unseenLine(project)
  return unseen === undefined ? card : { ...card, sections: [...card.sections, { kind: 'text', text: unseen }] }
}

/** `toCheck`: the rows whose commands are given, to look for oneself. */
function matrixOf(title: string, all: readonly SeenRow[], toCheck: readonly SeenRow[]): Card {
  const rows = wrongFirst(all)
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
      judged: true,
    },
    ...byHand(wrongFirst(toCheck)),
  ]
  return {
    title: `${title}: ${passed} of ${rows.length} pass`,
    tone: passed === rows.length ? 'good' : 'bad',
    sections,
    buttons: [],
    files: [],
  }
}

function wrongFirst(rows: readonly SeenRow[]): readonly SeenRow[] {
  return rows.toSorted((a, b) => Number(hasPassed(a)) - Number(hasPassed(b)))
}

/** Each below the name of its row, as a comment, so that all of it can be pasted into a shell. */
function byHand(rows: readonly SeenRow[]): readonly Section[] {
  const text = rows
    .filter(({ command }) => command !== '')
    .map(({ component, check, command }) => `# ${component}: ${check}\n${command}`)
    .join('\n')
  return text === '' ? [] : [{ kind: 'code', title: 'To check by hand', text, copy: true }]
}
