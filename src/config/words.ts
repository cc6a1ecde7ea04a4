/** The smallest pieces of the configuration: names, paths, commands, durations. Each words its own mistakes. */
import { z } from 'zod'
import type { Jump } from '../release/project.ts'
import { says } from './wording.ts'

/** A text that a sentence finds fault with, or not. The first fault is the one that is told. */
export function judged(...judges: readonly ((text: string) => string | undefined)[]) {
  return z.string().superRefine((text, context) => {
    const fault = judges.map((judge) => judge(text)).find((found) => found !== undefined)
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
  })
}

const shaped = (pattern: RegExp, what: string, remedy: string) => z.string().regex(pattern, says(what, remedy))

/** One letter at least: a name of digits alone would read as a deployment's number, and lose its place in a map. */
export const name = shaped(
  /^(?=.{1,64}$)(?=[0-9-]*[a-z])[a-z0-9][a-z0-9-]*$/,
  '"{written}" is not a name.',
  'Use small letters, digits and hyphens, one letter at least, such as web-2.',
)

export const text = shaped(/\S/, 'The text is empty.', 'Write something, or take the key out.')

/** A path of the repository. It can neither leave the checkout nor be taken for an option. */
export const repositoryPath = shaped(
  /^(?![-/~])(?!(?:.*\/)?\.\.(?:\/|$))[^\\\x00-\x1f\x7f-\x9f]+$/,
  '"{written}" is not a path inside the repository.',
  'Write it relative to the top of the repository, without "..", such as docs/RUNBOOK.md.',
)

/** A path on this machine: absolute, below the home folder (`~/`), or relative to the folder of the configuration. */
export const localPath = shaped(
  /^(?!-)(?!~(?!\/))[^\x00-\x1f\x7f-\x9f]+$/,
  '"{written}" is not a path on this machine.',
  'Write an absolute path, one below ~/, or one relative to this file.',
)

/** A path that ssh itself opens. Of all that a path may hold, ssh has no way of writing a `${` (ssh_config(5)). */
export const sshPath = localPath.refine(
  (path) => !path.includes('${'),
  says('"{written}" names a variable, which ssh would put in its place.', 'Write a path without "${".'),
)

export const serverFolder = shaped(
  /^\/(?!(?:.*\/)?\.\.(?:\/|$))[^\x00-\x1f\x7f-\x9f]*$/,
  '"{written}" is not an absolute path.',
  'Write the folder on the server from the root on, such as /opt/product.',
)

export const hostName = shaped(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/,
  '"{written}" is not a host.',
  'Write a host name or an address alone; user and port have keys of their own.',
)

export const userName = shaped(
  /^[A-Za-z0-9_][A-Za-z0-9_.,@+-]*$/,
  '"{written}" is not a user name.',
  'Write the name of the account alone, such as deploy.',
)

/** As ssh writes a jump host (ssh_config(5), ProxyJump), with the account always there. */
const JUMP = /^([A-Za-z0-9_][\w.+-]*)@([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/

export const jumpHost = judged((text) => {
  const [, , , port = '22'] = JUMP.exec(text) ?? []
  if (JUMP.test(text) && Number(port) >= 1 && Number(port) <= 65535) return undefined
  return says('"{written}" is not a jump host.', 'Write user@host, or user@host:port, such as slipway@bastion.example.')
})

/** Of a text that `jumpHost` finds no fault with. */
export function jumpOf(text: string): Jump {
  const [, user = '', host = '', port = '22'] = JUMP.exec(text) ?? []
  return { user, host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

export const variableName = shaped(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  '"{written}" is not the name of an environment variable.',
  'Write the name alone, such as PUB_CACHE; values are taken from the environment of the bot.',
)

/** What git itself takes for a branch or tag (git-check-ref-format), less whatever could be an option. */
export const REFERENCE =
  /^(?![-./])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))(?!@$)[^\s\x00-\x1f\x7f-\x9f~^:?*[\\]*[^\s\x00-\x1f\x7f-\x9f~^:?*[\\/.]$/

export const branchName = shaped(
  REFERENCE,
  '"{written}" is not a branch.',
  'Write the name of the branch alone, such as master.',
)

export const port = z.int().min(1).max(65535)

const argument = z.string().regex(/^[^\0]*$/, says('The argument holds a null character.', 'Take it out.'))

/** Never split and never given to a shell, so that a whole line in one text would be looked up as one program. */
const program = shaped(
  /^[^\s\0]+$/,
  '"{written}" is not a program.',
  'Write each argument by itself: [flutter, build, web]. No shell reads it; a pipe or && belongs into a script.',
)

export const argv = z.tuple([program], argument, {
  error: (issue) =>
    typeof issue.input === 'string' || (Array.isArray(issue.input) && issue.input.length === 0)
      ? says('A command is a list of arguments.', 'Write each argument by itself: [flutter, build, web].')
      : undefined,
})

const commandsWording = says('This is not a command.', 'Write [program, argument], or a list of such lists.')

/** One command, or a list of commands that run one after another. */
export const commands = z.union([argv, z.array(argv).min(1)], { error: commandsWording })

/** The same where nothing to run is an answer too. */
export const anyCommands = z.union([argv, z.array(argv)], { error: commandsWording })

/** A command that may be written by itself, as the list that it stands for. */
export function commandList(written: z.output<typeof anyCommands>): string[][] {
  return isList(written) ? written.map((command) => [...command]) : [[...written]]
}

function isList(written: z.output<typeof anyCommands>): written is z.output<typeof argv>[] {
  return written.every((entry) => Array.isArray(entry))
}

const UNIT_MINUTES: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 }

const durationWording = says('"{written}" is not a duration.', 'Write a number and its unit, s, m or h: 90s, 10m, 1h.')

/** `90s`, `10m` or `1h`: at most four digits, so at most 9999 hours. */
export const duration = z.string(durationWording).regex(/^[1-9]\d{0,3}[smh]$/, durationWording)

/** Minutes of a checked duration. */
export function minutesOf(written: string): number {
  return Number(written.slice(0, -1)) * (UNIT_MINUTES[written.slice(-1)] ?? 1)
}
