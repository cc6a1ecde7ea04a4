/**
 * What a row of the command table is: the data from which parsing, help and a platform's registration are made, and the answer.
 * A row whose fields are not exactly those of its request is a type error.
 */
import type { Incoming } from '../src/ports/chat.ts'
import type { Answer, Concern, Desk } from '../src/ports/desk.ts'
import type { Permission } from '../src/release/access.ts'
import type { Problem } from '../src/release/problems.ts'
import type { RequestKind, RequestOf } from '../src/release/request.ts'

export interface Command<K extends RequestKind = RequestKind> {
  readonly name: K
  /** What it does, one sentence. */
  readonly summary: string
  /** A line that works as it stands, without the platform's prefix. */
  readonly example: string
  /** Fields of the request. Words are read in the order of the keys. */
  readonly fields: Fields<Omit<RequestOf<K>, 'kind'>>
  /** What an account needs to be heard at all; a gate asks for more at the moment of the press. */
  readonly permission: Permission
  /** What it is about where it names neither a deployment nor a project. */
  readonly concerns: Concern
  /** Carries the request out. Nothing comes back where the deployment's own cards are the answer. */
  answer(request: RequestOf<K>, incoming: Incoming, desk: Desk): Promise<Answer | Problem | undefined>
}

export type Field = Word | Option | Flag

/** What a platform can suggest for a field while a form is filled in. */
export type Hint = 'next version' | 'released version' | 'deployment' | 'step' | 'fix' | 'plan' | 'project' | 'command'

/** A word by its place: `3.1.3`, `#42`; `rest` takes everything that follows. */
export interface Word {
  readonly as: 'word'
  readonly value: 'text' | 'number' | 'rest'
  readonly shown: string
  readonly about: string
  readonly required: boolean
  readonly hint?: Hint
}

/** `--name value`. */
export interface Option {
  readonly as: 'option'
  readonly name: string
  readonly shown: string
  readonly about: string
  readonly hint?: Hint
  /** All that it can be. */
  readonly choices?: readonly string[]
}

/** `--name`. */
export interface Flag {
  readonly as: 'flag'
  readonly name: string
  readonly about: string
}

type Fields<R> = { readonly [F in keyof R]-?: FieldOf<NonNullable<R[F]>, Needed<R, F>> }
type Needed<R, F extends keyof R> = Record<never, never> extends Pick<R, F> ? false : true
type FieldOf<T, N extends boolean> = T extends boolean
  ? Flag
  : T extends number
    ? Word & { readonly value: 'number'; readonly required: N }
    : (Word & { readonly value: 'text' | 'rest'; readonly required: N }) | (N extends false ? Option : never)

/** The option of every command that can be about one of several projects. */
export const PROJECT: Option = {
  as: 'option',
  name: 'project',
  shown: '<project>',
  about: 'Which project, where there are several.',
  hint: 'project',
}

/** A deployment that may be left out where only one can be meant. */
export const NUMBER = {
  as: 'word',
  value: 'number',
  shown: '#number',
  about: 'The number of the deployment. Left out: the one that is open here.',
  required: false,
  hint: 'deployment',
} as const satisfies Word

/** The words of a command in the order they are read. */
export function wordsOf(command: Command): readonly (readonly [key: string, word: Word])[] {
  return fieldsOf(command).filter((entry): entry is readonly [string, Word] => entry[1].as === 'word')
}

/** Everything of a command that begins with dashes. */
export function optionsOf(command: Command): readonly (readonly [key: string, option: Option | Flag])[] {
  return fieldsOf(command).filter((entry): entry is readonly [string, Option | Flag] => entry[1].as !== 'word')
}

function fieldsOf(command: Command): readonly (readonly [string, Field])[] {
  return Object.entries(command.fields)
}
