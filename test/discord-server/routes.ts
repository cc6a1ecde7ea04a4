/** The part of Discord's REST interface that a bot of ours uses, as a table of routes over the state. */
import { commandFaults } from './commands.ts'
import { type Channel, type Interaction, type Message, messagesIn, type State } from './state.ts'
import { choiceFaults, faultsOf, type MessageBody, modalFaults, threadFaults } from './validate.ts'

export interface Call {
  readonly body: unknown
  readonly files: readonly { readonly name: string; readonly text: string }[]
  readonly query: URLSearchParams
  readonly ids: readonly string[]
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  /** What was wrong with what was sent. */
  readonly faults?: readonly string[]
}

export interface Surroundings {
  readonly state: State
  readonly botId: string
  readonly guildId: string
  now(): number
  gatewayUrl(): string
}

interface Route {
  readonly method: string
  readonly path: RegExp
  /** Asked without the bot's token, as its own token is in the path. */
  readonly open?: boolean
  readonly answer: (call: Call, around: Surroundings) => Answer
}

const ACKNOWLEDGE_MS = 3_000
const TOKEN_MS = 15 * 60_000
const NONCE_MS = 5 * 60_000
const EPHEMERAL = 64
const PONG = 1
const UPDATE = 6

export const ROUTES: readonly Route[] = [
  route('GET', '/gateway/bot', (_, { gatewayUrl }) => {
    const session_start_limit = { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 }
    return fine({ url: gatewayUrl(), shards: 1, session_start_limit })
  }),
  route('GET', '/users/@me', (_, { botId }) => fine({ id: botId, username: 'slipway', bot: true })),
  route('GET', '/applications/@me', (_, { botId }) => fine({ id: botId })),
  route('GET', '/guilds/:', ({ ids: [id = ''] }, { state, guildId }) => {
    const roles = [...state.roles].map(([role, permissions]) => ({
      id: role,
      permissions,
      mentionable: state.mentionable.has(role),
    }))
    return id === guildId ? fine({ id, name: 'Harbour', roles }) : error(404, 10004, 'Unknown Guild')
  }),
  route('GET', '/guilds/:/members/:', (_, { state }) => fine({ roles: state.botRoles })),
  route('GET', '/applications/:/guilds/:/commands', (_, { state }) => fine(state.commands)),
  route('PUT', '/applications/:/guilds/:/commands', ({ body }, { state }) => {
    const commands = body as readonly object[]
    const faults = commandFaults(commands)
    if (faults.length > 0) return invalid(faults)
    state.registrations += 1
    state.commands = commands.map((command) => ({ ...command, id: state.newId(), version: state.newId(), type: 1 }))
    return fine(state.commands)
  }),
  { ...route('POST', '/interactions/:/:/callback', acknowledge), open: true },
  { ...route('POST', '/webhooks/:/:', followUp), open: true },
  { ...route('PATCH', '/webhooks/:/:/messages/@original', editOriginal), open: true },
  { ...route('DELETE', '/webhooks/:/:/messages/@original', deleteOriginal), open: true },
  route('POST', '/channels/:/messages', create),
  route('GET', '/channels/:/messages', list),
  route('GET', '/channels/:/messages/:', ({ ids }, { state, botId }) => {
    const message = messageIn(state, ids)
    return 'status' in message ? message : fine(shown(message, botId))
  }),
  route('PATCH', '/channels/:/messages/:', (call, around) => {
    const message = messageIn(around.state, call.ids)
    if ('status' in message) return message
    if (around.state.channels.get(message.channel)?.archived === true) return error(400, 50083, 'Thread is archived')
    return change(message, call, around)
  }),
  route('POST', '/channels/:/messages/:/threads', ({ ids, body }, { state }) => {
    const message = messageIn(state, ids)
    if ('status' in message) return message
    if (state.channels.has(message.id)) return error(400, 160004, 'A thread has already been created for this message')
    if (state.channels.get(message.channel)?.type === VOICE)
      return error(400, 50024, 'Cannot execute action on this channel type')
    const faults = threadFaults(body as ThreadBody)
    if (faults.length > 0) return invalid(faults)
    return fine(newThread(state, message.id, message.channel, body as ThreadBody))
  }),
  route('POST', '/channels/:/threads', ({ ids: [channel = ''], body }, { state }) =>
    state.channels.has(channel)
      ? fine(newThread(state, state.newId(), channel, body as ThreadBody))
      : error(404, 10003, 'Unknown Channel'),
  ),
  route('GET', '/channels/:', ({ ids: [id = ''] }, { state }) => {
    const channel = state.channels.get(id)
    return channel === undefined ? error(404, 10003, 'Unknown Channel') : fine(channelOf(channel))
  }),
  route('PATCH', '/channels/:', ({ ids: [id = ''], body }, { state }) => {
    const channel = state.channels.get(id)
    if (channel === undefined) return error(404, 10003, 'Unknown Channel')
    const { archived } = body as { archived?: boolean }
    if (channel.locked === true) return error(403, 50013, 'Missing Permissions')
    if (archived !== undefined) channel.archived = archived
    return fine(channelOf(channel))
  }),
]

