/** Tables that a phone can show: aligned where they are narrow, otherwise one short paragraph a row. */
import type { Table } from '../../src/release/card.ts'
import { aligned, widthOf } from '../layout/columns.ts'
import type { Ink } from './markdown.ts'

/** As many columns as a phone held upright shows in a block of code. */
const PHONE = 40

export interface TableText {
  readonly lines: readonly string[]
  readonly fenced: boolean
}

export function tableText({ head, rows, judged }: Table, ink: Ink): TableText {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))))
  const isNarrow = widths.reduce((sum, width) => sum + width + 2, 0) <= PHONE && !all.flat().some(hasLines)
  if (isNarrow) return { lines: all.map((row) => ink.code(aligned(row, widths))), fenced: true }
  return { lines: rows.flatMap((row) => paragraph(head, row, judged === true, ink)), fenced: false }
}

function hasLines(cell: string): boolean {
  return cell.includes('\n')
}

/**
 * What the row is about stands first, with the verdict on it; of more than two columns the others are named, as they have no
 * head above them.
 */
function paragraph(head: readonly string[], row: readonly string[], judged: boolean, ink: Ink): readonly string[] {
  const cells = row.map((cell) => cell.replaceAll('\n', ' '))
  const verdict = judged ? cells.splice(head.length - 1).join('') : ''
  const [first = '', second = '', ...rest] = cells
  const words = [ink.strong(first), ink.text(second)].filter((part) => part !== '').join('  ')
  const about = verdict === '' ? words : `${words}: ${ink.strong(verdict)}`
  const named = rest.map((cell, index) => ink.text(`${head[index + 2] ?? ''} ${cell}`.trim()))
  return [about, ...(named.length === 0 ? [] : [named.join(' · ')])].filter((line) => line !== '')
}
