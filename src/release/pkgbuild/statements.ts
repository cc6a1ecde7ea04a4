/** The statements of a PKGBUILD: its top-level assignments, where its functions and comments lie, and whether all is closed. */
import { literal } from '../text.ts'
import { endOfNested, type Fault, isFault, readWord, type Word } from './words.ts'

export interface Assignment {
  readonly name: string
  readonly append: boolean
  readonly array: boolean
  /** The elements of an array, or the one value. */
  readonly words: readonly Word[]
  readonly start: number
  readonly end: number
  /** False inside a condition or a loop, and for `name[0]=`: what it holds in the end is not known. */
  readonly plain: boolean
}

interface Span {
  readonly start: number
  readonly end: number
}

export interface Statements {
  readonly assignments: readonly Assignment[]
  readonly functions: readonly (Span & { readonly name: string })[]
  readonly comments: readonly Span[]
}

/** Reads a whole file. Only what matters of bash is understood: quoting, blocks, comments, here-documents. */
export function readStatements(text: string): Statements | Fault {
  const reader = createReader(text)
  while (reader.at < text.length) {
    const fault = STEPS.reduce<Fault | boolean>((done, step) => done || step(reader), false)
    if (typeof fault === 'object') return fault
  }
  const open = reader.blocks.at(-1) ?? reader.heredocs.at(-1)
  return open ? { fault: 'unclosed', token: open.token, at: open.at } : reader
}

interface Reader {
  readonly text: string
  at: number
  /** Whether the next word would be a command. */
  command: boolean
  readonly blocks: { token: string; at: number; closer: string; name?: string }[]
  heredocs: { token: string; at: number }[]
  readonly assignments: Assignment[]
  readonly functions: (Span & { name: string })[]
  readonly comments: Span[]
}

function createReader(text: string): Reader {
  return { text, at: 0, command: true, blocks: [], heredocs: [], assignments: [], functions: [], comments: [] }
}

/** Takes what fits at the reader's place: true when it did, a fault when it is broken. */
type Step = (reader: Reader) => boolean | Fault

const STEPS: readonly Step[] = [
  skipBlank,
  takeNewline,
  takeComment,
  takeArithmetic,
  takeHeredoc,
  takeOperator,
  takeFunction,
  takeAssignment,
  takeWord,
]

const CLOSERS: Readonly<Record<string, string>> = {
  '{': '}',
  if: 'fi',
  case: 'esac',
  for: 'done',
  while: 'done',
  until: 'done',
  select: 'done',
}
const CONTINUES = /^(\{|\}|if|then|elif|else|fi|while|until|do|done|esac|!|time)$/

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (!found) return undefined
  reader.at += found[0].length
  return found
}

function skipBlank(reader: Reader): boolean {
  return take(reader, /(?:[^\S\n]|\\\n)+/y) !== undefined
}

function takeNewline(reader: Reader): boolean | Fault {
  if (!take(reader, /\n/y)) return false
  reader.command = true
  for (const heredoc of reader.heredocs) {
    const end = new RegExp(`^\\t*${literal(heredoc.token)}$`, 'm')
    const found = end.exec(reader.text.slice(reader.at))
    if (!found) return { fault: 'unclosed', token: `<<${heredoc.token}`, at: heredoc.at }
    reader.at += found.index + found[0].length
  }
  reader.heredocs = []
  return true
}

function takeComment(reader: Reader): boolean {
  const start = reader.at
  if (!take(reader, /#[^\n]*/y)) return false
  reader.comments.push({ start, end: reader.at })
  return true
}

function takeArithmetic(reader: Reader): boolean | Fault {
  if (!reader.command || !reader.text.startsWith('((', reader.at)) return false
  return moveTo(reader, endOfNested(reader.text, reader.at, '(', ')'))
}

function takeHeredoc(reader: Reader): boolean | Fault {
  const at = reader.at
  if (!take(reader, /<<(?!<)-?[^\S\n]*/y)) return false
  const word = readWord(reader.text, reader.at)
  if (isFault(word)) return word
  reader.heredocs.push({ token: word.parts.map((part) => part.text).join(''), at })
  return moveTo(reader, word.end)
}

function takeOperator(reader: Reader): boolean {
  if (take(reader, /<<<|[<>]+&?/y)) return true
  if (!take(reader, /[;&|()]+/y)) return false
  reader.command = true
  return true
}

function takeFunction(reader: Reader): boolean | Fault {
  const at = reader.at
  const found =
    reader.command && take(reader, /(?:([\w.:+@-]+)\s*\(\s*\)|function\s+([\w.:+@-]+)(?:\s*\(\s*\))?)\s*(?=[{(])/y)
  if (!found) return false
  if (reader.text.charAt(reader.at) === '(') return moveTo(reader, endOfNested(reader.text, reader.at, '(', ')'))
  reader.at += 1
  reader.blocks.push({ token: '{', at, closer: '}', name: found[1] ?? found[2] ?? '' })
  return true
}

function takeAssignment(reader: Reader): boolean | Fault {
  const start = reader.at
  const found = reader.command && take(reader, /([A-Za-z_]\w*)(\[[^\]\n]*\])?(\+?)=/y)
  if (!found) return false
  const array = reader.text.charAt(reader.at) === '('
  const words = array ? readArray(reader) : readWord(reader.text, reader.at)
  if (isFault(words)) return words
  if ('end' in words) reader.at = words.end
  const [, name = '', index, append] = found
  const plain = index === undefined && reader.blocks.length === 0
  if (!reader.blocks.some((block) => block.name !== undefined)) {
    const values = 'end' in words ? [words] : words
    reader.assignments.push({ name, append: append === '+', array, words: values, start, end: reader.at, plain })
  }
  return true
}

/** The elements up to the closing bracket, over lines and comments. */
function readArray(reader: Reader): readonly Word[] | Fault {
  const start = reader.at
  const words: Word[] = []
  reader.at += 1
  while (!take(reader, /\)/y)) {
    if (skipBlank(reader) || take(reader, /\n/y) || takeComment(reader)) continue
    const word = readWord(reader.text, reader.at)
    if (isFault(word)) return word
    if (word.end === reader.at) return { fault: 'unclosed', token: '(', at: start }
    words.push(word)
    reader.at = word.end
  }
  return words
}

function takeWord(reader: Reader): boolean | Fault {
  const word = readWord(reader.text, reader.at)
  if (isFault(word)) return word
  const token = reader.text.slice(word.start, word.end)
  const command = reader.command
  reader.at = word.end
  reader.command = command && CONTINUES.test(token)
  if (token.endsWith('=') && reader.text.charAt(reader.at) === '(') return skipArray(reader)
  return command ? takeKeyword(reader, token, word.start) : true
}

function skipArray(reader: Reader): boolean | Fault {
  const array = readArray(reader)
  return isFault(array) ? array : true
}

function takeKeyword(reader: Reader, token: string, at: number): boolean | Fault {
  const closer = CLOSERS[token]
  if (closer !== undefined) reader.blocks.push({ token, at, closer })
  if (!Object.values(CLOSERS).includes(token)) return true
  const block = reader.blocks.pop()
  if (block?.closer !== token) return { fault: 'stray', token, at }
  if (block.name !== undefined) reader.functions.push({ name: block.name, start: block.at, end: reader.at })
  return true
}

function moveTo(reader: Reader, end: number | Fault): true | Fault {
  if (typeof end !== 'number') return end
  reader.at = end
  return true
}
