/** Sections of a card as passages of a message: paragraphs, fields and blocks of code, before anything is cut. */
import type { PhaseLine, Section } from '../../src/release/card.ts'
import { withMoments } from '../../src/release/report/moment.ts'
import { type Cells, columnWidths, rowLines } from '../layout/columns.ts'
import { progressBar, wholeMinutes } from '../layout/progress.ts'

export type Passage =
  | { readonly kind: 'prose'; readonly title?: string; readonly text: string }
  /** `cut`: something was left out already when it was laid out. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string; readonly cut?: boolean }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }

const BAR = 8
/** Columns of a line that a desktop shows whole; a phone lets its reader move it sideways. */
const WIDTH = 84
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

/** The head underlined, where there is one. */
function tableText(head: Cells, rows: readonly Cells[]): string {
  const widths = columnWidths([head, ...rows], WIDTH)
  const line = rowLines(
    widths.map((width) => '-'.repeat(width)),
    widths,
  )
  const isNamed = head.some((cell) => cell !== '')
  return [
    ...(isNamed ? [...rowLines(head, widths), ...line] : []),
    ...rows.flatMap((row) => rowLines(row, widths)),
  ].join('\n')
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
  return `[${progressBar(phase, BAR)}] ${`${done}/${of}`.padStart(5)} ${title}: ${state}, ${minutes(phase)}`
}

function minutes({ state, elapsedMinutes, plannedMinutes }: PhaseLine): string {
  const planned = `${wholeMinutes(plannedMinutes)} min`
  return state === 'pending' && elapsedMinutes === 0 ? planned : `${wholeMinutes(elapsedMinutes)} / ${planned}`
}
