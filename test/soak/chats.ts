/** Both chats as people use them: they type, press what they see, and are answered or not. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { DiscordServer } from '../discord-server/server.ts'
import type { Message as DiscordMessage, Interaction } from '../discord-server/state.ts'
import { buttonsOf } from '../slack-server/read.ts'
import type { Delivered, SlackServer } from '../slack-server/server.ts'
import type { Message as SlackMessage } from '../slack-server/state.ts'
import type { Place } from './ground.ts'
import type { Person } from './who.ts'

/** Something that a person sent. */
export interface Sent {
  /** What the bot's journal calls it, or the beginning of that. */
  readonly id: string
  readonly what: string
  readonly at: number
  readonly chat: ChatRoom['name']
  /** There was a connection to hand it over on. */
  readonly isConnected: boolean
  /** When the platform was told that it has arrived, ms since the epoch. */
  acknowledgedAt(): number | undefined
  /** The bot acknowledged it after the platform had given up, and knows: the person was told that it failed, and it does not count. */
  isLate(): boolean
  /** Something was said to that person, or a form was opened for them. */
  isAnswered(): boolean
  /** The platform delivers it once more. */
  again(): Promise<unknown>
}

export interface ShownButton {
  readonly label: string
  /** The first line of its message, such as `#7: submit harbour 3.1.4+001 to the AUR?`. */
  readonly title: string
  press(person: Person): Promise<Sent | undefined>
}

export interface ChatRoom {
  readonly name: 'Slack' | 'Discord'
  types(person: Person, place: Place, line: string): Promise<Sent | undefined>
  /** What can be pressed in the channel of a project and below it. */
  buttons(place: Place): readonly ShownButton[]
  /** The keys that posts carry, each as often as it is there. */
  keys(): readonly string[]
}

/** Everything else is typed behind `/slipway`. */
const OWN_COMMANDS = ['deploy', 'verify', 'rollback']

export function slackRoom(server: SlackServer): ChatRoom {
  /** `about`: what a form was opened by, and where its answer goes. */
  const send = async (person: Person, what: string, go: () => Promise<Delivered>, about?: Delivered) => {
    const isConnected = await isReached(server)
    const before = { at: Date.now(), views: server.state.views.length }
    const delivered = { ...about, ...(await go()), ...(about?.responseUrl && { responseUrl: about.responseUrl }) }
    const acknowledgedAt = delivered.acknowledged ? Date.now() : undefined
    return {
      id: `slack-${delivered.trigger}`,
      what: `${person.name} in Slack: ${what}`,
      at: before.at,
      chat: 'Slack' as const,
      isConnected,
      acknowledgedAt: () => acknowledgedAt,
      isLate: () => false,
      isAnswered: () => isAnswered(server, person, delivered, before.views),
      again: async () => delivered.again?.(),
      delivered,
    }
  }

  const press = async (person: Person, label: string, value: string, message: SlackMessage) => {
    const opened = server.state.views.length
    const sent = await send(person, `presses ${label}`, () => server.pressesValue(person.slack, value, message))
    const isAsked = server.state.views.slice(opened).some(({ user }) => user === person.slack.id)
    if (!isAsked) return sent
    return send(person, `says why: ${label}`, () => server.submits(person.slack, 'not today'), sent.delivered)
  }

  return {
    name: 'Slack',
    types: (person, { slack }, line) => {
      const spelled = OWN_COMMANDS.includes(line.split(' ')[0] ?? '') ? `/${line}` : `/slipway ${line}`
      return send(person, spelled, () => server.types(person.slack, spelled, slack))
    },
    buttons: ({ slack }) =>
      server.messages(slack).flatMap((message) =>
        buttonsOf(message).map(({ label, value }) => ({
          label,
          title: titleOf(message),
          press: (person) => press(person, label, value, message),
        })),
      ),
    keys: () => server.state.messages.flatMap(({ metadata }) => (metadata === undefined ? [] : [keyIn(metadata)])),
  }
}

function titleOf({ blocks, attachments, text }: SlackMessage): string {
  return /#\d+[^"\n]*/.exec(JSON.stringify([text, blocks, attachments]))?.[0] ?? ''
}

