/**
 * A Unix socket on which one line is answered by one line. Whoever may open it is the user it belongs to, or root: the file is
 * 0600 from the moment it can be seen.
 */
import { once } from 'node:events'
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname, join } from 'node:path'

/** Bytes of a line. A command has at most 2000 characters. */
const LONGEST_LINE = 16 * 1024
const LONGEST_ANSWER = 4 * 1024 * 1024
/** How long the other side may take to send its line, and to take the answer. */
const PATIENCE_MS = 10_000
const CONNECTIONS = 32

export interface LineServer {
  close(): Promise<void>
}

/**
 * Listens at `path`, in place of whatever is there: only for who holds the folder. Rejects when the path is too long for a
 * socket (about 100 bytes) or the disk refuses. Nobody waits for anybody: each connection has its own time.
 */
export async function listenForLines(
  path: string,
  answer: (line: string) => Promise<string>,
  patienceMs = PATIENCE_MS,
): Promise<LineServer> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    void serve(socket, answer, patienceMs).catch(() => socket.destroy())
  })
  server.maxConnections = CONNECTIONS
  await listenPrivately(server, path)
  return {
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(path, { force: true })
    },
  }
}

/** The line that answers, or why there is none: the code of the system's error, or `no answer`. */
export async function askForLine(path: string, line: string): Promise<{ readonly line: string } | { code: string }> {
  const socket = connect(path)
  // What ends the connection later is seen by its close.
  socket.on('error', () => {})
  try {
    await once(socket, 'connect')
    socket.write(`${line}\n`)
    const text = await readLine(socket, LONGEST_ANSWER)
    return text === undefined ? { code: 'no answer' } : { line: text }
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? String(error) }
  } finally {
    socket.destroy()
  }
}

/** Made where nobody else can look, given its mode, and then moved to its place: at no moment can others connect. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const room = await mkdtemp(join(dirname(path), '.s-'))
  try {
    const made = join(room, 's')
    server.listen(made)
    await once(server, 'listening')
    await chmod(made, 0o600)
    await rename(made, path)
    // Too many open files pass: who could not connect tries again.
    server.on('error', () => {})
  } catch (error) {
    server.close()
    throw error
  } finally {
    await rm(room, { recursive: true, force: true })
  }
}

async function serve(socket: Socket, answer: (line: string) => Promise<string>, patienceMs: number): Promise<void> {
  socket.on('error', () => socket.destroy())
  const giveUp = setTimeout(() => socket.destroy(), patienceMs)
  const line = await readLine(socket, LONGEST_LINE)
  clearTimeout(giveUp)
  if (line === undefined) return void socket.destroy()
  const text = await answer(line)
  const notTaken = setTimeout(() => socket.destroy(), patienceMs)
  socket.once('close', () => clearTimeout(notTaken))
  socket.end(`${text}\n`)
}

/** Undefined where the other side went away, or sent more than it may, before a line was whole. */
async function readLine(socket: Socket, longest: number): Promise<string | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  return new Promise((resolve) => {
    socket.once('close', () => resolve(undefined))
    socket.once('end', () => resolve(undefined))
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      bytes += piece.length
      if (bytes > longest) return resolve(undefined)
      if (piece.includes(10)) resolve(Buffer.concat(pieces).toString('utf8').split('\n')[0])
    })
  })
}
