/** The certificate in a window that its table is too wide for. */
import { columnWidths, rowLines, widthOf } from '../layout/columns.ts'

const INDENT = '  '

/** Its lines, with the cells of the table wrapped where rows would not fit: no verdict stands apart from its row. */
export function certificateLines(text: string, width: number): readonly string[] {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => /^ *Component {2}.* {2}Verdict$/.test(line))
  const end = lines.indexOf('', from)
  const to = end === -1 ? lines.length : end
  const table = from === -1 ? [] : lines.slice(from, to)
  if (table.every((line) => widthOf(line) <= width)) return lines
  const starts = [...(table[0] ?? '').matchAll(/\S+/g)].map(({ index }) => index)
  const rows = table.map((line) => starts.map((start, column) => line.slice(start, starts[column + 1]).trim()))
  const widths = columnWidths(rows, width - INDENT.length)
  const fitted = rows.flatMap((row) => rowLines(row, widths)).map((line) => INDENT + line)
  return [...lines.slice(0, from), ...fitted, ...lines.slice(to)]
}
