/**
 * A small Slack of our own for the real Bolt client: the Web API with validation and limits, signed delivery over HTTP, Socket Mode,
 * people who type and press, and everything that can go wrong, on purpose.
 */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { leave } from '../canary/leave.ts'
import { createFaults, type Fault, type Faults } from './faults.ts'
import { type Arguments, blank, METHODS, type Reply, shownOf } from './methods.ts'
import { buttonsOf } from './read.ts'
import { createSocket, type Socket } from './socket.ts'
import { APP, CHANNEL, createState, type Message, type Person, type State } from './state.ts'
import { faultsOfMessage } from './validate.ts'

/** How Slack reaches the app: a request of its own, or the socket that the app has opened. */
export type Way = { readonly url: string } | 'socket'

export interface Delivered {
  /** Acknowledged within Slack's three seconds. */
  readonly acknowledged: boolean
  readonly status?: number
  /** What names it, and where it is answered. */
  readonly trigger?: string
  readonly responseUrl?: string
  /** The same once more, as after a lost connection. */
  again?(): Promise<Delivered>
  /** The request that was sent, to be sent again. */
  readonly request?: { readonly body: string; readonly headers: Readonly<Record<string, string>> }
}

export interface SlackServer {
  /** What `SLACK_API_URL` has to be. */
  readonly apiUrl: string
  readonly state: State
  readonly faults: Faults
  readonly socket: Socket
  /** Every call, as `chat.postMessage CHARBOUR`. */
  readonly calls: readonly string[]
  /** What messages were refused for: nothing that a story posts may ever be in it. */
  readonly refusals: readonly string[]
  way: Way | undefined
  /** Types a slash command, such as `/deploy 3.1.3`. */
  types(person: Person, line: string, channel?: string): Promise<Delivered>
  /** Presses the button whose label begins so, of the newest message that shows one. */
  presses(person: Person, label: string): Promise<Delivered>
  /** Presses a button by its value, whether it is there or not. */
  pressesValue(person: Person, value: string, message?: Message): Promise<Delivered>
  /** Sends the newest form that was opened for a person. */
  submits(person: Person, text: string): Promise<Delivered>
  /** Sends the same bytes once more; with changes, as somebody else would. */
  sends(request: NonNullable<Delivered['request']>): Promise<Delivered>
  sign(body: string, at?: number): NonNullable<Delivered['request']>
  /** Messages that everybody sees, in order. */
  messages(channel?: string): readonly Message[]
  /** Messages that only this person sees. */
  privately(person: Person): readonly Message[]
  /** Resolves as soon as it holds, looked at after every call. */
  until<T>(holds: () => T | undefined | false): Promise<T>
  close(): Promise<void>
}

