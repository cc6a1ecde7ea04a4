/** Looks at public addresses from outside: bounded in size, time and redirects, and an error says what kind it is. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { dirname } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Download, Http, HttpAnswer, HttpFault, HttpOptions } from '../ports/http.ts'
import { throughTemporaryName } from './durable.ts'
import { faultOf, refusal } from './http-faults.ts'

const TIMEOUT_MS = 30_000
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000
const KEEP_BYTES = 1024 * 1024
const MAX_BYTES = 4 * 1024 ** 3
const MAX_REDIRECTS = 5

/** The timeout is for the whole: name, connection, redirects and body. Every request has a connection of its own. */
export function createHttp(): Http {
  return {
    get: (url, options = {}) =>
      attempt(url, options.timeoutMs ?? TIMEOUT_MS, async (signal) => {
        const found = await follow(url, options, signal)
        return answer(found, options.keepBytes ?? KEEP_BYTES)
      }),
    download: (url, path, options = {}) =>
      attempt(url, options.timeoutMs ?? DOWNLOAD_TIMEOUT_MS, async (signal) => {
        const found = await follow(url, options, signal)
        return save(found, path, options.maxBytes ?? MAX_BYTES)
      }),
  }
}

async function attempt<T>(url: string, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | HttpFault> {
  const signal = AbortSignal.timeout(ms)
  try {
    return await work(signal)
  } catch (error) {
    return faultOf(url, error, signal.aborted ? ms : undefined)
  }
}

interface Found {
  readonly url: URL
  readonly response: IncomingMessage
}

async function follow(start: string, options: HttpOptions, signal: AbortSignal): Promise<Found> {
  const own = options.ca === undefined ? undefined : await readFile(options.ca, 'utf8')
  let url = new URL(start)
  const hosts = [url.hostname, ...(options.redirects ?? [])]
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await ask(url, options.method ?? 'GET', own, signal)
    const to = redirectOf(url, response)
    if (to === undefined) return { url, response }
    response.destroy()
    if (!isSafe(url, to)) throw refusal('redirect', `${url.href} redirects to ${to.href}, which is not followed.`)
    if (!hosts.includes(to.hostname)) throw refusal('redirect', elsewhere(url, to))
    url = to
  }
  throw refusal('redirect', `${start} redirects more than ${MAX_REDIRECTS} times.`)
}

/** An address of somebody else, of which only the host can be meant to be told. */
function elsewhere(from: URL, to: URL): string {
  return `${from.href} redirects to ${to.origin}, which is not followed; where that is right, name it in slipway.yaml: redirects: [${to.hostname}].`
}

function redirectOf(url: URL, { statusCode = 0, headers }: IncomingMessage): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined
  return new URL(headers.location, url)
}

/** To https, or on a machine that talks to itself. */
function isSafe(from: URL, to: URL): boolean {
  return (
    to.protocol === 'https:' ||
    (to.protocol === 'http:' && from.protocol === 'http:' && isLoopback(from) && isLoopback(to))
  )
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function ask(url: URL, method: string, ca: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const headers = { 'user-agent': 'slipway', accept: '*/*', 'accept-encoding': 'identity' }
  const authorities = ca === undefined ? {} : { secureContext: trustedBeside(ca) }
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? tlsRequest : plainRequest
    const sent = request(url, { method, headers, signal, agent: false, ...authorities }, resolve)
    sent.on('error', reject).end()
  })
}

/** Reading all authorities of the system takes longer than a request on one machine: it is done once for each file. */
function trustedBeside(ca: string): SecureContext {
  const known = TRUSTED.get(ca) ?? createSecureContext({ ca: [...getCACertificates('default'), ca] })
  TRUSTED.set(ca, known)
  return known
}

const TRUSTED = new Map<string, SecureContext>()

async function answer({ url, response }: Found, keepBytes: number): Promise<HttpAnswer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    parts.push(chunk)
    bytes += chunk.length
    if (bytes > keepBytes) break
  }
  return {
    ok: true,
    status: response.statusCode ?? 0,
    body: Buffer.concat(parts).subarray(0, keepBytes).toString('utf8'),
    truncated: bytes > keepBytes,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
    url: url.href,
  }
}

async function save({ url, response }: Found, path: string, maxBytes: number): Promise<Download> {
  const status = response.statusCode ?? 0
  if (status !== 200) {
    response.destroy()
    return { ok: true, status, bytes: 0, sha256: '' }
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const sum = createHash('sha256')
  let bytes = 0
  await throughTemporaryName(
    path,
    0o600,
    async (file) => {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length
        if (bytes > maxBytes) throw refusal('failed', `${url.href} sends more than ${maxBytes} bytes.`)
        sum.update(chunk)
        await file.appendFile(chunk)
      }
    },
    rename,
  )
  return { ok: true, status, bytes, sha256: sum.digest('hex') }
}
