/** A PKGBUILD read without executing it: its top-level values and array entries, and where in the file they stand. */
import { type Assignment, readStatements, type Statements } from './pkgbuild/statements.ts'
import { isFault, type Word } from './pkgbuild/words.ts'
import { type Problem, problem } from './problems.ts'
import { findCarriageReturns, lineAt, spokenLines } from './text.ts'

export interface Pkgbuild extends Statements {
  readonly text: string
  /** What each name holds after each of its assignments; undefined where only bash could know. */
  readonly values: ReadonlyMap<string, readonly Value[]>
}

interface Value {
  readonly end: number
  readonly text: string | undefined
}

/** One element of an array such as `source`. */
export interface Entry {
  readonly array: string
  /** Place in its array, by which `source` and `sha256sums` pair up. */
  readonly index: number
  readonly word: Word
  /** What bash would make of it, or undefined where that cannot be known without running it. */
  readonly text?: string
  /** Of a source: the address or file after `name::`, and the name before. */
  readonly url?: string
  readonly name?: string
}

/** Longer than any file the AUR takes. */
const LONGEST = 256_000

/** Reads the text, or says what of it bash could not read either, with the line. */
export function parsePkgbuild(text: string): Pkgbuild | Problem {
  if (text.length > LONGEST) return problem('version.pkgbuild-too-long', { length: text.length, longest: LONGEST })
  const returns = findCarriageReturns(text)
  if (returns.length > 0) return problem('version.carriage-returns', { file: 'PKGBUILD', lines: spokenLines(returns) })
  const statements = readStatements(text)
  if (isFault(statements)) {
    const code = statements.fault === 'stray' ? 'version.pkgbuild-stray' : 'version.pkgbuild-unclosed'
    return problem(code, { token: statements.token, line: lineAt(text, statements.at) })
  }
  return refuseEscapes({ ...statements, text, values: readValues(statements.assignments) })
}

/** The value of a top-level name, expanded, as it is at the end of the file; undefined where unset or not known. */
export function valueIn(pkgbuild: Pkgbuild, name: string): string | undefined {
  return pkgbuild.values.get(name)?.at(-1)?.text
}

/** The elements of an array (or of a single value, as bash sees it), later `+=` included. */
export function entries(pkgbuild: Pkgbuild, array: string): readonly Entry[] {
  const assignments = assignmentsOf(pkgbuild, array)
  const from = assignments.findLastIndex((assignment) => !assignment.append)
  const words = assignments.slice(Math.max(from, 0)).flatMap((assignment) => assignment.words)
  return words.map((word, index) => entryOf(pkgbuild, array, index, word))
}

/** The names of a family of arrays that are there: `source`, `source_x86_64`. */
export function arraysOf(pkgbuild: Pkgbuild, family: string): readonly string[] {
  const names = pkgbuild.assignments
    .map(({ name }) => name)
    .filter((name) => name === family || name.startsWith(`${family}_`))
  return [...new Set(names)]
}

export function assignmentsOf(pkgbuild: Pkgbuild, name: string): readonly Assignment[] {
  return pkgbuild.assignments.filter((assignment) => assignment.name === name)
}

/** Whether a source is a file that lies beside the PKGBUILD. */
export function isLocal(entry: Entry): boolean {
  return entry.url !== undefined && !/^lp:|:\/\//.test(entry.url)
}

/** The word as bash would expand it, or undefined where only bash can. */
export function expand(values: Pkgbuild['values'], word: Word): string | undefined {
  const texts = word.parts.map((part) => {
    if (part.kind === 'variable') return values.get(part.text)?.findLast(({ end }) => end <= word.start)?.text
    return part.kind === 'text' ? part.text : undefined
  })
  const text = texts.join('')
  return texts.includes(undefined) || text.length > LONGEST_VALUE ? undefined : text
}

/** Longer than any value or address; variables made of variables could otherwise grow without end. */
const LONGEST_VALUE = 4096

/** One walk from top to bottom, so that each value only looks back. A name of an array stands for its first element. */
function readValues(assignments: readonly Assignment[]): Pkgbuild['values'] {
  const values = new Map<string, Value[]>()
  for (const { name, append, array, words, plain, end } of assignments) {
    const history = values.get(name) ?? []
    const before = append ? (history.length > 0 ? history.at(-1)?.text : '') : ''
    const first = words[0] ? expand(values, words[0]) : array ? undefined : ''
    const added = append && array && history.length > 0 ? '' : first
    const text = plain && before !== undefined && added !== undefined ? before + added : undefined
    history.push({ end, text })
    values.set(name, history)
  }
  return values
}

function entryOf(pkgbuild: Pkgbuild, array: string, index: number, word: Word): Entry {
  const text = expand(pkgbuild.values, word)
  const entry = { array, index, word }
  if (text === undefined) return entry
  const [, name, url = text] = /^(.*?)::(.*)$/s.exec(text) ?? []
  return { ...entry, text, url, ...(name === undefined ? {} : { name }) }
}

/** `$'...'` in a value could spell anything; nobody needs it there. */
function refuseEscapes(pkgbuild: Pkgbuild): Pkgbuild | Problem {
  const parts = pkgbuild.assignments.flatMap(({ words }) => words).flatMap((word) => word.parts)
  const escaped = parts.find((part) => part.kind === 'dynamic' && part.text.startsWith("$'"))
  return escaped ? problem('version.pkgbuild-escapes', { line: lineAt(pkgbuild.text, escaped.start) }) : pkgbuild
}
