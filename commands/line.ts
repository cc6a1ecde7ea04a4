/** A typed line and its words: quotes and dashes as keyboards, phones and word processors make them. */

/** Characters of a command: more than any needs, notes included. */
export const LONGEST_COMMAND = 2000

export interface Token {
  readonly text: string
  /** Set for `--name`, without the dashes and in lower case. */
  readonly option?: string
  /** What stood after `--name=`. */
  readonly value?: string
}

export interface Line {
  readonly words: readonly Token[]
  /** A quote was opened and never closed. */
  readonly unclosed: boolean
}

const DASH = '[-\\u2010-\\u2015\\u2212]'
const GAP = /\s*/uy
const OPTION = new RegExp(`${DASH}+(\\p{L}(?:[\\p{L}\\d]|${DASH})*)(?:(=)|(?=\\s|$))`, 'uy')
/** A quote opens only at the start of a word and closes only at its end, so that `isn’t` stays a word. */
const QUOTED = /(["“”„])(?<double>[\s\S]*?)["“”](?=\s|$)|(['‘’‚])(?<single>[\s\S]*?)['‘’](?=\s|$)/uy
const OPENING = /["“”„'‘’‚]/uy
const BARE = /\S*/uy

/** Splits a line into its words. */
export function splitLine(text: string): Line {
  const words: Token[] = []
  let at = take(GAP, text, 0)?.end ?? 0
  while (at < text.length) {
    const word = readWord(text, at)
    if (word === undefined) return { words, unclosed: true }
    words.push(word.token)
    at = take(GAP, text, word.end)?.end ?? text.length
  }
  return { words, unclosed: false }
}

/** One word as it has to be typed to be read as just this word. */
export function quoteWord(word: string): string {
  const plain = /^[^\s"“”„'‘’‚\u2010-\u2015\u2212-]\S*$/u.test(word)
  return plain ? word : `"${word.replace(/["“”](?=\s|$)/gu, "'")}"`
}

function readWord(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  const option = take(OPTION, text, at)
  if (option === undefined) return readValue(text, at)
  const name = plainDashes(option.found[1] ?? '').toLowerCase()
  if (option.found[2] === undefined) return { token: { text: option.found[0], option: name }, end: option.end }
  const value = readValue(text, option.end)
  return value && { token: { text: text.slice(at, value.end), option: name, value: value.token.text }, end: value.end }
}

function readValue(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  const quoted = take(QUOTED, text, at)
  if (quoted) {
    const inside = quoted.found.groups?.double ?? quoted.found.groups?.single ?? ''
    return { token: { text: inside }, end: quoted.end }
  }
  const bare = take(OPENING, text, at) ? undefined : take(BARE, text, at)
  return bare && { token: { text: bare.found[0] }, end: bare.end }
}

function take(pattern: RegExp, text: string, at: number) {
  pattern.lastIndex = at
  const found = pattern.exec(text)
  return found === null ? undefined : { found, end: at + found[0].length }
}

function plainDashes(text: string): string {
  return text.replace(new RegExp(DASH, 'gu'), '-')
}
