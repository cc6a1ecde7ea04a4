/** What is done over an open connection: commands and files, bounded, a lost connection always a fault. */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import PQueue from 'p-queue'
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2'
import type { Clock } from '../../ports/clock.ts'
import type { Exit } from '../../ports/shell.ts'
import { isSshFault, type Session, type SshFault } from '../../ports/ssh.ts'
import type { Masker } from '../../release/redact.ts'
import { createKept, type Kept } from '../bounded-output.ts'
import { fault } from './fault.ts'
import { put, renameNew, sizeOf } from './sftp.ts'

export interface SessionOptions {
  readonly masker: Masker
  readonly clock: Clock
  /** How the host is named in messages. */
  readonly name: string
}

const EXEC_MS = 10 * 60_000
const FILE_MS = 30 * 60_000
const KEEP_BYTES = 1024 * 1024
/** A server's MaxSessions is 10 unless it says otherwise. */
const CHANNELS = 8

export function createSession(connection: Client, { masker, clock, name }: SessionOptions): Session {
  const channels = new PQueue({ concurrency: CHANNELS })
  const lost = lostOf(connection, name)

  /** Whatever comes first: the answer, the end of the connection, the end of the time. */
  const bounded = <T>(ms: number, work: (over: AbortSignal) => Promise<T>): Promise<T | SshFault> =>
    channels.add(async () => {
      const over = new AbortController()
      const late = clock
        .sleep(ms, over.signal)
        .then(() => fault('timeout', `${name} did not finish within ${ms / 1000} s.`))
      const done = work(over.signal).catch((error: Error) => fault('failed', masker.mask(`${name}: ${error.message}`)))
      const first = await Promise.race([done, lost, late])
      over.abort()
      return first
    })

  const withFiles = <T>(work: (sftp: SFTPWrapper) => Promise<T>) =>
    bounded(FILE_MS, async () => {
      const sftp = await openSftp(connection).catch((error: Error) =>
        fault('no-sftp', `${name} offers no sftp: ${error.message}`),
      )
      return isSshFault(sftp) ? sftp : work(sftp).finally(() => sftp.end())
    })

  return {
    exec: (line, { input, timeoutMs = EXEC_MS, keepBytes = KEEP_BYTES } = {}) =>
      bounded(timeoutMs, async (over) => {
        const exit = await run(connection, line, (channel) => {
          over.addEventListener('abort', () => channel.close())
          return collect(channel, input, keepBytes, masker)
        })
        return exit ?? fault('lost', `${name} closed the command and did not say how it ended.`)
      }),
    upload: (from, to) => withFiles((sftp) => put(sftp, from, to, `${to}.${randomBytes(6).toString('hex')}.part`)),
    size: (path) => withFiles((sftp) => sizeOf(sftp, path)),
    rename: (from, to) => withFiles((sftp) => renameNew(sftp, from, to)),
  }
}

function lostOf(connection: Client, name: string): Promise<SshFault> {
  return new Promise((resolve) => {
    connection.once('close', () => resolve(fault('lost', `The connection to ${name} was lost.`)))
  })
}

/** The channel is handed on at once: a short command's end may stand in the same packet as its beginning. */
function run<T>(connection: Client, line: string, follow: (channel: ClientChannel) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.exec(line, (error, channel) => (error ? reject(error) : resolve(follow(channel))))
  })
}

function openSftp(connection: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    connection.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)))
  })
}

/** How the command ended, or undefined where the channel closed and nobody said how. */
async function collect(
  channel: ClientChannel,
  input: string | undefined,
  keepBytes: number,
  masker: Masker,
): Promise<Exit | undefined> {
  const stdout = createKept(keepBytes)
  const stderr = createKept(keepBytes)
  const finish = [feed(channel, stdout, masker), feed(channel.stderr, stderr, masker)]
  let exit: Pick<Exit, 'code' | 'signal'> | undefined
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { code: typeof code === 'number' ? code : null, signal: signal ?? null }
  })
  channel.end(input ?? '')
  await new Promise((resolve) => channel.once('close', resolve))
  for (const end of finish) end()
  const [out, err] = [stdout.text(), stderr.text()]
  return (
    exit && { ...exit, stdout: out.text, stderr: err.text, truncated: out.truncated || err.truncated, ended: 'itself' }
  )
}

function feed(from: Readable, kept: Kept, masker: Masker): () => void {
  const masking = masker.byteStream()
  from.on('data', (chunk: Buffer) => kept.take(masking.push(chunk)))
  return () => kept.take(masking.end())
}
