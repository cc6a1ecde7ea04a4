/** A typed line becomes a request, or a refusal with the corrected command. */
import { isProblem, type Problem, problem } from '../src/release/problems.ts'
import { visible } from '../src/release/redact.ts'
import type { Request, RequestKind } from '../src/release/request.ts'
import type { Command } from './command.ts'
import { type Reading, readFields } from './fields.ts'
import { LONGEST_COMMAND, splitLine, type Token } from './line.ts'
import { nearest } from './nearest.ts'
import { COMMANDS } from './table.ts'
import { lineOf } from './written.ts'

/** As much of a refused word as is shown. */
const SHOWN = 40

/**
 * Reads one line, with or without a leading `/` or `/slipway`. Never throws. The `copy` of a refusal is a line that is
 * understood, and never one that leaves out an option and so would do more than was asked for.
 */
export function parseCommand(text: string): Request | Problem {
  if (text.length > LONGEST_COMMAND)
    return problem('request.too-long', { length: text.length, longest: LONGEST_COMMAND })
  const { words, unclosed } = splitLine(text)
  if (unclosed) return openQuote(text)
  const [first, ...rest] = withoutPrefix(words)
  if (first === undefined || first.text === '') return { kind: 'help' }
  const command = commandNamed(first.text)
  if (command !== undefined) return readRequest(command, rest)
  return unknownCommand(first.text, (meant) => corrected(meant, readFields(meant, rest)))
}

/** The row of a name in upper or lower case, or undefined. */
export function commandNamed(name: string): Command | undefined {
  const key = name.toLowerCase()
  return Object.hasOwn(COMMANDS, key) ? COMMANDS[key as RequestKind] : undefined
}

/** The refusal of a word that is no command; where one is near, `write` gives the line with it. */
export function unknownCommand(typed: string, write: (command: Command) => string): Problem {
  const word = shown(typed)
  const command = commandNamed(nearest(typed, Object.keys(COMMANDS)) ?? '')
  if (command === undefined) return problem('request.no-such-command', { word })
  return problem('request.unknown-command', { word, nearest: command.name, copy: write(command) })
}

function readRequest(command: Command, words: readonly Token[]): Request | Problem {
  const reading = readFields(command, words)
  const { fault, values } = reading
  // The fields of a row are those of its request, which the type of the table proves.
  if (fault === undefined) return { kind: command.name, ...values } as Request
  const { word, nearest = '' } = fault
  return problem(fault.code, { word: shown(word), command: command.name, nearest, copy: corrected(command, reading) })
}

function corrected(command: Command, { fault, values }: Reading): string {
  if (fault?.mend === 'help') return `help ${command.name}`
  return fault?.mend === 'status' ? 'status' : visible(lineOf(command, values))
}

/** Closed at its end, the line may be understood; where it still is not, its own refusal says what to send. */
function openQuote(text: string): Problem {
  const closed = `${text.trim()}"`
  const unclear = splitLine(closed).unclosed || closed.length > LONGEST_COMMAND
  return problem('request.open-quote', { copy: unclear ? 'help' : writtenAgain(parseCommand(closed)) })
}

function writtenAgain(meant: Request | Problem): string {
  if (isProblem(meant)) return meant.copy ?? 'help'
  const { kind, ...values } = meant
  return visible(lineOf(COMMANDS[kind], values))
}

function withoutPrefix(words: readonly Token[]): readonly Token[] {
  const [first, ...rest] = words
  if (first === undefined) return []
  if (/^\/?slipway$/i.test(first.text)) return withoutPrefix(rest)
  return [{ ...first, text: first.text.replace(/^\//, '') }, ...rest]
}

function shown(word: string): string {
  const letters = [...visible(word).replace(/\s+/gu, ' ')]
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : letters.join('')
}
