/** The words after a command, read into the fields of its row. */
import type { ProblemCode } from '../src/release/problems.ts'
import { type Command, type Flag, type Option, optionsOf, wordsOf } from './command.ts'
import type { Token } from './line.ts'
import { nearest } from './nearest.ts'

export type Values = Readonly<Record<string, string | number | boolean>>

/** What was understood, and the first thing that was not. */
export interface Reading {
  readonly values: Values
  readonly fault?: Fault
}

interface Fault {
  readonly code: FaultCode
  readonly word: string
  /** What to send instead: the line of what was understood, or a look at something first. */
  readonly mend: 'line' | 'help' | 'status'
  readonly nearest?: string
}

type FaultCode = Extract<
  ProblemCode,
  | 'request.unknown-option'
  | 'request.no-such-option'
  | 'request.option-empty'
  | 'request.option-twice'
  | 'request.flag-value'
  | 'request.extra-word'
  | 'request.not-a-number'
  | 'request.number-missing'
>

/** Reads every word; after a fault it goes on, so that the corrected line holds all that was understood. */
export function readFields(command: Command, tokens: readonly Token[]): Reading {
  let reading: Reading = { values: flagsDown(command) }
  const left = [...tokens]
  for (let token = left.shift(); token !== undefined; token = left.shift()) {
    const rest = openRest(command, reading.values, token)
    if (rest !== undefined) reading = withValue(reading, rest, takeRest(command, token, left))
    else if (token.option === undefined) reading = readWord(command, reading, token.text)
    else reading = readOption(command, reading, token, left)
  }
  return withoutNeeded(command, reading)
}

function flagsDown(command: Command): Values {
  return Object.fromEntries(optionsOf(command).flatMap(([key, { as }]) => (as === 'flag' ? [[key, false]] : [])))
}

/** The field that takes everything from this word on, once it is its turn. */
function openRest(command: Command, values: Values, token: Token): string | undefined {
  const next = wordsOf(command).find(([key]) => !(key in values))
  const isOption = token.option !== undefined && optionsOf(command).length > 0
  return next?.[1].value === 'rest' && !isOption ? next[0] : undefined
}

/** Everything up to the next option of the command; a command without options takes all that follows. */
function takeRest(command: Command, token: Token, left: Token[]): string {
  const names = optionsOf(command).map(([, { name }]) => name)
  const end = left.findIndex(({ option }) => option !== undefined && names.includes(option))
  return [token, ...left.splice(0, end < 0 ? left.length : end)].map(({ text }) => text).join(' ')
}

/** The first open field that the word fits: a word that is no number passes over an optional number. */
function readWord(command: Command, reading: Reading, text: string): Reading {
  const open = wordsOf(command).filter(([key]) => !(key in reading.values))
  const number = numberIn(text)
  const fitting = open.find(([, { value, required }]) => value !== 'number' || number !== undefined || required)
  if (fitting === undefined)
    return open.length > 0 ? notANumber(reading, open[0]?.[0], text) : extraWord(command, reading, text)
  const [key, word] = fitting
  if (word.value !== 'number') return withValue(reading, key, text)
  return number === undefined ? notANumber(reading, key, text) : withValue(reading, key, number)
}

function numberIn(text: string): number | undefined {
  const digits = /^#?0*([1-9]\d{0,8})$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** A single run of digits is taken for the number that was meant. */
function notANumber(reading: Reading, key: string | undefined, word: string): Reading {
  const meant = numberIn(/^\D*(\d{1,9})\D*$/.exec(word)?.[1] ?? '')
  if (meant === undefined || key === undefined)
    return withFault(reading, { code: 'request.not-a-number', word, mend: 'status' })
  return withFault(withValue(reading, key, meant), { code: 'request.not-a-number', word, mend: 'line' })
}

/** A word too many; one that names a flag was meant as the flag, and leaving it out could do more than was asked for. */
function extraWord(command: Command, reading: Reading, word: string): Reading {
  const flags = optionsOf(command).filter(([, { as }]) => as === 'flag')
  const name = nearest(
    word,
    flags.map(([, flag]) => flag.name),
  )
  const key = flags.find(([, flag]) => flag.name === name)?.[0]
  const mended = key === undefined ? reading : withValue(reading, key, true)
  return withFault(mended, { code: 'request.extra-word', word, mend: 'line' })
}

function readOption(command: Command, reading: Reading, token: Token, left: Token[]): Reading {
  const options = optionsOf(command)
  const typed = token.option ?? ''
  const word = `--${typed}`
  const name = options.some(([, option]) => option.name === typed)
    ? typed
    : nearest(
        typed,
        options.map(([, { name }]) => name),
      )
  const found = options.find(([, option]) => option.name === name)
  if (found === undefined) return withFault(reading, { code: 'request.no-such-option', word, mend: 'help' })
  const taken = takeValue(reading, found, token, left)
  if (name === typed) return taken
  const fault: Fault = { code: 'request.unknown-option', word, mend: 'line', nearest: `--${name}` }
  return taken.fault === reading.fault ? withFault(taken, fault) : taken
}

function takeValue(
  reading: Reading,
  [key, option]: readonly [string, Option | Flag],
  token: Token,
  left: Token[],
): Reading {
  const word = `--${option.name}`
  if (option.as === 'flag') {
    const up = withValue(reading, key, true)
    return token.value === undefined ? up : withFault(up, { code: 'request.flag-value', word, mend: 'line' })
  }
  const isApart = token.value === undefined && left[0]?.option === undefined
  const value = token.value ?? (isApart ? left.shift()?.text : undefined) ?? ''
  if (value.trim() === '') return withFault(reading, { code: 'request.option-empty', word, mend: 'help' })
  if (key in reading.values) return withFault(reading, { code: 'request.option-twice', word, mend: 'help' })
  return withValue(reading, key, value)
}

function withoutNeeded(command: Command, reading: Reading): Reading {
  const missing = wordsOf(command).some(([key, { required }]) => required && !(key in reading.values))
  if (!missing) return reading
  const fault = reading.fault ?? { code: 'request.number-missing', word: '' }
  return { ...reading, fault: { ...fault, mend: 'status' } }
}

function withValue(reading: Reading, key: string, value: Values[string]): Reading {
  return { ...reading, values: { ...reading.values, [key]: value } }
}

/** The first fault is the one that is told; a look at something first stays one. */
function withFault(reading: Reading, fault: Fault): Reading {
  const { fault: first } = reading
  if (first === undefined) return { ...reading, fault }
  return first.mend === 'line' ? { ...reading, fault: { ...first, mend: fault.mend } } : reading
}
