/** What a small workspace knows: its people, groups, channels with their messages, files and open forms. */
import { canaryOf } from '../canary/secrets.ts'

/** The app as Slack knows it, and what it is given to log in with. */
export const APP = {
  team: 'T0HARBOUR',
  bot: 'B0SLIPWAY',
  user: 'USLIPWAY',
  id: 'A0SLIPWAY',
  botToken: canaryOf('SLACK_BOT_TOKEN'),
  appToken: canaryOf('SLACK_APP_TOKEN'),
  signingSecret: canaryOf('SLACK_SIGNING_SECRET'),
} as const

export interface Person {
  readonly id: string
  readonly name: string
  /** Another workspace than the bot's own. */
  readonly team?: string
  readonly guest?: boolean
  readonly bot?: boolean
}

export interface File {
  readonly id: string
  readonly name: string
  readonly title?: string | undefined
  readonly bytes: Buffer
}

export interface Message {
  readonly ts: string
  readonly channel: string
  readonly thread_ts?: string
  readonly broadcast: boolean
  /** The only person who sees it. */
  readonly to?: string
  readonly user: string
  readonly bot_id: string
  readonly metadata?: unknown
  readonly files: readonly File[]
  text: string
  blocks: unknown
  attachments: unknown
  edits: number
}

export interface View {
  readonly id: string
  readonly user: string
  readonly view: { readonly private_metadata?: string; readonly callback_id?: string; readonly blocks?: unknown }
}

export interface State {
  readonly people: Map<string, Person>
  /** Members by the id of the group. */
  readonly groups: Map<string, string[]>
  /** Channels that the bot was invited to. */
  readonly joined: Set<string>
  /** What the token was granted, as Slack says it with each answer; nothing where it does not say. */
  scopes: readonly string[]
  readonly messages: Message[]
  /** What edits have replaced: somebody may have read it. */
  readonly replaced: Message[]
  readonly files: Map<string, File>
  readonly views: View[]
  /** Where a person's answers go, and how often it was used. */
  readonly responses: Map<string, { readonly channel: string; readonly user: string; used: number }>
  nextTs(): string
  nextId(prefix: string): string
}

export const CHANNEL = 'CHARBOUR'

export function createState(): State {
  let count = 0
  return {
    people: new Map(),
    groups: new Map(),
    joined: new Set([CHANNEL]),
    scopes: [],
    messages: [],
    replaced: [],
    files: new Map(),
    views: [],
    responses: new Map(),
    nextTs: () => {
      count += 1
      return `1700000000.${String(count).padStart(6, '0')}`
    },
    nextId: (prefix) => {
      count += 1
      return `${prefix}${count}`
    },
  }
}
