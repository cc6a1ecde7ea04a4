/** The methods of the Web API that the bot uses, as Slack documents them: https://docs.slack.dev/reference/methods */
import { APP, type Message, type State } from './state.ts'
import { faultsOfMessage, faultsOfView, isLoose, listOf } from './validate.ts'

export type Arguments = Readonly<Record<string, unknown>>
export type Reply = Readonly<Record<string, unknown>> & { readonly ok: boolean }

interface Around {
  readonly state: State
  /** Where this server is reached. */
  readonly origin: string
  /** Tells what a message was refused for. */
  refused(method: string, faults: readonly string[]): void
}

type Method = (args: Arguments, around: Around) => Reply

const no = (error: string, more: object = {}): Reply => ({ ok: false, error, ...more })

export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': (_, { origin }) => ({
    ok: true,
    url: origin,
    team_id: APP.team,
    user_id: APP.user,
    bot_id: APP.bot,
  }),
  'chat.postMessage': (args, around) => post('chat.postMessage', args, around),
  'chat.postEphemeral': (args, around) => post('chat.postEphemeral', args, around, String(args.user)),
  'chat.update': (args, around) => {
    const { state } = around
    const message = state.messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel)
    if (message === undefined) return no('message_not_found')
    const faults = faultsOfMessage(args, 'update')
    if (faults.length > 0) {
      around.refused('chat.update', faults)
      return no(faults[0]?.split(':')[0] ?? 'invalid_blocks')
    }
    state.replaced.push({ ...message })
    Object.assign(message, shownOf(args), { edits: message.edits + 1 })
    return { ok: true, ts: message.ts, channel: message.channel }
  },
  'conversations.history': ({ channel, limit, oldest = '0', include_all_metadata: all }, { state }) => {
    if (!state.joined.has(String(channel))) return no('not_in_channel')
    const found = state.messages.filter(
      (each) =>
        each.channel === channel &&
        each.to === undefined &&
        (each.thread_ts === undefined || each.broadcast) &&
        each.ts > String(oldest),
    )
    return {
      ok: true,
      messages: found
        .toReversed()
        .slice(0, Number(limit ?? 100))
        .map(listed(all)),
      has_more: false,
    }
  },
  'conversations.replies': ({ channel, ts, limit, cursor, include_all_metadata: all }, { state }) => {
    if (!state.messages.some((each) => each.ts === ts)) return no('thread_not_found')
    const found = state.messages.filter(
      (each) => each.channel === channel && each.to === undefined && (each.ts === ts || each.thread_ts === ts),
    )
    const [from, most] = [Number(cursor ?? 0), Number(limit ?? 100)]
    const next = from + most < found.length ? String(from + most) : ''
    return {
      ok: true,
      messages: found.slice(from, from + most).map(listed(all)),
      has_more: next !== '',
      response_metadata: { next_cursor: next },
    }
  },
  'conversations.open': ({ users }) => ({ ok: true, channel: { id: `D${String(users)}` } }),
  'users.info': ({ user }, { state }) => {
    const person = state.people.get(String(user))
    if (person === undefined) return no('user_not_found')
    const { id, name, team = APP.team, guest = false, bot = false } = person
    return {
      ok: true,
      user: {
        id,
        name,
        team_id: team,
        deleted: false,
        is_bot: bot,
        is_restricted: guest,
        is_ultra_restricted: false,
        profile: { display_name: name },
      },
    }
  },
  'usergroups.users.list': ({ usergroup }, { state }) => {
    const users = state.groups.get(String(usergroup))
    return users === undefined ? no('no_such_subteam') : { ok: true, users }
  },
  'views.open': ({ view, trigger_id }, { state, refused }) => {
    if (!isLoose(view) || typeof trigger_id !== 'string') return no('invalid_arguments')
    const [, user = ''] = trigger_id.split('.')
    if (trigger_id.startsWith('expired')) return no('expired_trigger_id')
    const faults = faultsOfView(view)
    if (faults.length > 0) {
      refused('views.open', faults)
      return no('invalid_arguments')
    }
    const id = state.nextId('V')
    state.views.push({ id, user, view })
    return { ok: true, view: { id } }
  },
  'files.getUploadURLExternal': ({ filename, length }, { state, origin }) => {
    const id = state.nextId('F')
    if (Number(length) < 1) return no('file_upload_size_restricted')
    state.files.set(id, { id, name: String(filename), bytes: Buffer.alloc(0) })
    return { ok: true, upload_url: `${origin}upload/${id}`, file_id: id }
  },
  'files.completeUploadExternal': ({ files, channel_id, thread_ts, initial_comment = '' }, { state }) => {
    const given = (Array.isArray(files) ? files : []).flatMap((each) => (isLoose(each) ? [String(each.id)] : []))
    const titles = new Map(listOf(files).map(({ id, title }) => [String(id), String(title ?? '')]))
    const found = given
      .flatMap((id) => state.files.get(id) ?? [])
      .map((file) => ({ ...file, title: titles.get(file.id) }))
    if (found.length === 0 || found.length < given.length || found.some(({ bytes }) => bytes.length === 0))
      return no('file_not_found')
    state.messages.push({
      ...blank(state, String(channel_id)),
      ...(typeof thread_ts === 'string' && thread_ts !== '' && { thread_ts }),
      text: String(initial_comment),
      files: found,
    })
    return { ok: true, files: found.map(({ id, name }) => ({ id, title: name })) }
  },
}

function post(method: string, args: Arguments, { state, refused }: Around, to?: string): Reply {
  const channel = String(args.channel)
  const isDirect = channel.startsWith('D')
  if (!isDirect && !state.joined.has(channel))
    return no(channel.startsWith('C') ? 'not_in_channel' : 'channel_not_found')
  const faults = faultsOfMessage(args, 'post')
  if (faults.length > 0) {
    refused(method, faults)
    return no(faults[0]?.split(':')[0] ?? 'invalid_blocks')
  }
  const thread = typeof args.thread_ts === 'string' && args.thread_ts !== '' ? args.thread_ts : undefined
  if (thread !== undefined && !state.messages.some(({ ts }) => ts === thread)) return no('thread_not_found')
  const message: Message = {
    ...blank(state, channel),
    ...shownOf(args),
    ...(thread !== undefined && { thread_ts: thread }),
    ...(to !== undefined && { to }),
    broadcast: args.reply_broadcast === true || args.reply_broadcast === 'true',
    metadata: args.metadata,
  }
  state.messages.push(message)
  return { ok: true, channel, ts: message.ts, message_ts: message.ts }
}

/** With text alone the blocks are gone. */
export function shownOf({ text = '', blocks = [], attachments = [] }: Arguments) {
  return { text: String(text), blocks, attachments }
}

export function blank(state: State, channel: string): Message {
  return {
    ts: state.nextTs(),
    channel,
    user: APP.user,
    bot_id: APP.bot,
    files: [],
    broadcast: false,
    text: '',
    blocks: [],
    attachments: [],
    edits: 0,
  }
}

/** Metadata comes only where it was asked for. */
function listed(all: unknown) {
  return ({ files, metadata, to: _, edits: __, broadcast: ___, channel: ____, ...message }: Message) => ({
    type: 'message',
    ...message,
    ...(all === true && { metadata }),
    files: files.map(({ id, name, title }) => ({ id, name, title, user: message.user })),
  })
}
