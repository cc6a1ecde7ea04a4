/** As much of a terminal as the adapter uses: what a person would see after everything that was written. */

export interface EmulatedScreen {
  write(text: string): void
  /** Everything from the first line on, scrolled away or not, without colours. */
  lines(): readonly string[]
  /** What went out at the upper edge and cannot be redrawn. */
  scrolledAway(): readonly string[]
  /** Row and column of the cursor, from 0. */
  cursor(): readonly [row: number, column: number]
}

const PIECE = /\x1b\[(\d*)([A-Za-z])|\r|\n|[^\x1b\r\n]+|\x1b/g

export function emulatedScreen(width = Number.POSITIVE_INFINITY, height = Number.POSITIVE_INFINITY): EmulatedScreen {
  const rows: string[] = ['']
  let row = 0
  let column = 0
  /** The first row of the window. */
  let top = 0
  const feed = () => {
    rows[++row] ??= ''
    top = Math.max(top, row - height + 1)
  }
  const print = (text: string) => {
    if (column >= width) {
      feed()
      column = 0
    }
    const fits = text.slice(0, width - column)
    const line = (rows[row] ?? '').padEnd(column)
    rows[row] = line.slice(0, column) + fits + line.slice(column + fits.length)
    column += fits.length
    if (fits.length < text.length) print(text.slice(fits.length))
  }
  const moves: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => {
      row = Math.max(top, row - count)
      column = Math.min(column, width - 1)
    },
    G: (count) => {
      column = count - 1
    },
    J: () => {
      rows.length = row + 1
      rows[row] = (rows[row] ?? '').slice(0, column)
    },
    m: () => {},
  }
  return {
    write(text) {
      for (const [piece, count = '', move = ''] of text.matchAll(PIECE)) {
        if (piece === '\r') column = 0
        else if (piece === '\n') feed()
        else if (piece.startsWith('\x1b')) {
          const act = moves[move]
          if (act === undefined) throw new Error(`the screen was sent ${JSON.stringify(piece)}`)
          act(count === '' ? 1 : Number(count))
        } else print(piece)
      }
    },
    scrolledAway: () => rows.slice(0, top).map((line) => line.trimEnd()),
    lines: () => rows.map((line) => line.trimEnd()),
    cursor: () => [row, column],
  }
}
