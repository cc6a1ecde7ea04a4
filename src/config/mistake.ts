/** A mistake in the configuration as a person is told it: where, what, and what to do. */
import type { Place } from './places.ts'
import type { Path } from './written.ts'

/** Line and column count from 1; `path` reads like `projects.shop.vps.hosts[0].name`, empty for the whole file. */
export interface Mistake {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly what: string
  readonly remedy: string
}

const MOST_SHOWN = 50
const LONGEST_SHOWN = 60

/** Fills the two lines of a wording in with what the file says there. */
export function mistake(path: Path, message: string, { line, column, written }: Place): Mistake {
  const [what = '', remedy = ''] = message.split('\n').map((text) => filledIn(text, written))
  return { line, column, path: pathText(path), what: printable(what), remedy: printable(remedy) }
}

/** In the order of the file, one for each path: whatever else is wrong with a value shows once this is mended. */
export function inOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  const seen = new Set<string>()
  const single = mistakes.filter(({ path, line, column }) => {
    const key = path === '' ? `${line}:${column}` : path
    const isFirst = !seen.has(key)
    seen.add(key)
    return isFirst
  })
  return single.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** For a terminal: a headline, then each mistake with its place (`file:line:column`, which editors find) and remedy. */
export function formatMistakes(file: string, mistakes: readonly Mistake[]): string {
  const count = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`
  const shown = mistakes.slice(0, MOST_SHOWN).map(({ line, column, path, what, remedy }) => {
    return [`${file}:${line}:${column}  ${path}`.trimEnd(), `  ${what}`, `  ${remedy}`].join('\n')
  })
  const rest = mistakes.length > MOST_SHOWN ? [`And ${mistakes.length - MOST_SHOWN} more.`] : []
  return [`${printable(file)} has ${count}.`, ...shown, ...rest].join('\n\n')
}

function pathText(path: Path): string {
  const text = path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`)).join('')
  return printable(shortened(text.replace(/^\./, ''), 200))
}

/** Bounded, and without what stands before the @ of an address: it may be a password. */
function filledIn(text: string, written: string | undefined): string {
  if (written === undefined || written.trim() === '') return text.replaceAll(/"?\{written\}"?/g, 'This')
  const shown = shortened(written.replace(/\/\/[^/@\s]*@/g, '//…@'), LONGEST_SHOWN)
  return text.replaceAll('{written}', () => shown)
}

function shortened(text: string, most: number): string {
  const points = [...text]
  return points.length > most ? `${points.slice(0, most).join('')}…` : text
}

/** Characters that a terminal would obey or that cannot be seen, as escapes. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
