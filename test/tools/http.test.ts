import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, createAuthority } from '../../sandbox/authority.ts'
import { createHttp } from '../../src/tools/http.ts'

const http = createHttp()
const servers: { close(): unknown; closeAllConnections?(): void }[] = []
let folder = ''
let authority: Authority
let plain = ''
let secure = ''

const LONG = 'x'.repeat(300_000)
const ANSWERS: Readonly<Record<string, RequestListener>> = {
  '/hello': (_, response) => response.setHeader('x-tide', 'high').end('grüße'),
  '/method': (request, response) => response.setHeader('x-method', request.method ?? '').end('body'),
  '/missing': (_, response) => response.writeHead(404).end('nothing'),
  '/long': (_, response) => response.end(LONG),
  '/slow': (_, response) => void response.write('begun'),
  '/broken': (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half')
    setTimeout(() => response.destroy(), 20)
  },
  '/once': (_, response) => response.writeHead(302, { location: '/hello' }).end(),
  '/round': (_, response) => response.writeHead(301, { location: '/round' }).end(),
  '/away': (_, response) => response.writeHead(302, { location: 'https://localhost:1/' }).end(),
  '/beside': (_, response) =>
    response.writeHead(302, { location: `${plain.replace('127.0.0.1', 'localhost')}/hello` }).end(),
  '/down': (_, response) => response.writeHead(302, { location: `${plain}/hello` }).end(),
  '/inside': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
}
const listener: RequestListener = (request, response) => ANSWERS[request.url ?? '']?.(request, response)

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'http-'))
  authority = await createAuthority(folder)
  plain = `http://127.0.0.1:${await listen(createServer(listener))}`
  secure = `https://127.0.0.1:${await listen(createTlsServer(authority.identity, listener))}`
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections?.()
    server.close()
  }
  await rm(folder, { recursive: true })
})

describe('an address', () => {
  test('answers with status, body, headers and where it was found', async () => {
    expect(await http.get(`${plain}/once`)).toMatchObject({
      ok: true,
      status: 200,
      body: 'grüße',
      truncated: false,
      headers: { 'x-tide': 'high' },
      url: `${plain}/hello`,
    })
  })

  test('is asked for its head only', async () => {
    const found = await http.get(`${plain}/method`, { method: 'HEAD' })
    expect(found).toMatchObject({ status: 200, body: '', headers: { 'x-method': 'HEAD' } })
  })

  test('that is not there is an answer too', async () => {
    expect(await http.get(`${plain}/missing`)).toMatchObject({ ok: true, status: 404, body: 'nothing' })
  })

  test('with a long body is read as far as was asked', async () => {
    expect(await http.get(`${plain}/long`, { keepBytes: 1000 })).toMatchObject({
      body: 'x'.repeat(1000),
      truncated: true,
    })
  })

  test('of an own authority is believed when that authority is given', async () => {
    expect(await http.get(`${secure}/hello`, { ca: authority.file })).toMatchObject({ ok: true, body: 'grüße' })
    expect(await http.get(`${secure}/hello`)).toMatchObject({ ok: false, code: 'tls-unknown-authority' })
  })

  test('with an expired certificate is told', async () => {
    const own = await expired()
    const port = await listen(createTlsServer(own, listener))
    const ca = join(folder, 'expired.pem')
    await writeFile(ca, own.cert)
    expect(await http.get(`https://127.0.0.1:${port}/hello`, { ca })).toMatchObject({ ok: false, code: 'tls-expired' })
  })

  test('with the certificate of another name is told', async () => {
    const url = secure.replace('127.0.0.1', '[::ffff:127.0.0.1]')
    expect(await http.get(`${url}/hello`, { ca: authority.file })).toMatchObject({ ok: false, code: 'tls' })
  })

  test('that speaks no TLS is told', async () => {
    expect(await http.get(`${plain.replace('http:', 'https:')}/hello`)).toMatchObject({ ok: false, code: 'tls' })
  })

  const FAULTS = [
    ['that never ends', '/slow', 'timeout'],
    ['that breaks off', '/broken', 'reset'],
    ['that redirects for ever', '/round', 'redirect'],
    ['that redirects to another host', '/away', 'redirect'],
    ['that redirects into this machine', '/inside', 'redirect'],
  ] as const
  test.each(FAULTS)('%s is a fault', async (_, path, code) => {
    expect(await http.get(`${plain}${path}`, { timeoutMs: 300 })).toMatchObject({ ok: false, code })
  })

  test('leads to another host only where that is named', async () => {
    const redirects = ['localhost']
    expect(await http.get(`${plain}/beside`, { redirects })).toMatchObject({ ok: true, body: 'grüße' })
    expect(await http.get(`${plain}/beside`)).toMatchObject({
      code: 'redirect',
      message: expect.stringContaining('redirects: [localhost]'),
    })
    expect(await http.download(`${plain}/beside`, join(folder, 'beside'))).toMatchObject({ code: 'redirect' })
    expect(await http.get(`${secure}/down`, { ca: authority.file, redirects })).toMatchObject({ code: 'redirect' })
  })

  test('over TLS never leads to one without', async () => {
    expect(await http.get(`${secure}/down`, { ca: authority.file })).toMatchObject({ ok: false, code: 'redirect' })
  })

  test('where nobody listens refuses', async () => {
    const server = createTcpServer()
    const port = await listen(server)
    server.close()
    await once(server, 'close')
    expect(await http.get(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: false, code: 'refused' })
  })

  test('whose name does not exist has no address', async () => {
    expect(await http.get(`https://${'n'.repeat(64)}.invalid/`)).toMatchObject({ ok: false, code: 'unresolved' })
  })

  test.each(['', 'nonsense', 'ftp://127.0.0.1/'])('that is none, %j, is a fault', async (url) => {
    expect(await http.get(url)).toMatchObject({ ok: false, code: 'failed' })
  })
})

describe('a download', () => {
  test('is there whole, with its sum', async () => {
    const path = join(folder, 'new', 'long')
    const sha256 = createHash('sha256').update(LONG).digest('hex')
    expect(await http.download(`${plain}/long`, path)).toEqual({ ok: true, status: 200, bytes: LONG.length, sha256 })
    expect(await readFile(path, 'utf8')).toBe(LONG)
  })

  const NOTHING = [
    ['is not there', '/missing', {}, { ok: true, status: 404, bytes: 0 }],
    ['breaks off', '/broken', {}, { ok: false, code: 'reset' }],
    ['is longer than it may be', '/long', { maxBytes: 1000 }, { ok: false, code: 'failed' }],
  ] as const
  test.each(NOTHING)('that %s leaves nothing', async (_, path, options, expected) => {
    const target = await mkdtemp(join(folder, 'none-'))
    expect(await http.download(`${plain}${path}`, join(target, 'file'), options)).toMatchObject(expected)
    expect(await readdir(target)).toEqual([])
  })
})

/** A certificate of its own that ended yesterday. */
async function expired() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const day = 24 * 3_600_000
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=expired',
    keys,
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    cert: `${certificate.toString('pem')}\n`,
  }
}