/** The key of a post, behind the mark of the bot's data. */
function keyIn(metadata: unknown): string {
  const { event_payload: payload } = (metadata ?? {}) as { readonly event_payload?: { readonly key?: unknown } }
  return String(payload?.key ?? '').replace(/^[^/]*\//, '')
}

/** Whether the bot holds its socket, or listens at its address. */
async function isReached({ way, socket }: SlackServer): Promise<boolean> {
  if (way === undefined || way === 'socket') return socket.connected()
  const { hostname, port } = new URL(way.url)
  const connection = connect(Number(port), hostname)
  const isThere = await once(connection, 'connect').then(
    () => true,
    () => false,
  )
  connection.destroy()
  return isThere
}

/** By the address that came with it, by a form, or by a message that names it. */
function isAnswered(
  { state }: SlackServer,
  { slack }: Person,
  { trigger, responseUrl }: Delivered,
  views: number,
): boolean {
  const response = state.responses.get(responseUrl?.split('/').at(-1) ?? '')
  const isAskedBack = state.views.slice(views).some(({ user }) => user === slack.id)
  const isNamed = state.messages.some(({ metadata }) => keyIn(metadata) === `answer/slack-${trigger}`)
  return (response?.used ?? 0) > 0 || isAskedBack || isNamed
}

const MODAL = 9

export function discordRoom(server: DiscordServer): ChatRoom {
  const sends = async (
    person: Person,
    what: string,
    go: () => Interaction,
  ): Promise<Sent & { interaction: Interaction }> => {
    const isConnected = await Promise.race([server.gateway.connected().then(() => true), soon(false)])
    const interaction = go()
    let acknowledgedAt: number | undefined
    void server
      .until(() => interaction.acknowledged !== undefined)
      .then(() => {
        acknowledgedAt = Date.now()
      })
    return {
      id: interaction.id,
      what: `${person.name} in Discord: ${what}`,
      at: interaction.at,
      chat: 'Discord',
      isConnected,
      acknowledgedAt: () => acknowledgedAt,
      isLate: () => triesFor(interaction) > (acknowledgedAt === undefined ? 0 : 1),
      isAnswered: () =>
        interaction.acknowledged === MODAL ||
        interaction.original !== undefined ||
        keysIn(server).includes(`answer/${interaction.id}`),
      again: async () => server.redelivers(interaction),
      interaction,
    }
  }

  const triesFor = ({ id }: Interaction) =>
    server.requests.filter((request) => request.startsWith(`POST /interactions/${id}/`)).length

  const press = async (person: Person, label: string, id: string, message: DiscordMessage) => {
    const pressed = await sends(person, `presses ${label}`, () => server.pressesId(person.discord, message, id))
    const { interaction } = pressed
    const asks = (await acknowledged(interaction)) && interaction.acknowledged === MODAL
    if (!asks) return pressed
    return sends(person, `says why: ${label}`, () => server.submits(person.discord, interaction, 'not today'))
  }

  /** Told by whatever the bot asks of Discord next, and in any case after as long as Discord waits. */
  const acknowledged = (interaction: Interaction): Promise<boolean> => {
    const known = server.until(() => interaction.acknowledged !== undefined).then(() => true)
    return Promise.race([known, later(DISCORD_WAITS_MS)])
  }

  const below = (channel: string) =>
    new Set(
      [...server.state.channels.values()].flatMap(({ id, parent }) =>
        id === channel || parent === channel ? [id] : [],
      ),
    )

  return {
    name: 'Discord',
    types: async (person, { discord }, line) => {
      if (server.state.commands.length === 0) return undefined
      return sends(person, `/${line}`, () => server.types(person.discord, line, discord))
    },
    buttons: ({ discord }) => {
      const places = below(discord)
      return server
        .messages()
        .filter(({ channel }) => places.has(channel))
        .flatMap((message) =>
          (message.body.components ?? []).flatMap(({ components }) =>
            components.map(({ label = '', custom_id = '' }) => ({
              label,
              title: message.body.embeds?.[0]?.title ?? '',
              press: (person: Person) => press(person, label, custom_id, message),
            })),
          ),
        )
    },
    keys: () => keysIn(server),
  }
}

/** In the footer, before the mark of the bot's data. */
function keysIn(server: DiscordServer): readonly string[] {
  return server.messages().flatMap(({ body }) => body.embeds?.[0]?.footer?.text.split(' · ')[0] ?? [])
}

const DISCORD_WAITS_MS = 3_000

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref())
}

/** After everything that is known already. */
function soon<T>(value: T): Promise<T> {
  return new Promise((resolve) => setImmediate(resolve, value))
}