const VOICE = 2
const FORUM = 15

interface ThreadBody {
  readonly name?: string
  readonly auto_archive_duration?: number
}

function route(method: string, path: string, answer: Route['answer']): Route {
  return { method, path: new RegExp(`^${path.replaceAll(':', '([^/]+)')}$`), answer }
}

function fine(body?: unknown): Answer {
  return body === undefined ? { status: 204 } : { status: 200, body }
}

function error(status: number, code: number, message: string): Answer {
  return { status, body: { code, message } }
}

function invalid(faults: readonly string[]): Answer {
  const code = faults.some((fault) => fault.startsWith('50006')) ? 50006 : 50035
  return { ...error(400, code, faults.join('; ')), faults }
}

function messageIn(state: State, [channel = '', id = '']: readonly string[]): Message | Answer {
  if (!state.channels.has(channel)) return error(404, 10003, 'Unknown Channel')
  const message = state.messages.get(id)
  return message?.channel === channel ? message : error(404, 10008, 'Unknown Message')
}

function newThread(state: State, id: string, parent: string, { name = '' }: ThreadBody) {
  state.channels.set(id, { id, parent, name, archived: false })
  return { id, name, parent_id: parent, type: 11 }
}

function channelOf({ id, parent, name, archived, overwrites = [], type = parent === undefined ? 0 : 11 }: Channel) {
  const thread = { parent_id: parent ?? null, thread_metadata: { archived } }
  return { id, name, type, permission_overwrites: overwrites, ...thread }
}

/** A post in an archived thread opens it again. */
function create({ ids: [channel = ''], body, files }: Call, around: Surroundings): Answer {
  const { state, botId } = around
  const place = state.channels.get(channel)
  if (place === undefined) return error(404, 10003, 'Unknown Channel')
  if (place.type === FORUM) return error(400, 50008, 'Cannot send messages in a non-text channel')
  if (place.locked === true) return error(403, 160005, 'This thread is locked')
  const sent = body as MessageBody
  const faults = faultsOf(sent, files.length)
  if (faults.length > 0) return invalid(faults)
  const same = messagesIn(state, channel).find(
    ({ nonce, at }) => nonce !== undefined && nonce === sent.nonce && at > around.now() - NONCE_MS,
  )
  if (same !== undefined && sent.enforce_nonce === true) return fine(shown(same, botId))
  place.archived = false
  return fine(shown(keep(around, channel, sent, files), botId))
}

function keep(
  { state, botId, now }: Surroundings,
  channel: string,
  body: MessageBody,
  files: Message['files'],
  onlyFor?: string,
): Message {
  const { nonce } = body
  const message: Message = {
    id: state.newId(),
    channel,
    body,
    files,
    at: now(),
    versions: [body],
    author: botId,
    ...(nonce !== undefined && { nonce }),
    ...(onlyFor !== undefined && { onlyFor }),
  }
  state.messages.set(message.id, message)
  return message
}

function change(message: Message, { body, files }: Call, { botId }: Surroundings): Answer {
  const next = { ...message.body, ...(body as MessageBody) }
  const kept = (body as MessageBody).attachments === undefined ? message.files : []
  const faults = faultsOf(next, files.length + kept.length)
  if (faults.length > 0) return invalid(faults)
  message.body = next
  message.files = [...kept, ...files]
  message.versions.push(next)
  return fine(shown(message, botId))
}