export async function createSlackServer(...people: readonly Person[]): Promise<SlackServer> {
  const state = createState()
  for (const person of people) state.people.set(person.id, person)
  const faults = createFaults()
  const calls: string[] = []
  const refusals: string[] = []
  const watching = new Set<() => void>()
  const hanging = new Set<ServerResponse>()
  let way: Way | undefined
  const server = createServer((request, response) => void serve(request, response))
  const socket = createSocket(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}/`

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    const [, kind = '', name = ''] = (request.url ?? '').split('/')
    const args = kind === 'api' ? argumentsOf(request, body) : {}
    const call = `${kind === 'api' ? name : kind} ${String(args.channel ?? args.channel_id ?? '')}`.trim()
    calls.push(call)
    const fault = faults.take(call)
    const isBefore = fault !== undefined && !('done' in fault && fault.done === true)
    const reply = isBefore ? undefined : replyTo(kind, name, args, body, request)
    if (fault === undefined) send(response, reply ?? { ok: false }, state.scopes)
    else befall(fault, response)
    for (const look of [...watching]) look()
  }

  const replyTo = (kind: string, name: string, args: Arguments, body: Buffer, request: IncomingMessage): Reply => {
    if (kind === 'upload') return upload(name, body)
    if (kind === 'response') return respond(name, JSON.parse(body.toString()))
    const token = String(request.headers.authorization ?? args.token ?? '').replace('Bearer ', '')
    if (name === 'apps.connections.open')
      return token === APP.appToken
        ? { ok: true, url: `ws://127.0.0.1:${port}/link/?ticket=${state.nextId('t')}` }
        : { ok: false, error: 'invalid_auth' }
    if (token !== APP.botToken) return { ok: false, error: 'invalid_auth' }
    const method = METHODS[name]
    if (method === undefined) return { ok: false, error: 'unknown_method' }
    return method(args, {
      state,
      origin,
      refused: (which, found) => refusals.push(...found.map((each) => `${which}: ${each}`)),
    })
  }

  const upload = (id: string, bytes: Buffer): Reply => {
    const file = state.files.get(id)
    if (file !== undefined) state.files.set(id, { ...file, bytes: Buffer.concat([bytes]) })
    return { ok: file !== undefined }
  }

  const respond = (id: string, args: Arguments): Reply => {
    const to = state.responses.get(id)
    if (to === undefined || to.used >= 5) return { ok: false, error: 'used_url' }
    to.used += 1
    const found = faultsOfMessage(args, 'post')
    refusals.push(...found.map((each) => `response_url: ${each}`))
    const isPublic = args.response_type === 'in_channel'
    state.messages.push({ ...blank(state, to.channel), ...shownOf(args), ...(!isPublic && { to: to.user }) })
    return { ok: true }
  }

  const befall = (fault: Fault, response: ServerResponse) => {
    switch (fault.kind) {
      case 'status':
        return void response.writeHead(fault.status).end('not well')
      case 'reset':
        return void response.socket?.resetAndDestroy()
      case 'hang':
        return void hanging.add(response)
      case 'limit': {
        const wait = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) }
        return void response.writeHead(429, wait).end('{"ok":false,"error":"ratelimited"}')
      }
      case 'error':
        return send(response, { ok: false, error: fault.error })
    }
  }

  const sign: SlackServer['sign'] = (body, at = Date.now()) => {
    const timestamp = String(Math.floor(at / 1000))
    const digest = createHmac('sha256', APP.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')
    const type = 'application/x-www-form-urlencoded'
    return {
      body,
      headers: { 'content-type': type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` },
    }
  }

  const sends: SlackServer['sends'] = async (request) => {
    if (way === undefined || way === 'socket') return { acknowledged: false }
    const answer = await fetch(way.url, { method: 'POST', ...request, signal: AbortSignal.timeout(3_000) }).catch(
      () => undefined,
    )
    await answer?.text()
    return { acknowledged: answer?.status === 200, request, ...(answer && { status: answer.status }) }
  }

  const deliver = async (type: string, payload: Arguments, form: Arguments): Promise<Delivered> => {
    const sent = {
      trigger: String(payload.trigger_id),
      responseUrl: String(payload.response_url ?? ''),
      again: () => deliver(type, payload, form),
    }
    if (way === 'socket') return { acknowledged: (await socket.deliver(type, payload)) !== undefined, ...sent }
    const fields = Object.fromEntries(Object.entries(form).map(([key, value]) => [key, String(value)]))
    return { ...(await sends(sign(new URLSearchParams(fields).toString()))), ...sent }
  }

  const responseUrl = (channel: string, { id: user }: Person) => {
    const id = state.nextId('R')
    state.responses.set(id, { channel, user, used: 0 })
    return `${origin}response/${id}`
  }

  const whoIs = ({ id, name, team = APP.team }: Person) => ({ id, username: name, name, team_id: team })
  const interactive = (payload: Arguments) => deliver('interactive', payload, { payload: JSON.stringify(payload) })

  const types: SlackServer['types'] = (person, line, channel = CHANNEL) => {
    const [, command = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? []
    const payload = {
      token: 'unused',
      team_id: person.team ?? APP.team,
      team_domain: 'harbour',
      channel_id: channel,
      channel_name: 'harbour',
      user_id: person.id,
      user_name: person.name,
      command,
      text,
      api_app_id: APP.id,
      is_enterprise_install: 'false',
      response_url: responseUrl(channel, person),
      trigger_id: `${state.nextId('trigger-')}.${person.id}`,
    }
    return deliver('slash_commands', payload, payload)
  }

  const pressesValue: SlackServer['pressesValue'] = (person, value, message) => {
    const channel = message?.channel ?? CHANNEL
    const known = message && buttonsOf(message).find((button) => button.value === value)
    return interactive({
      type: 'block_actions',
      team: { id: person.team ?? APP.team, domain: 'harbour' },
      user: whoIs(person),
      api_app_id: APP.id,
      channel: { id: channel, name: 'harbour' },
      trigger_id: `${state.nextId('trigger-')}.${person.id}`,
      response_url: responseUrl(channel, person),
      container: { type: 'message', message_ts: message?.ts, channel_id: channel },
      ...(message && message.to === undefined && { message: { ts: message.ts, thread_ts: message.thread_ts } }),
      actions: [{ type: 'button', action_id: known?.action_id ?? 'press-0', block_id: 'b', value, action_ts: '1' }],
    })
  }

  return {
    apiUrl: `${origin}api/`,
    state,
    faults,
    socket,
    calls,
    refusals,
    get way() {
      return way
    },
    set way(next) {
      way = next
    },
    types,
    pressesValue,
    presses: (person, label) => {
      for (const message of state.messages.toReversed()) {
        const button = buttonsOf(message).find((each) => each.label.startsWith(label))
        if (button !== undefined) return pressesValue(person, button.value, message)
      }
      return Promise.reject(new Error(`no message shows a button “${label}”`))
    },
    submits: (person, text) => {
      const opened = state.views.findLast(({ user }) => user === person.id)
      if (opened === undefined) return Promise.reject(new Error(`no form is open for ${person.name}`))
      return interactive({
        type: 'view_submission',
        team: { id: person.team ?? APP.team, domain: 'harbour' },
        user: whoIs(person),
        api_app_id: APP.id,
        trigger_id: `${state.nextId('trigger-')}.${person.id}`,
        view: { ...opened.view, id: opened.id, state: { values: { words: { words: { value: text || null } } } } },
      })
    },
    sends,
    sign,
    messages: (channel = CHANNEL) => state.messages.filter((each) => each.channel === channel && each.to === undefined),
    privately: ({ id }) => state.messages.filter(({ to, channel }) => to === id || channel === `D${id}`),
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          const found = holds()
          if (found === undefined || found === false) return
          watching.delete(look)
          resolve(found)
        }
        watching.add(look)
        look()
      }),
    close: async () => {
      const files = [...state.files.values()].map(({ bytes }) => bytes.toString('latin1'))
      leave('slack', [state.messages.map((message) => ({ ...message, files: [] })), state.views, files])
      await socket.close()
      for (const response of hanging) response.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Slack's clients send forms in which what is no text is written as JSON. */
function argumentsOf(request: IncomingMessage, body: Buffer): Arguments {
  const text = body.toString()
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(text || '{}')
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, readArgument(value)]))
}

function readArgument(text: string): unknown {
  if (!/^[[{]|^(true|false)$/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function send(response: ServerResponse, reply: Reply, scopes: readonly string[] = []): void {
  const granted = scopes.length === 0 ? {} : { 'x-oauth-scopes': scopes.join(',') }
  response.writeHead(200, { 'content-type': 'application/json', ...granted }).end(JSON.stringify(reply))
}
