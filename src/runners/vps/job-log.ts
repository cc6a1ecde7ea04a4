/** A job's log on its way into that of the step: whole where there is room, or else in parts, and always with its end. */
import { basename, dirname } from 'node:path'
import { JOB_LOG_BYTES, type JobStatus } from '../../argv/ssh.ts'
import type { Context } from '../step.ts'

export interface JobLog {
  /** The byte of the job's log to ask from. */
  next(): number
  /** Passes on what an answer brought, its last line as progress. Whether the rest should be asked for at once. */
  take(status: JobStatus): Promise<boolean>
  /** Passes on the end, where that was left out. */
  end(ask: (offset: number) => Promise<JobStatus | undefined>): Promise<void>
}

/** What is further behind waits for nobody: the script may have ended long ago. */
const FAR_BEHIND = 16 * JOB_LOG_BYTES
const PROGRESS_WIDTH = 100

/** `host` is the name of the server that has the whole log. */
export async function createJobLog({ ports, log, note, progress }: Context, host: string): Promise<JobLog> {
  const held = (await ports.files.list(dirname(log))).find(({ name }) => name === basename(log))?.bytes ?? 0
  let room = ports.files.logBytes - held - JOB_LOG_BYTES
  /** How far it was passed on, and how far it was looked at. */
  let [told, seen, size] = [0, 0, 0]

  /** A line whose beginning was left out might be half a secret, which nobody would recognise. */
  const lines = (from: number, { text }: JobStatus) => (from > told ? text.replace(/^[^\n]*\n?/, '') : text)

  const tell = async (from: number, status: JobStatus) => {
    const shown = lines(from, status)
    const missing = from - told + Buffer.byteLength(status.text) - Buffer.byteLength(shown)
    if (from > told) await note(`[${missing} bytes left out; the log on ${host} has them]`)
    await note(shown.replace(/\n$/, ''))
    told = from + status.take
  }

  return {
    next: () => seen,
    async take(status) {
      size = status.bytes
      if (status.take === 0) return false
      const last = lines(seen, status).trimEnd().split('\n').at(-1)?.trim()
      if (last) progress(last.slice(0, PROGRESS_WIDTH))
      const length = Buffer.byteLength(status.text)
      const fits = length <= room
      if (fits) await tell(seen, status)
      if (fits) room -= length
      seen += status.take
      if (fits && size - seen <= FAR_BEHIND) return seen < size
      seen = Math.max(seen, fits ? size - JOB_LOG_BYTES : size)
      return false
    },
    async end(ask) {
      const from = Math.max(told, size - JOB_LOG_BYTES)
      const status = told < size ? await ask(from) : undefined
      if (status !== undefined && status.take > 0) await tell(from, status)
    },
  }
}
