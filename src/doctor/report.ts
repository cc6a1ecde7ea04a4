/** Findings as lines of a terminal, and as JSON for scripts. */
import type { Finding } from '../release/finding.ts'
import { visible } from '../release/redact.ts'
import { cutLine } from '../release/text.ts'
import type { Mendable } from './mendable.ts'

const LONGEST = 300
const DETAILS = 10
const INDENT = '      '

/** The whole report: what is bad comes last, where it is read first. */
export function reportLines(findings: readonly Mendable[]): readonly string[] {
  const order = ['good', 'note', 'bad']
  const sorted = findings.toSorted((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing))
  return [...sorted.flatMap(findingLines), '', summary(findings)]
}

/** `ok`, and every finding with its fields; `mendable` where `--fix` can do it. */
export function reportJson(findings: readonly Mendable[]): string {
  const told = findings.map(({ mend, ...finding }) => ({ ...finding, mendable: mend !== undefined }))
  return JSON.stringify({ ok: isWell(findings), findings: told }, null, 2)
}

export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ standing }) => standing !== 'bad')
}

const MARKS = { good: 'ok  ', note: 'note', bad: 'BAD ' } as const

function findingLines(finding: Finding): readonly string[] {
  const { about, standing, what, why, remedy, command, lines, details = [] } = finding
  const below = [
    ...(standing === 'bad' && why !== undefined ? [why] : []),
    ...details.slice(0, DETAILS).map((line) => `- ${line}`),
    ...(details.length > DETAILS ? [`- and ${details.length - DETAILS} more`] : []),
    ...(remedy === undefined ? [] : [remedy]),
    ...(lines?.split('\n').map((line) => `    ${line}`) ?? []),
  ]
  return [
    `${MARKS[standing]}  ${shown(`${about}: ${what}`)}`,
    ...below.map((line) => `${INDENT}${shown(line)}`),
    // Whole, so that it can be copied.
    ...(command === undefined ? [] : [`${INDENT}$ ${visible(command)}`]),
  ]
}

/** What a server or a file said is part of it, so nothing in it may be obeyed by the terminal. */
function shown(line: string): string {
  return cutLine(visible(line).replaceAll('\n', ' '), LONGEST)
}

function summary(findings: readonly Mendable[]): string {
  const bad = findings.filter(({ standing }) => standing === 'bad').length
  const notes = findings.filter(({ standing }) => standing === 'note').length
  const mendable = findings.filter(({ mend }) => mend !== undefined).length
  const beside = notes === 0 ? '' : `, ${notes} worth knowing`
  if (bad === 0) return `Nothing stands in the way of a release${beside}.`
  const fix =
    mendable === 0 ? '' : ` npm run doctor -- --fix fixes ${mendable} of them, and asks before it trusts a key.`
  return `${bad} to fix before a release${beside}.${fix}`
}
