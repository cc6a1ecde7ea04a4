/**
 * A small Discord of our own for the real discord.js client: REST with limits, buckets and validation, a gateway with resume
 * and replay, people who type and press, and everything that can go wrong, on purpose.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { leave } from '../canary/leave.ts'
import { canaryOf } from '../canary/secrets.ts'
import { type Command, filled } from './commands.ts'
import { createFaults, type FaultKind, type Faults } from './faults.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { createLimits, type LimitRules } from './limits.ts'
import { type Answer, type Call, ROUTES } from './routes.ts'
import { createState, type Interaction, type Message, type State } from './state.ts'
import type { MessageBody } from './validate.ts'

/** Somebody on the server, with the roles that they have at this moment. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly roles?: readonly string[]
}

export interface DiscordServerOptions {
  readonly limits?: LimitRules
  readonly heartbeatMs?: number
  /** What the bot may do in the channel, as a number in decimal; everything by default. */
  readonly permissions?: string
}

export interface DiscordServer {
  /** What `DISCORD_API_URL` has to be. */
  readonly apiUrl: string
  readonly token: string
  readonly applicationId: string
  readonly guildId: string
  readonly channelId: string
  readonly state: State
  readonly faults: Faults
  readonly gateway: Gateway
  /** Everything that was asked, as `POST /channels/1/messages`. */
  readonly requests: readonly string[]
  /** What was wrong with what the bot sent, as `POST /channels/1/messages: title has 300 characters`. */
  readonly refusals: readonly string[]
  /** How many requests were answered with 429. */
  limited(): number
  now(): number
  /** Lets time pass for the server alone. */
  advance(ms: number): void
  /** Fills in the form of a slash command and sends it. */
  types(person: Person, line: string, channel?: string): Interaction
  /** Asks for what could be filled in. */
  completes(person: Person, command: string, option: string, typed: string): Interaction
  /** Presses the first button that a message shows whose label begins so. */
  presses(person: Person, label: string): Interaction
  /** Presses a button by its id, whether it is there or not. */
  pressesId(person: Person, message: Message, customId: string): Interaction
  /** Sends what a person wrote into the modal that answered a press. */
  submits(person: Person, interaction: Interaction, text: string): Interaction
  /** The same interaction once more, as after a lost connection. */
  redelivers(interaction: Interaction, changed?: object): void
  /** Somebody deletes a thread with everything in it. */
  deletesThread(thread: string): void
  /** Messages that everybody sees, of the channel and its threads. */
  messages(): readonly Message[]
  /** Messages that only this person sees. */
  privately(person: Person): readonly Message[]
  /** Resolves as soon as it holds, looked at after every request. */
  until<T>(holds: () => T | undefined | false): Promise<T>
  close(): Promise<void>
}

const IDS = { applicationId: '900000000000000001', guildId: '900000000000000002', channelId: '900000000000000003' }
const TOKEN = canaryOf('DISCORD_TOKEN')

