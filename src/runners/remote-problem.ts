/** Words what a remote repository answered when git could not use it. */
import type { Exit } from '../ports/shell.ts'
import { type GitAnswer, readGitAnswer, sshHostOf } from '../release/git-answers.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Jump, SshAccess } from '../release/project.ts'

/** A remote as a person knows it, such as `the origin`, with the access that was tried. */
export interface Remote {
  readonly name: string
  readonly url: string
  readonly ssh: SshAccess
}

const CODES = {
  unreachable: 'preflight.remote-unreachable',
  'host-key-unknown': 'preflight.remote-host-key-unknown',
  'host-key-changed': 'preflight.remote-host-key-changed',
  'refused-key': 'preflight.remote-refused-key',
  'read-only': 'preflight.remote-read-only',
  missing: 'preflight.remote-missing',
  protected: 'preflight.remote-failed',
  moved: 'preflight.remote-failed',
  other: 'preflight.remote-failed',
} as const satisfies Record<GitAnswer, string>

/** The problem with a remote after a git command on it failed. */
export function remoteProblem(remote: Remote, exit: Exit): Problem {
  const { name, url, ssh } = remote
  const { host, port } = spokenOf(ssh, exit) ?? sshHostOf(url) ?? { host: url, port: 22 }
  const answer = exit.ended === 'timeout' ? 'unreachable' : readGitAnswer(`${exit.stdout}\n${exit.stderr}`)
  const values = {
    ...{ name: capital(name), url, host, port },
    file: pinFile(ssh),
    known: pinnedAs(host, port),
    key: credentialOf(remote),
    code: exit.code ?? exit.ended,
  }
  return problem(CODES[answer], values, lastLines(exit))
}

/** The jump host, where it is the one whose key is in doubt: ssh names it as known_hosts does. */
function spokenOf({ jump }: SshAccess, { stderr }: Exit): Jump | undefined {
  if (jump === undefined) return undefined
  const named = [
    `known for ${pinnedAs(jump.host, jump.port)} and`,
    `key for ${pinnedAs(jump.host, jump.port)} has changed`,
  ]
  return named.some((words) => stderr.includes(words)) ? jump : undefined
}

/** What the remote has to let in. */
function credentialOf({ url, ssh }: Remote): string {
  if (/^https?:/i.test(url)) return 'the account of the bot'
  return ssh.key === undefined ? 'the key in the ssh agent' : `the public key ${ssh.key}.pub`
}

/** The file that a host's key is pinned in. */
export function pinFile(ssh: SshAccess): string {
  return ssh.knownHosts ?? '~/.ssh/known_hosts'
}

/** How known_hosts names a host (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export function pinnedAs(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`
}

/** The last lines a program printed, its errors first, at most ten. ssh ends its own with a carriage return. */
export function lastLines(exit: Exit): readonly string[] {
  const text = exit.stderr.trim() === '' ? exit.stdout : exit.stderr
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-10)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
