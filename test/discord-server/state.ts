/** What a Discord server remembers: channels, threads, messages, commands and interactions. */
import type { MessageBody } from './validate.ts'

export interface Message {
  readonly id: string
  readonly channel: string
  body: MessageBody
  files: readonly { readonly name: string; readonly text: string }[]
  /** Whose eyes alone it is for. */
  readonly onlyFor?: string
  readonly nonce?: string
  readonly at: number
  /** Everything that it has shown, the newest last. */
  readonly versions: MessageBody[]
  /** What the bot sent; people's messages are not needed. */
  readonly author: string
}

export interface Channel {
  readonly id: string
  /** Of a thread: the channel it hangs in. */
  readonly parent?: string
  readonly name: string
  /** Text or a thread where it is left out. */
  readonly type?: number
  archived: boolean
  /** Of permissions, by role or member. */
  overwrites?: readonly { readonly id: string; readonly type: number; readonly allow: string; readonly deny: string }[]
  /** Only moderators open it again. */
  locked?: boolean
}

export interface Interaction {
  readonly id: string
  readonly token: string
  readonly user: string
  readonly channel: string
  readonly at: number
  /** The message whose button was pressed. */
  readonly message?: string
  /** The type of the first answer. */
  acknowledged?: number
  /** The message that answers it. */
  original?: string
  /** Only its sender sees that. */
  isPrivate: boolean
  /** What the first answer held: choices of autocomplete, a modal. */
  data?: unknown
}

export interface State {
  readonly channels: Map<string, Channel>
  readonly messages: Map<string, Message>
  readonly interactions: Map<string, Interaction>
  /** Roles of the server with their permissions, in decimal. */
  readonly roles: Map<string, string>
  /** Those that everybody may mention. */
  readonly mentionable: Set<string>
  /** Those that the bot has. */
  botRoles: readonly string[]
  commands: readonly unknown[]
  /** How often the commands were written. */
  registrations: number
  newId(): string
}

export function createState(channel: string, now: () => number): State {
  let count = 0n
  return {
    channels: new Map([[channel, { id: channel, name: 'releases', archived: false }]]),
    messages: new Map(),
    interactions: new Map(),
    roles: new Map(),
    mentionable: new Set(),
    botRoles: [],
    commands: [],
    registrations: 0,
    newId: () => {
      count += 1n
      return String(((BigInt(Math.max(0, Math.floor(now()) - EPOCH)) << 22n) & ~0xfffn) | (count & 0xfffn))
    },
  }
}

/** The first second of 2015, which Discord counts its ids from. */
const EPOCH = 1_420_070_400_000

/** Messages of a channel in the order they were posted. */
export function messagesIn(state: State, channel: string): readonly Message[] {
  return [...state.messages.values()].filter((message) => message.channel === channel)
}