export async function createDiscordServer(options: DiscordServerOptions = {}): Promise<DiscordServer> {
  let ahead = 0
  const now = () => Date.now() + ahead
  const state = createState(IDS.channelId, now)
  const faults = createFaults()
  const limits = createLimits(options.limits ?? { most: 1000, windowMs: 1000 }, now)
  const requests: string[] = []
  const refusals: string[] = []
  const watching = new Set<() => void>()
  const sent = new Map<string, object>()
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => void handle(request, response))
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const gatewayUrl = () => `ws://127.0.0.1:${port}/gateway`
  const around = { state, botId: IDS.applicationId, guildId: IDS.guildId, now, gatewayUrl }
  const gateway = createGateway({
    server,
    token: TOKEN,
    url: gatewayUrl,
    heartbeatMs: options.heartbeatMs ?? 45_000,
    ready: () => readyOf(),
    after: () => [['GUILD_CREATE', guildOf()]],
  })

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const address = new URL(request.url ?? '/', 'http://localhost')
    const path = address.pathname.replace(/^\/api\/v\d+/, '')
    const method = request.method ?? 'GET'
    const name = `${method} ${path}`
    requests.push(name)
    const body = await readBody(request).catch(() => undefined)
    const fault = faults.take({ method, path })
    if (fault === 'hang') return
    if (fault === 'cut') return void request.socket.destroy()
    if (fault === 'refuse') return reply(response, { status: 502, body: { message: 'Bad Gateway' } })
    const wait = fault === 'limit' ? 0.05 : typeof fault === 'object' && 'retryAfter' in fault ? fault.retryAfter : 0
    if (wait > 0) {
      const headers = { 'retry-after': String(wait), 'x-ratelimit-scope': 'shared' }
      return reply(response, { status: 429, body: { retry_after: wait } }, headers)
    }
    if (typeof fault === 'object' && 'code' in fault) return reply(response, codeAnswer(fault))
    const found = ROUTES.find((each) => each.method === method && each.path.test(path))
    const { headers, waitMs } = limits.count(bucketOf(method, path))
    if (waitMs !== undefined)
      return reply(response, { status: 429, body: { retry_after: waitMs / 1000, global: false } }, headers)
    if (found === undefined) return reply(response, { status: 404, body: { code: 0, message: `404: ${name}` } })
    if (found.open !== true && request.headers.authorization !== `Bot ${TOKEN}`)
      return reply(response, { status: 401, body: { code: 0, message: '401: Unauthorized' } })
    const ids = (found.path.exec(path) ?? []).slice(1)
    const answer = found.answer({ ...(body ?? { body: {}, files: [] }), query: address.searchParams, ids }, around)
    if (answer.faults !== undefined) refusals.push(`${name}: ${answer.faults.join('; ')}`)
    if (fault === 'cut after') request.socket.destroy()
    else reply(response, fault === 'lose' ? { status: 502, body: { message: 'Bad Gateway' } } : answer, headers)
    for (const look of [...watching]) look()
  }

  const interact = (person: Person, type: number, data: object, channel: string, message?: Message): Interaction => {
    const id = state.newId()
    const interaction: Interaction = {
      id,
      token: `token-${id}`,
      user: person.id,
      channel,
      at: now(),
      isPrivate: false,
      ...(message && { message: message.id }),
    }
    state.interactions.set(id, interaction)
    const payload = {
      ...interactionOf(interaction, person, state),
      app_permissions: options.permissions ?? String(2n ** 50n - 1n),
      type,
      data,
      ...(message && { message: seen(message) }),
    }
    sent.set(id, payload)
    gateway.dispatch('INTERACTION_CREATE', payload)
    return interaction
  }

  const isPublic = ({ onlyFor }: Message) => onlyFor === undefined
  const pressesId: DiscordServer['pressesId'] = (person, message, customId) =>
    interact(person, 3, { custom_id: customId, component_type: 2 }, message.channel, message)

  return {
    ...IDS,
    apiUrl: `http://127.0.0.1:${port}/api`,
    token: TOKEN,
    state,
    faults,
    gateway,
    requests,
    refusals,
    limited: limits.refused,
    now,
    advance: (ms) => {
      ahead += ms
    },
    types: (person, line, channel = IDS.channelId) => {
      const { name, options } = filled(state.commands as readonly Command[], line)
      return interact(person, 2, { id: '1', name, type: 1, options }, channel)
    },
    completes: (person, name, option, typed) =>
      interact(
        person,
        4,
        { id: '1', name, type: 1, options: [{ type: 3, name: option, value: typed, focused: true }] },
        IDS.channelId,
      ),
    presses: (person, label) => {
      const all = [...state.messages.values()].filter(isPublic)
      const found = all.flatMap((message) => buttonsOf(message.body).map((button) => ({ message, button })))
      const pressed = found.find(({ button }) => button.label?.toLowerCase().startsWith(label.toLowerCase()))
      if (pressed === undefined) throw new Error(`no button begins with ${label}`)
      return pressesId(person, pressed.message, pressed.button.custom_id ?? '')
    },
    pressesId,
    submits: (person, { data, channel, message }, value) => {
      const { custom_id, components = [] } = data as {
        custom_id: string
        components?: readonly { components: readonly { custom_id: string }[] }[]
      }
      const rows = components.map((row) => ({
        type: 1,
        components: row.components.map((part) => ({ type: 4, custom_id: part.custom_id, value })),
      }))
      return interact(person, 5, { custom_id, components: rows }, channel, state.messages.get(message ?? ''))
    },
    redelivers: ({ id }, changed = {}) => gateway.dispatch('INTERACTION_CREATE', { ...sent.get(id), ...changed }),
    deletesThread: (thread) => {
      const parent = state.channels.get(thread)?.parent
      state.channels.delete(thread)
      gateway.dispatch('THREAD_DELETE', { id: thread, guild_id: IDS.guildId, parent_id: parent, type: 11 })
    },
    messages: () => [...state.messages.values()].filter(isPublic),
    privately: ({ id }) => [...state.messages.values()].filter(({ onlyFor }) => onlyFor === id),
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
      leave('discord', [...state.messages.values(), ...state.interactions.values(), ...state.channels.values()])
      await gateway.close()
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** What a person reads on a message, as text. */
export function textOfMessage({ body, files }: Message): string {
  const { content = '', embeds = [] } = body
  const texts = embeds.flatMap(({ title = '', description = '' }) => [title, description])
  const labels = buttonsOf(body).map(({ label = '' }) => `[${label}]`)
  return [content, ...texts, labels.join(' '), ...files.map(({ name }) => `file: ${name}`)].filter(Boolean).join('\n')
}

function buttonsOf({ components = [] }: MessageBody) {
  return components.flatMap((row) => row.components)
}

async function readBody(request: IncomingMessage): Promise<Pick<Call, 'body' | 'files'>> {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/')) {
    const raw = await text(request)
    return { body: raw === '' ? {} : JSON.parse(raw), files: [] }
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData()
  const parts = [...form.values()].filter((part) => typeof part !== 'string')
  const files = await Promise.all(parts.map(async (file) => ({ name: file.name, text: await file.text() })))
  return { body: JSON.parse(String(form.get('payload_json') ?? '{}')), files }
}

function reply(response: ServerResponse, { status, body }: Answer, headers: Record<string, string> = {}): void {
  if (body === undefined) return void response.writeHead(status, headers).end()
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function codeAnswer({ code, status }: Extract<FaultKind, { code: number }>): Answer {
  return { status, body: { code, message: `fault ${code}` } }
}

/** Discord counts a route for each channel by itself. */
function bucketOf(method: string, path: string): string {
  return `${method}${path.replace(/(\/messages|\/interactions|\/webhooks\/\d+)\/.*/, '$1')}`
}

function readyOf() {
  const user = { id: IDS.applicationId, username: 'slipway', discriminator: '0', avatar: null, bot: true }
  const application = { id: IDS.applicationId, flags: 0 }
  return { v: 10, user, application, guilds: [{ id: IDS.guildId, unavailable: true }] }
}

function guildOf() {
  const channel = { id: IDS.channelId, type: 0, name: 'releases', permission_overwrites: [], position: 0 }
  return {
    id: IDS.guildId,
    name: 'Harbour',
    roles: [],
    channels: [channel],
    members: [],
    threads: [],
    emojis: [],
    stickers: [],
  }
}

function interactionOf({ id, token, channel }: Interaction, { id: user, name, roles = [] }: Person, state: State) {
  const { parent, type = parent === undefined ? 0 : 11 } = state.channels.get(channel) ?? {}
  return {
    id,
    token,
    application_id: IDS.applicationId,
    guild_id: IDS.guildId,
    channel_id: channel,
    channel: { id: channel, type, ...(parent !== undefined && { parent_id: parent }) },
    member: {
      user: { id: user, username: name, discriminator: '0', global_name: name, avatar: null },
      roles,
      permissions: '0',
      joined_at: new Date(0).toISOString(),
      deaf: false,
      mute: false,
      flags: 0,
    },
    version: 1,
    locale: 'en-GB',
    entitlements: [],
    authorizing_integration_owners: {},
    context: 0,
  }
}

function seen({ id, channel, body, author }: Message) {
  return {
    id,
    channel_id: channel,
    author: { id: author, username: 'slipway', discriminator: '0', bot: true, avatar: null },
    ...body,
    attachments: [],
    mentions: [],
    mention_roles: [],
    timestamp: new Date(0).toISOString(),
    type: 0,
    flags: body.flags ?? 0,
  }
}
