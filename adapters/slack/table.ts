/** Tables as aligned text, for a block of code. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Columns of a line that a desktop shows whole; a phone lets its reader move it sideways. */
const WIDTH = 84
const NARROWEST = 8
const GAP = '  '

/** One text, the head underlined. Cells that are too wide are wrapped inside their column. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = narrowed(columnsOf(all).map((column) => widest(all, column)))
  const line = widths.map((width) => '-'.repeat(width)).join(GAP)
  const isNamed = head.some((cell) => cell !== '')
  return [...(isNamed ? [...rowLines(head, widths), line] : []), ...rows.flatMap((row) => rowLines(row, widths))].join(
    '\n',
  )
}

/** Pads to a width in columns, where a Japanese letter takes two. */
function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

function columnsOf(rows: readonly (readonly string[])[]): readonly number[] {
  return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) => column)
}

function widest(rows: readonly (readonly string[])[], column: number): number {
  return rows.reduce(
    (most, row) => Math.max(most, ...(row[column] ?? '').split('\n').map((line) => stringWidth(line))),
    1,
  )
}

/** The widest column gives, until all fit or none can give more. */
function narrowed(wanted: readonly number[]): readonly number[] {
  const widths = wanted.map((width) => Math.min(width, WIDTH))
  const room = WIDTH - GAP.length * (widths.length - 1)
  while (widths.reduce((sum, width) => sum + width, 0) > room && Math.max(...widths) > NARROWEST) {
    const largest = widths.indexOf(Math.max(...widths))
    widths[largest] = (widths[largest] ?? 0) - 1
  }
  return widths
}

function rowLines(row: readonly string[], widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => wrapped(row[column] ?? '', width))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) =>
    widths
      .map((width, column) => padded(cells[column]?.[line] ?? '', width))
      .join(GAP)
      .trimEnd(),
  )
}

/** Most cells fit, and wrapping costs ten times what looking does. */
function wrapped(cell: string, width: number): readonly string[] {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(cell)
  return isPlain && cell.length <= width ? [cell] : wrapAnsi(cell, width, { hard: true }).split('\n')
}
