/** Following a job on a server to its end: its log into ours, its last line as progress, whatever happens to the connection. */
import { endJobLine, type JobStatus, jobStatusLine, readJobStatus } from '../../argv/ssh.ts'
import { isSshFault, type Session, type SshFault } from '../../ports/ssh.ts'
import type { Host } from '../../release/project.ts'
import type { Context } from '../step.ts'
import { createJobLog, type JobLog } from './job-log.ts'

/** How following ended. `lost`: no process and no exit code, as after a restart of the server. */
export type JobEnd =
  | { readonly how: 'ended'; readonly rc: number }
  | { readonly how: 'lost' | 'never-started' | 'out-of-time' | 'cancelled' | 'alive' }
  | { readonly how: 'unreachable'; readonly fault: SshFault }

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 2_000
/** Polls after which a job that has not begun will not begin: the pauses add up to about half a minute. */
const STARTING_POLLS = 20
/** Left before the deadline, so that what is still running is told in our words. */
const MARGIN_MS = 3_000
const ANSWER_MS = 20_000
/** Within that margin. */
const LAST_LOOK_MS = 2_000
/** What a script is given to end in order before it is ended, seconds. */
const GRACE_S = 10

/** Polls with growing pauses until the job ends or the step's time does. Faults that no waiting heals end it at once. */
export async function followJob(context: Context, host: Host, folder: string): Promise<JobEnd> {
  const log = await createJobLog(context, host.name)
  const end = await untilItsEnd(context, host, folder, log)
  const lastLook = async (offset: number) => {
    const status = await askAgain(context, host, folder, offset, LAST_LOOK_MS)
    return isSshFault(status) ? undefined : status
  }
  if (end.how !== 'unreachable') await log.end(lastLook)
  return end
}

async function untilItsEnd(context: Context, host: Host, folder: string, log: JobLog): Promise<JobEnd> {
  const { ports, signal } = context
  let pause = FIRST_PAUSE_MS
  for (let polls = 1; ; polls += 1) {
    const status = await askAgain(context, host, folder, log.next())
    if (isSshFault(status) && !PASSING.has(status.code)) return { how: 'unreachable', fault: status }
    const answered = isSshFault(status) ? undefined : status
    const isBehind = answered !== undefined && (await log.take(answered))
    const end = answered && endOf(answered, polls)
    const isLate = signal.aborted || ports.clock.now() + pause + MARGIN_MS > context.deadline
    if (end && (!isBehind || isLate)) return end
    if (signal.reason === 'cancelled') return endJob(context, host, folder)
    if (isLate) return { how: 'out-of-time' }
    if (isBehind) continue
    await ports.clock.sleep(pause, signal)
    pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)
  }
}

/** One look at a job; undefined where the answer cannot be read. */
export async function askJob(
  { session }: { readonly session: Session },
  folder: string,
  offset: number,
  timeoutMs = ANSWER_MS,
): Promise<JobStatus | SshFault | undefined> {
  const exit = await session.exec(jobStatusLine(folder, offset), { timeoutMs })
  return isSshFault(exit) ? exit : readJobStatus(exit.stdout)
}

/** A person wants the script to end: it is told to, and ended after a grace period. Unreachable, it goes on, and that is said. */
export async function endJob({ ports, note }: Context, host: Host, folder: string): Promise<JobEnd> {
  const session = await ports.ssh.connect(host)
  if (isSshFault(session)) return { how: 'unreachable', fault: session }
  const exit = await session.exec(endJobLine(folder, GRACE_S), { timeoutMs: GRACE_S * 1000 + ANSWER_MS })
  if (isSshFault(exit)) return { how: 'unreachable', fault: exit }
  const said = exit.stdout.trim()
  await note(`the script on ${host.name} was told to end: ${said}`)
  return { how: said === 'ended' || said === 'gone' ? 'cancelled' : 'alive' }
}

const PASSING: ReadonlySet<string> = new Set(['unreachable', 'no-banner', 'lost', 'timeout', 'failed'])

/** Asks over a session that is opened again when it was lost. */
async function askAgain(
  { ports, progress }: Context,
  host: Host,
  folder: string,
  offset: number,
  timeoutMs?: number,
): Promise<JobStatus | SshFault | undefined> {
  const session = await ports.ssh.connect(host)
  const answer = isSshFault(session) ? session : await askJob({ session }, folder, offset, timeoutMs)
  if (isSshFault(answer)) progress(`${host.name} does not answer; the script goes on there, asking again`)
  return answer
}

function endOf({ rc, started, alive }: JobStatus, polls: number): JobEnd | undefined {
  if (rc !== undefined) return { how: 'ended', rc }
  if (!started) return polls < STARTING_POLLS ? undefined : { how: 'never-started' }
  return alive ? undefined : { how: 'lost' }
}
