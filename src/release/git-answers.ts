/** What git and ssh say when a remote refuses, as data. Their words are those of the C locale. */

export type GitAnswer =
  | 'moved'
  | 'protected'
  | 'read-only'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'refused-key'
  | 'missing'
  | 'unreachable'
  | 'other'

/** The first row that fits decides: the precise texts stand above the general ones that often follow them. */
const ANSWERS: readonly (readonly [RegExp, GitAnswer])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Offending .* key in/i, 'host-key-changed'],
  [/Host key verification failed|No .* host key is known/i, 'host-key-unknown'],
  [/protected branch|GH006|GH013|protected ref|not allowed to push code to prot/i, 'protected'],
  [/fetch first|non-fast-forward|cannot lock ref|failed to update ref|stale info|reference already exists/i, 'moved'],
  [
    /marked as read.only|write access|not allowed to (push|upload)|insufficient permission|read-only|denied to /i,
    'read-only',
  ],
  [
    /Permission denied|Authentication failed|could not read Username|Invalid username|terminal prompts disabled/i,
    'refused-key',
  ],
  [
    /repository .*(not found|does not exist)|does not appear to be a git repository|project you were looking for/i,
    'missing',
  ],
  [/hook declined/i, 'protected'],
  [
    /Could not resolve|Failed to connect|Couldn't connect|returned error: 5|Connection (refused|timed out|reset|closed)|Operation timed out|No route to host|unreachable|early EOF|unexpectedly|Could not read from remote/i,
    'unreachable',
  ],
]

/** As much of an answer as is read: a remote can print without end, and a line of its choice costs time squared. */
const READ = 8192

/** What a failed git command means, from its standard output and error together, read at both ends. */
export function readGitAnswer(text: string): GitAnswer {
  const said = text.length > 2 * READ ? `${text.slice(0, READ)}\n${text.slice(-READ)}` : text
  return ANSWERS.find(([words]) => words.test(said))?.[1] ?? 'other'
}

const NEVER_IN: readonly GitAnswer[] = ['host-key-changed', 'host-key-unknown', 'refused-key', 'missing']

/** Whether a failed push (with `--porcelain`) is known to have changed nothing: the remote said so, or never let us in. */
export function pushedNothing(text: string): boolean {
  return /^!\t\S+\t\[(?:remote )?rejected\]/m.test(text) || NEVER_IN.includes(readGitAnswer(text))
}

/** Host and port of an address that git reaches over ssh, `ssh://user@host:port/path` or `user@host:path`; else undefined. */
export function sshHostOf(url: string): { readonly host: string; readonly port: number } | undefined {
  const long = /^ssh:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?(?:\/|$)/.exec(url)
  if (long?.[1] !== undefined) return { host: long[1].replace(/^\[|\]$/g, ''), port: Number(long[2] ?? 22) }
  const short = /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)/.exec(url)
  return short?.[1] === undefined ? undefined : { host: short[1], port: 22 }
}
