/** One server as the vps steps use it: described commands run through the pinned session, their words into the step's log. */
import { SERVER_GIT_ENVIRONMENT, serverGit } from '../../argv/server.ts'
import { remoteLine } from '../../argv/ssh.ts'
import type { Exit } from '../../ports/shell.ts'
import { isSshFault, type Session, type SshFault, type SshHost } from '../../ports/ssh.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Host } from '../../release/project.ts'
import { excerpt } from '../log-excerpt.ts'
import { pinFile, pinnedAs } from '../remote-problem.ts'
import type { Action, Context } from '../step.ts'

export type Remote = Action & { readonly do: 'remote' }
export type Upload = Action & { readonly do: 'upload' }

export interface Server {
  readonly host: Host
  /** Runs a described command, whatever its exit code. */
  ask(action: Remote): Promise<Exit | Problem>
  /** Runs a described command that has to succeed; what it printed, without the last line end. */
  tell(action: Remote): Promise<string | Problem>
  upload(action: Upload): Promise<Problem | undefined>
  /** The open session, for what is no command. */
  readonly session: Session
}

/** Opens the session with the step's host. */
export async function enter(context: Context): Promise<Server | Problem> {
  const host = hostOf(context.facts)
  const session = await context.ports.ssh.connect(host)
  if (isSshFault(session)) return sshProblem(host, session)
  const ask = (action: Remote) => runOn(context, host, session, action)
  return {
    host,
    session,
    ask,
    tell: async (action) => {
      const exit = await ask(action)
      return 'what' in exit ? exit : (failureOf(host, action, exit) ?? exit.stdout.replace(/\n$/, ''))
    },
    upload: async ({ from, to }) => {
      await context.note(`upload to ${host.name}: ${to}`)
      const fault = await session.upload(from, to)
      return fault && sshProblem(host, fault)
    },
  }
}

/** The configured host that a step is for. */
export function hostOf(facts: Facts): Host {
  const host = facts.project.vps?.hosts.find(({ name }) => name === facts.item)
  if (host === undefined) throw new Error(`the plan names a host that the configuration lacks: ${facts.item}`)
  return host
}

/** A command on the step's host. */
export function remote(facts: Facts, argv: readonly string[], more: Pick<Remote, 'cwd' | 'env'> = {}): Remote {
  return { do: 'remote', host: facts.item, argv, ...more }
}

/** The checkout's own git on the step's host; `env` is added to what every git there gets. */
export function checkoutGit(facts: Facts, args: readonly string[], env: Readonly<Record<string, string>> = {}): Remote {
  return remote(facts, serverGit(hostOf(facts).directory, args), { env: { ...SERVER_GIT_ENVIRONMENT, ...env } })
}

/** The step's failure, with what of its log should be read first. */
export async function failed({ ports, log }: Context, why: Problem): Promise<Outcome> {
  return { ok: false, problem: why, log: await excerpt(ports.files, log) }
}

/** Commands that each need the one before; stops at the first that fails. */
export async function inOrder(server: Server, actions: readonly Remote[]): Promise<Problem | undefined> {
  for (const action of actions) {
    const answer = await server.tell(action)
    if (isProblem(answer)) return answer
  }
  return undefined
}

/** Why a host could not be used, worded; it may be the one on the way there that could not. */
export function sshProblem(host: SshHost, fault: SshFault): Problem {
  const { name, host: address, port, user, ssh } = fault.at ?? host
  const pins = { file: pinFile(ssh), known: pinnedAs(address, port), fingerprint: fault.fingerprint ?? 'not shown' }
  const message = fault.message.replace(/\.$/, '')
  return problem(FAULTS[fault.code], { name, address, port, user, message, ...pins })
}

const FAULTS = {
  unreachable: 'vps.unreachable',
  'no-banner': 'vps.no-banner',
  'host-key-unknown': 'vps.host-key-unknown',
  'host-key-changed': 'vps.host-key-changed',
  'refused-key': 'vps.refused-key',
  'key-unreadable': 'vps.key-unreadable',
  lost: 'vps.lost',
  timeout: 'vps.timeout',
  'no-sftp': 'vps.no-sftp',
  failed: 'vps.ssh-failed',
} as const

async function runOn(context: Context, host: Host, session: Session, action: Remote): Promise<Exit | Problem> {
  const { argv, cwd, env, input } = action
  const line = remoteLine(argv, { ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) })
  await context.note(`${host.name}: ${spoken(action)}`)
  const timeoutMs = Math.max(1, context.deadline - context.ports.clock.now())
  const exit = await session.exec(line, { timeoutMs, ...(input === undefined ? {} : { input }) })
  if (isSshFault(exit)) return sshProblem(host, exit)
  for (const text of [exit.stdout, exit.stderr]) if (text.trim() !== '') await context.note(text.replace(/\n$/, ''))
  const [, lock] = /Unable to create '([^'\n]+\.lock)': File exists/.exec(exit.code === 0 ? '' : exit.stderr) ?? []
  return lock === undefined ? exit : lockedBy(host, lock)
}

/** A git there holds the checkout, or left it held. */
export function lockedBy({ name, user, host: address, port }: Host, lock: string): Problem {
  return problem('vps.git-locked', { name, user, address, port, lock })
}

function failureOf(host: Host, action: Remote, exit: Exit): Problem | undefined {
  if (exit.code === 0) return undefined
  const details = `${exit.stdout}\n${exit.stderr}`.split('\n').filter((line) => line.trim() !== '')
  return problem(
    'vps.command-failed',
    { name: host.name, command: spoken(action), code: String(exit.code ?? exit.ended) },
    details.slice(-10),
  )
}

/** A command as a person reads it: of a script of ours only its arguments are of interest. */
function spoken({ argv }: Remote): string {
  const words = argv[0] === 'sh' && argv[1] === '-c' ? ['sh', '-c', '…', ...argv.slice(3)] : argv
  return words.join(' ')
}
