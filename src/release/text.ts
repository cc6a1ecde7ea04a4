/** Texts of files by line and by position: edits that leave every other byte, and line ends that do not belong. */

/** A replacement of `text.slice(start, end)`. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with every edit made. Edits must not overlap; their order does not matter. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const last = [...edits].sort((a, b) => b.start - a.start)
  return last.reduce((done, edit) => done.slice(0, edit.start) + edit.text + done.slice(edit.end), text)
}

/** The line of a position, counted from 1. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length
}

/** A line of somebody else's, cut where it is too wide to read. */
export function cutLine(line: string, longest: number): string {
  return line.length > longest ? `${line.slice(0, longest)} … (${line.length - longest} more characters)` : line
}

/** Somebody else's text where one line is meant: its line ends become visible, so that it cannot add a line of its own. */
export function oneLine(text: string): string {
  return text.replaceAll('\n', '\\n')
}

/** A value with every text in it changed, at any depth; keys stay. */
export function everyText<T>(value: T, change: (text: string) => string): T {
  const changed = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner)
    if (Array.isArray(inner)) return inner.map(changed)
    if (typeof inner !== 'object' || inner === null) return inner
    return Object.fromEntries(Object.entries(inner).map(([key, deeper]) => [key, changed(deeper)]))
  }
  return changed(value) as T
}

/** The lines, counted from 1, that hold a carriage return. */
export function findCarriageReturns(text: string): readonly number[] {
  if (!text.includes('\r')) return []
  return text.split('\n').flatMap((line, index) => (line.includes('\r') ? [index + 1] : []))
}

/** Ascending line numbers as a person reads them: `line 5`, `lines 1 to 12, 40`; what is left out is counted. */
export function spokenLines(lines: readonly number[]): string {
  const firsts = lines.filter((line, index) => lines[index - 1] !== line - 1)
  const lasts = lines.filter((line, index) => lines[index + 1] !== line + 1)
  const runs = firsts.map((from, index) => [from, lasts[index] ?? from] as const)
  const shown = runs.slice(0, RUNS).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`))
  const left = runs.slice(RUNS).reduce((sum, [from, to]) => sum + to - from + 1, 0)
  return `${lines.length === 1 ? 'line' : 'lines'} ${[...shown, ...(left === 0 ? [] : [`and ${left} more`])].join(', ')}`
}

const RUNS = 10

/** The line end a file uses: that of its first line. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
}

/** A text as a regular expression finds exactly it. */
export function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** The source of a pattern that finds these versions, but not inside longer ones: 3.1.3 is not in 13.1.30 or 3.1.3.1. */
export function versionPattern(versions: readonly string[]): string {
  const longestFirst = [...versions].sort((a, b) => b.length - a.length)
  return `(?<!\\d\\.?)(?:${longestFirst.map(literal).join('|')})(?!\\.?\\d)`
}

/** Whether a text that was read from a file can be written again: bytes that are not UTF-8 were replaced as it was read. */
export function isWhole(text: string): boolean {
  return !text.includes('\u{fffd}')
}

/** A template with its values put in as they are to be shown; a name without a value stays. */
export function filledIn(
  template: string,
  values: Readonly<Record<string, unknown>>,
  shown: (value: string, name: string) => string,
): string {
  return template.replace(/\{(\w+)\}/g, (whole, name) => shown(String(values[name] ?? whole), name))
}