/** The newest first, as Discord gives them. */
function list({ ids: [channel = ''], query }: Call, { state, botId }: Surroundings): Answer {
  if (!state.channels.has(channel)) return error(404, 10003, 'Unknown Channel')
  const before = query.get('before')
  const limit = Number(query.get('limit') ?? 50)
  const found = messagesIn(state, channel).filter(
    ({ id, onlyFor }) => onlyFor === undefined && (before === null || BigInt(id) < BigInt(before)),
  )
  return fine(
    found
      .toReversed()
      .slice(0, limit)
      .map((message) => shown(message, botId)),
  )
}

function shown({ id, channel, body, author, nonce }: Message, botId: string) {
  const { content = '', embeds = [], components = [] } = body
  const from = { id: author, bot: author === botId, username: 'slipway' }
  return { id, channel_id: channel, author: from, content, embeds, components, attachments: [], nonce }
}

function acknowledge({ ids: [id = ''], body }: Call, around: Surroundings): Answer {
  const interaction = around.state.interactions.get(id)
  // What was acknowledged is known for longer than the time in which it has to be.
  if (interaction?.acknowledged !== undefined) return error(400, 40060, 'Interaction has already been acknowledged')
  if (interaction === undefined || around.now() - interaction.at > ACKNOWLEDGE_MS)
    return error(404, 10062, 'Unknown interaction')
  const { type, data } = body as { type: number; data?: MessageBody }
  if (type === 4 && data !== undefined && faultsOf(data).length > 0) return invalid(faultsOf(data))
  if (type === 9 && modalFaults(data as never).length > 0) return invalid(modalFaults(data as never))
  if (type === 8 && choiceFaults(data as never).length > 0) return invalid(choiceFaults(data as never))
  Object.assign(interaction, { acknowledged: type, data, isPrivate: ((data?.flags ?? 0) & EPHEMERAL) !== 0 })
  if (type === 4) answerOriginal(interaction, data ?? {}, [], around)
  return type === PONG ? fine({}) : fine()
}

function answerOriginal(interaction: Interaction, body: MessageBody, files: Message['files'], around: Surroundings) {
  const onlyFor = interaction.isPrivate ? interaction.user : undefined
  const message = keep(around, interaction.channel, body, files, onlyFor)
  interaction.original = message.id
  return message
}

/** The token of an interaction dies after a quarter of an hour. */
function byToken([, token = '']: readonly string[], { state, now }: Surroundings): Interaction | Answer {
  const found = [...state.interactions.values()].find((interaction) => interaction.token === token)
  if (found === undefined || now() - found.at > TOKEN_MS) return error(401, 50027, 'Invalid Webhook Token')
  return found.acknowledged === undefined ? error(404, 10015, 'Unknown Webhook') : found
}

function editOriginal(call: Call, around: Surroundings): Answer {
  const interaction = byToken(call.ids, around)
  if ('status' in interaction) return interaction
  const message = around.state.messages.get(originalOf(interaction))
  if (message !== undefined) return change(message, call, around)
  const faults = faultsOf(call.body as MessageBody, call.files.length)
  if (faults.length > 0) return invalid(faults)
  return fine(shown(answerOriginal(interaction, call.body as MessageBody, call.files, around), around.botId))
}

/** The answer of its own, or the message of the button where the press was acknowledged as an edit of that. */
function originalOf({ original, acknowledged, message }: Interaction): string {
  return original ?? (acknowledged === UPDATE ? message : undefined) ?? ''
}

function deleteOriginal(call: Call, around: Surroundings): Answer {
  const interaction = byToken(call.ids, around)
  if ('status' in interaction) return interaction
  if (interaction.original !== undefined) around.state.messages.delete(interaction.original)
  return fine()
}

function followUp(call: Call, around: Surroundings): Answer {
  const interaction = byToken(call.ids, around)
  if ('status' in interaction) return interaction
  const body = call.body as MessageBody
  const faults = faultsOf(body, call.files.length)
  if (faults.length > 0) return invalid(faults)
  const onlyFor = ((body.flags ?? 0) & EPHEMERAL) !== 0 ? interaction.user : undefined
  return fine(shown(keep(around, interaction.channel, body, call.files, onlyFor), around.botId))
}
