/** What goes over the socket, one line of JSON each way, and how a command is spelled in a shell. */
import type { Card } from '../../src/release/card.ts'

export interface Question {
  /** The words of a command, with or without a leading slash. */
  readonly command: string
  /** Somebody sits at a terminal there. */
  readonly person: boolean
}

export interface Reply {
  readonly card?: Card
  /** The command was taken and had no answer of its own; the card says how things stand. */
  readonly taken: boolean
}

/** Undefined for a line that is not a question. */
export function readQuestion(line: string): Question | undefined {
  try {
    const { command, person } = JSON.parse(line)
    return typeof command === 'string' ? { command, person: person === true } : undefined
  } catch {
    return undefined
  }
}

/** A shell takes `#42` for a comment, and some other signs for its own. */
export function spellForShell(command: string): string {
  const words = command.replace(/(^|\s)#(?=\d)/g, '$1')
  const plain = /^[\w .:+@%/=-]*$/.test(words)
  return `npm run slipway -- ${plain ? words : `'${words.replaceAll("'", "'\\''")}'`}`
}
