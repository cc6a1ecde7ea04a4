/** HTTPS addresses on 127.0.0.1: a handler that answers an address with a status and a body, and folders shown as they are. */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { Identity } from './authority.ts'

export interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string | Buffer
}

export type Handler = (address: URL) => Promise<Answer>

export interface Listener {
  /** Without a slash at the end. */
  readonly url: string
  /** Shows another certificate from the next connection on. */
  show(identity: Identity): void
  close(): Promise<void>
}

/** Listens on a free port. GET and HEAD are answered, everything else is refused with 405. */
export async function listenHttps(identity: Identity, handler: Handler): Promise<Listener> {
  const server = createServer({ ...identity }, (request, response) => void respond(handler, request, response))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const show = (next: Identity) => {
    server.setSecureContext({ ...next })
    server.closeAllConnections()
  }
  return { url: `https://127.0.0.1:${port}`, show, close }
}

/** Shows a folder as nginx does: its files, index.html for a folder, 403 where that is missing, 404 for the rest. */
export function showFolder(folder: string): Handler {
  return async ({ pathname }) => {
    const path = normalize(decodeURIComponent(pathname))
    const file = join(folder, path, path.endsWith('/') ? 'index.html' : '')
    const body = await readFile(file).catch(() => undefined)
    if (body) return { status: 200, type: TYPES[extname(file)] ?? 'application/octet-stream', body }
    return path.endsWith('/') ? plain(403, '403 Forbidden') : plain(404, '404 Not Found')
  }
}

export function plain(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` }
}

export function html(title: string, body: string): Answer {
  const page = `<!doctype html>\n<html lang="en">\n<title>${title}</title>\n${body}\n</html>\n`
  return { status: 200, type: 'text/html; charset=utf-8', body: page }
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.js': 'text/javascript; charset=utf-8',
  '.gz': 'application/gzip',
}

async function respond(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, body } = await answerTo(handler, request)
  response.writeHead(status, { 'content-type': type ?? 'text/plain', 'content-length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}

async function answerTo(handler: Handler, { method, url }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, '405 Method Not Allowed')
  const address = URL.parse(url ?? '/', 'https://127.0.0.1')
  if (address === null) return plain(400, '400 Bad Request')
  return handler(address).catch((error: unknown) => plain(500, String(error)))
}
