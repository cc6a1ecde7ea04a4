/** The questions of `npm run init` as a table: at most ten, each with what the checkout suggests. */
import { gitAddress } from '../config/addresses.ts'
import { mistake } from '../config/mistake.ts'
import { branchName } from '../config/words.ts'
import type { Found } from './repository.ts'

export interface Surroundings {
  readonly isRoot: boolean
}

export type QuestionName = (typeof QUESTIONS)[number]['name']
export type Answers = Readonly<Record<QuestionName, string>>

export interface Question {
  readonly name: string
  readonly asks: string
  /** What is taken for an empty answer; undefined where there is nothing to suggest. */
  suggest(found: Found, where: Surroundings): string | undefined
  /** Whether the answers before it leave anything to ask. */
  matters?(answers: Readonly<Record<string, string>>): boolean
  /** What is wrong with an answer, in one sentence. */
  fault?(answer: string): string | undefined
}

/** The answer for what a product does not have. */
export const NONE = 'none'

/** `user@host:/folder`, with a port where it is not 22. */
export const REMOTE_FOLDER = /^([\w.-]+)@([\w.-]+|\[[\da-fA-F:]+\])(?::(\d+))?:(\/\S*)$/

const remoteFolder = (answer: string) =>
  answer === NONE || REMOTE_FOLDER.test(answer)
    ? undefined
    : 'Write it as user@host:/folder, as user@host:2222:/folder for another port, or none.'

/** As the configuration finds it, so that no answer is taken which that would refuse. */
const faultBy = (shape: typeof gitAddress | typeof branchName) => (answer: string) => {
  const issue = shape.safeParse(answer).error?.issues[0]
  if (issue === undefined) return undefined
  const { what, remedy } = mistake([], issue.message, { line: 1, column: 1, written: answer })
  return `${what} ${remedy}`
}

export const QUESTIONS = [
  {
    name: 'url',
    asks: 'Where are releases pushed to, as git names it?',
    suggest: ({ url }) => url,
    fault: faultBy(gitAddress),
  },
  {
    name: 'branch',
    asks: 'Which branch are they made from?',
    suggest: ({ branch }) => branch ?? 'main',
    fault: faultBy(branchName),
  },
  {
    name: 'aur',
    asks: 'What is the package called on the AUR? none: there is none',
    suggest: ({ aur }) => aur?.package ?? NONE,
    fault: (answer) => (/^[a-z0-9@_+][a-z0-9@._+-]*$/.test(answer) ? undefined : 'Write the package’s name, or none.'),
  },
  {
    name: 'published',
    asks: 'What is the public address of the package, with {version} and {build} in it? none: nothing is published',
    suggest: ({ published }) => published ?? NONE,
    fault: (answer) =>
      answer === NONE || (/^https:\/\//.test(answer) && /\{(version|full)\}/.test(answer))
        ? undefined
        : 'Write it whole, beginning with https:// and with {version} in it, or none.',
  },
  {
    name: 'place',
    asks: 'Where is it put so that it appears there: a folder of this machine, or user@host:/folder for sftp?',
    suggest: () => undefined,
    matters: ({ published = NONE }) => published !== NONE && !isArchive(published),
    fault: (answer) =>
      answer.startsWith('/') || REMOTE_FOLDER.test(answer) ? undefined : 'Write /folder or user@host:/folder.',
  },
  {
    name: 'server',
    asks: 'Which server does it run on, as user@host:/folder of the checkout there? none: there is none',
    suggest: () => NONE,
    fault: remoteFolder,
  },
  {
    name: 'app',
    asks: 'Below which address does the server show /version.json? none: nowhere',
    suggest: () => NONE,
    matters: ({ server }) => server !== NONE,
    fault: (answer) => (answer === NONE || /^https:\/\//.test(answer) ? undefined : 'Write it whole, with https://.'),
  },
  {
    name: 'isolation',
    asks: 'Who runs the builds: a user of this machine by name, bubblewrap, or none for your own account and its keys?',
    suggest: (_, { isRoot }) => (isRoot ? 'builder' : 'bubblewrap'),
    fault: (answer) => (/^[a-z_][a-z0-9_-]*$/.test(answer) ? undefined : 'Write a user name, bubblewrap, or none.'),
  },
  {
    name: 'alone',
    asks: 'Does one person release alone, and so approve what they asked for? yes or no',
    suggest: () => 'yes',
    fault: (answer) => (/^(yes|no)$/.test(answer) ? undefined : 'Write yes or no.'),
  },
] as const satisfies readonly Question[]

/** A forge's archive of a tag, which pushing the tag makes. */
export function isArchive(url: string): boolean {
  return /\/archive\//.test(url)
}
