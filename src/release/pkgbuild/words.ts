/** Bash words, read without running them: what is plain text, what is a variable, and what only bash could expand. */

/** A piece of a word. Positions are offsets into the file; `quote` is the quotation mark around the piece, or nothing. */
interface Part {
  readonly kind: 'text' | 'variable' | 'dynamic'
  /** The text without quotes and escapes, the variable's name, or the piece as written. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly quote: '' | "'" | '"'
}

export interface Word {
  readonly start: number
  readonly end: number
  readonly parts: readonly Part[]
}

/** Something that opens at `at` and is never closed, or closes nothing. */
export interface Fault {
  readonly fault: 'unclosed' | 'stray'
  readonly token: string
  readonly at: number
}

/** Substitutions inside one another; deeper ones are taken for unclosed. */
const DEEPEST = 50

export function isFault(value: object): value is Fault {
  return 'fault' in value
}

/** The word that begins at `start`. It ends before white space or an operator and may be empty. */
export function readWord(text: string, start: number): Word | Fault {
  const parts: Part[] = []
  let at = start
  while (at < text.length && !/[\s;&|<>()]/.test(text.charAt(at))) {
    const read = text.charAt(at) === '"' ? doubleQuoted(text, at, 0) : readPart(text, at, PLAIN, '', 0)
    if (isFault(read)) return read
    parts.push(...(Array.isArray(read) ? read : [read]))
    at = (text.charAt(at) === '"' ? 1 : 0) + (parts.at(-1)?.end ?? at)
  }
  return { start, end: at, parts }
}

/** Where the bracket that opens at `at` closes (the offset after it), over quotes and brackets inside. */
export function endOfNested(text: string, at: number, open: string, close: string, nesting = 0): number | Fault {
  if (nesting > DEEPEST) return { fault: 'unclosed', token: open, at }
  let depth = 0
  for (let next = at; next < text.length; next += 1) {
    const letter = text.charAt(next)
    if (letter === '\\') next += 1
    else if (letter === "'" || letter === '"') {
      const quoted = letter === '"' ? endOfDouble(text, next, nesting) : text.indexOf("'", next + 1)
      if (quoted < 0) return { fault: 'unclosed', token: letter, at: next }
      next = quoted
    } else if (letter === open) depth += 1
    else if (letter === close) {
      depth -= 1
      if (depth === 0) return next + 1
    }
  }
  return { fault: 'unclosed', token: open, at }
}

type Rule = readonly [pattern: RegExp, kind: Part['kind'], text: (found: RegExpExecArray) => string, quote?: "'"]

const DOLLARS: readonly Rule[] = [
  [/\$([A-Za-z_]\w*)/y, 'variable', (found) => found[1] ?? ''],
  [/\$\{([A-Za-z_]\w*)\}/y, 'variable', (found) => found[1] ?? ''],
  [/`(?:[^`\\]|\\[\s\S])*`/y, 'dynamic', (found) => found[0]],
  [/\$[\d@*#?$!-]/y, 'dynamic', (found) => found[0]],
  [/\$(?![{('"])/y, 'text', () => '$'],
]

const PLAIN: readonly Rule[] = [
  [/[^\s;&|<>()'"\\$`{*?[]+/y, 'text', (found) => found[0]],
  [/'([^']*)'/y, 'text', (found) => found[1] ?? '', "'"],
  [/\\\n/y, 'text', () => ''],
  [/\\([\s\S])/y, 'text', (found) => found[1] ?? ''],
  [/\$'(?:[^'\\]|\\[\s\S])*'/y, 'dynamic', (found) => found[0]],
  [/\{(?=[^{}\s]*\})(?=[^{}\s]*(?:,|\.\.))[^{}\s]*\}|[*?[]/y, 'dynamic', (found) => found[0]],
  [/\{/y, 'text', () => '{'],
  ...DOLLARS,
]

const DOUBLE: readonly Rule[] = [
  [/[^"\\$`]+/y, 'text', (found) => found[0]],
  [/\\\n/y, 'text', () => ''],
  [/\\(["$`\\])/y, 'text', (found) => found[1] ?? ''],
  [/\\/y, 'text', () => '\\'],
  ...DOLLARS,
  [/\$(?=['"])/y, 'text', () => '$'],
]

function readPart(
  text: string,
  at: number,
  rules: readonly Rule[],
  quote: Part['quote'],
  nesting: number,
): Part | Fault {
  for (const [pattern, kind, value, own] of rules) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) return { kind, text: value(found), start: at, end: at + found[0].length, quote: own ?? quote }
  }
  return substitution(text, at, quote, nesting)
}

/** `$(...)`, `${...}` with more than a name in it, and `$"..."`; whatever else reaches here never ends. */
function substitution(text: string, at: number, quote: Part['quote'], nesting: number): Part | Fault {
  const opening = text.charAt(at + 1)
  if (text.charAt(at) !== '$' || !'({'.includes(opening)) return { fault: 'unclosed', token: text.charAt(at), at }
  const end = endOfNested(text, at + 1, opening, opening === '(' ? ')' : '}', nesting + 1)
  return typeof end === 'number' ? { kind: 'dynamic', text: text.slice(at, end), start: at, end, quote } : end
}

/** The parts between two double quotes; empty quotes are one empty part. */
function doubleQuoted(text: string, start: number, nesting: number): readonly Part[] | Fault {
  const parts: Part[] = []
  let at = start + 1
  while (text.charAt(at) !== '"') {
    if (at >= text.length) return { fault: 'unclosed', token: '"', at: start }
    const part = readPart(text, at, DOUBLE, '"', nesting)
    if (isFault(part)) return part
    parts.push(part)
    at = part.end
  }
  return parts.length > 0 ? parts : [{ kind: 'text', text: '', start: at, end: at, quote: '"' }]
}

function endOfDouble(text: string, start: number, nesting: number): number {
  const parts = doubleQuoted(text, start, nesting)
  return isFault(parts) ? -1 : (parts.at(-1)?.end ?? -1)
}
