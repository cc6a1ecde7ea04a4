/** One command of an ssh session, as sshd runs it: in HOME, by sh, in a process group that ends with the connection. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { ServerChannel, Session } from 'ssh2'

/** Where commands run, and their whole environment. */
export interface Place {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs the line and hands its output, exit code or signal to the channel. What put itself into a session of its own (setsid)
 * outlives the connection, everything else is hung up on, as a dropped connection does with sshd.
 */
export function execute(session: Session, channel: ServerChannel, line: string, place: Place): void {
  const child = spawn('sh', ['-c', line], { cwd: place.home, env: place.env, detached: true, stdio: 'pipe' })
  channel.on('error', () => undefined)
  // What the command left running in the background is not hung up on when it ends by itself.
  channel.on('close', () => child.exitCode ?? child.signalCode ?? signal(child, 'SIGHUP'))
  session.on('signal', (_accept, _reject, { name }) => signal(child, `SIG${name}`))
  child.stdin.on('error', () => undefined)
  channel.pipe(child.stdin)
  const flowing = [forward(child.stdout, channel), forward(child.stderr, channel.stderr)]
  child.on('error', (error) => void channel.stderr.write(`${error.message}\n`))
  child.on('exit', (code, name) => void finish(channel, flowing, code, name))
}

async function finish(
  channel: ServerChannel,
  flowing: readonly Promise<void>[],
  code: number | null,
  name: string | null,
): Promise<void> {
  await Promise.all(flowing)
  if (name === null) channel.exit(code ?? 255)
  else channel.exit(name.replace(/^SIG/, ''))
  channel.end()
}

/** Resolves when everything that the program printed has been taken by the channel. */
async function forward(from: Readable, to: NodeJS.WritableStream): Promise<void> {
  from.pipe(to, { end: false })
  await new Promise((resolve) => from.on('close', resolve))
}

/** Reaches the whole process group; one that ended already has no need of it. */
function signal(child: ChildProcess, name: string): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, name as NodeJS.Signals)
  } catch {
    // The group has ended, or the client named a signal that does not exist here.
  }
}
