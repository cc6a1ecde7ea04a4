/** Sections of a card as passages of a message: paragraphs, fields and blocks of code, before anything is cut. */
import type { PhaseLine, Section } from '../../src/release/card.ts'
import { withMoments } from '../../src/release/report/moment.ts'
import { tableText } from './table.ts'

export type Passage =
  | { readonly kind: 'prose'; readonly title?: string; readonly text: string }
  /** `cut`: something was left out already when it was laid out. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string; readonly cut?: boolean }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }

const BAR = 8
/** As much of one cell as a table can show; the whole stands in the file. */
const LONGEST_CELL = 300
/** More rows than any message holds: the rest need not be laid out to be cut. */
const MOST_ROWS = 150

/** Nothing for a section that holds nothing. */
export function passageOf(section: Section): Passage | undefined {
  switch (section.kind) {
    case 'text':
      return filled({ kind: 'prose', text: section.text })
    case 'list':
      return filled({ ...titled(section), kind: 'prose', text: section.items.map((item) => `• ${item}`).join('\n') })
    case 'fields': {
      const fields = section.fields.filter(([name, value]) => `${name}${value}`.trim() !== '')
      return fields.length === 0 ? undefined : { kind: 'fields', fields }
    }
    case 'table':
      return section.rows.length === 0 ? undefined : filled({ kind: 'code', ...tableOf(section) })
    case 'code':
      return filled({ ...titled(section), kind: 'code', text: section.text })
    case 'phases':
      return filled({ kind: 'code', text: phaseText(section.phases) })
  }
}

/** The whole section as text, for a file. */
export function wholeText(section: Section): string {
  const passage =
    section.kind === 'table'
      ? { kind: 'prose' as const, text: [section.head, ...section.rows].map((row) => row.join('\t')).join('\n') }
      : passageOf(section)
  if (passage === undefined) return ''
  if (passage.kind === 'fields')
    return withMoments(passage.fields.map(([name, value]) => `${name}: ${value}`).join('\n'))
  return withMoments([...(passage.title === undefined ? [] : [`${passage.title}:`]), passage.text].join('\n'))
}

function tableOf({ head, rows }: Section & { readonly kind: 'table' }) {
  const cells = (row: readonly string[]) => row.map((cell) => cellText(withMoments(cell)))
  const left = rows.length - MOST_ROWS
  const table = tableText(cells(head), rows.slice(0, MOST_ROWS).map(cells))
  const cut = left > 0 || [head, ...rows].some((row) => row.some((cell) => withMoments(cell).length > LONGEST_CELL))
  return { text: left > 0 ? `${table}\n… (${left} more rows)` : table, cut }
}

function cellText(cell: string): string {
  return cell.length > LONGEST_CELL
    ? `${cell.slice(0, LONGEST_CELL)}… (${cell.length - LONGEST_CELL} more characters)`
    : cell
}

function titled({ title }: { readonly title?: string }): { readonly title?: string } {
  return title === undefined || title.trim() === '' ? {} : { title }
}

function filled<P extends Passage & { readonly text: string }>(passage: P): P | undefined {
  return passage.text.replaceAll('•', '').trim() === '' ? undefined : passage
}

/** One line a phase; what is of the same width stands first, so that a phone shows it aligned. Below it the steps that run. */
function phaseText(phases: readonly PhaseLine[]): string {
  return phases
    .flatMap((phase) => [
      phaseLine(phase),
      ...phase.current.map((step) => `${' '.repeat(BAR + 9)}${withMoments(step)}`),
    ])
    .join('\n')
}

function phaseLine(phase: PhaseLine): string {
  const { title, state, done, of } = phase
  if (state === 'left out') return `${' '.repeat(BAR + 9)}${title}: left out`
  const full = Math.round((of === 0 ? 0 : Math.max(0, Math.min(1, done / of))) * BAR)
  const bar = `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]`
  return `${bar} ${`${done}/${of}`.padStart(5)} ${title}: ${state}, ${minutes(phase)}`
}

function minutes({ state, elapsedMinutes, plannedMinutes }: PhaseLine): string {
  const spoken = (count: number) => (count > 0 && count < 1 ? '<1' : String(Math.round(count)))
  const planned = `${spoken(plannedMinutes)} min`
  return state === 'pending' && elapsedMinutes === 0 ? planned : `${spoken(elapsedMinutes)} / ${planned}`
}
