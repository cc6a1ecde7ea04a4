/** The lower edge of a terminal: a few lines that are redrawn in place while everything else scrolls by above them. */
import { widthOf } from '../layout/columns.ts'

export interface Screen {
  /** Prints `above` for good, and draws `live` below it in place of what stood there. The cursor goes to `column` of the last line. */
  draw(above: readonly string[], live: readonly string[], column: number): void
}

const UP = (rows: number) => (rows > 0 ? `\x1b[${rows}A` : '')
const CLEAR_BELOW = '\x1b[J'
const TO_COLUMN = (column: number) => `\x1b[${column + 1}G`

/** Draws with plain cursor movement. `columns` is asked each time, since a person may resize the window. */
export function createScreen(write: (text: string) => void, columns: () => number): Screen {
  let drawn: readonly string[] = []
  return {
    draw(above, live, column) {
      const up = UP(Math.max(0, rowsOf(drawn, columns()) - 1))
      const lines = [...above, ...live]
      write(`\r${up}${CLEAR_BELOW}${lines.join('\r\n')}${live.length > 0 ? TO_COLUMN(column) : '\r\n'}`)
      drawn = live
    },
  }
}

/** The lines that `most` rows have room for; `…` stands for the rest. */
export function bounded(lines: readonly string[], columns: number, most: number): readonly string[] {
  if (rowsOf(lines, columns) <= Math.max(0, most)) return lines
  const fits = lines.findIndex((_, index) => rowsOf(lines.slice(0, index + 1), columns) > most - 1)
  return [...lines.slice(0, fits), '  …']
}

/** Rows that lines take now, those wrapped by a narrower window counted as often as they wrap. */
export function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / Math.max(1, columns))), 0)
}
