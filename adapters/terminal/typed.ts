/** The line being typed, as a value: each key makes a new one. */

export interface Typed {
  readonly before: string
  readonly after: string
  /** Lines entered earlier, the newest last. */
  readonly past: readonly string[]
  /** How far back in the past the line was taken from; 0 is the new line. */
  readonly back: number
}

/** A key as node:readline's keypress events give it. */
export interface Key {
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly sequence?: string
}

export const NOTHING_TYPED: Typed = { before: '', after: '', past: [], back: 0 }

/** A command has at most 2000 characters; what is pasted beyond is refused by the parser, not kept here for ever. */
const LONGEST = 2100
const REMEMBERED = 100

export function lineOf({ before, after }: Typed): string {
  return before + after
}

/** The line after one key. Keys that mean nothing leave it as it is. */
export function withKey(typed: Typed, key: Key): Typed {
  const action = ACTIONS[`${key.ctrl ? 'ctrl-' : ''}${key.name ?? ''}`]
  if (action !== undefined) return action(typed)
  const text = key.ctrl || key.meta ? '' : printable(key.sequence ?? '')
  return text === '' || lineOf(typed).length + text.length > LONGEST ? typed : { ...typed, before: typed.before + text }
}

/** The line is done: remembered, and a new one begins. */
export function entered(typed: Typed): Typed {
  const line = lineOf(typed)
  const past = line.trim() === '' || typed.past.at(-1) === line ? typed.past : [...typed.past, line].slice(-REMEMBERED)
  return { ...NOTHING_TYPED, past }
}

const ACTIONS: Readonly<Record<string, (typed: Typed) => Typed>> = {
  backspace: (typed) => ({ ...typed, before: dropLast(typed.before) }),
  delete: (typed) => ({ ...typed, after: dropFirst(typed.after) }),
  left: (typed) => moved(typed, dropLast(typed.before).length),
  right: (typed) => moved(typed, lineOf(typed).length - dropFirst(typed.after).length),
  home: (typed) => moved(typed, 0),
  end: (typed) => moved(typed, lineOf(typed).length),
  'ctrl-a': (typed) => moved(typed, 0),
  'ctrl-e': (typed) => moved(typed, lineOf(typed).length),
  'ctrl-u': (typed) => ({ ...typed, before: '' }),
  'ctrl-k': (typed) => ({ ...typed, after: '' }),
  'ctrl-w': (typed) => ({ ...typed, before: typed.before.replace(/\S*\s*$/u, '') }),
  up: (typed) => recalled(typed, typed.back + 1),
  down: (typed) => recalled(typed, typed.back - 1),
}

function moved(typed: Typed, to: number): Typed {
  const line = lineOf(typed)
  return { ...typed, before: line.slice(0, to), after: line.slice(to) }
}

function recalled(typed: Typed, back: number): Typed {
  if (back < 0 || back > typed.past.length) return typed
  return { ...typed, before: typed.past[typed.past.length - back] ?? '', after: '', back }
}

function dropLast(text: string): string {
  return [...text].slice(0, -1).join('')
}

function dropFirst(text: string): string {
  return [...text].slice(1).join('')
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}]/gu, '')
}
