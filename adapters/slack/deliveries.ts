/** What Slack delivers, as plain data: a typed command, a press, a form that was sent. Nothing of it is believed beyond its shape. */
import { type About, readForm } from './form.ts'
import { wordsOf } from './words.ts'

interface From {
  /** Unique for each delivery; a replay has the same. */
  readonly id: string
  readonly account: string
  readonly name: string
  /** The workspace it was sent from. */
  readonly team: string
  readonly channel: string
  readonly thread?: string
  readonly responseUrl: string
}

export type Delivery = From &
  (
    | { readonly kind: 'command'; readonly text: string }
    /** `message`: the one that showed the button; none for what only the presser sees. */
    | { readonly kind: 'press'; readonly button: string; readonly trigger: string; readonly message?: string }
    | { readonly kind: 'form'; readonly button: string; readonly words: string }
  )

/** A payload as Bolt hands it on. */
export type Loose = { readonly [key: string]: unknown }

export function commandOf(body: Loose): Delivery | undefined {
  const from = fromOf({ ...body, user: { id: body.user_id, name: body.user_name }, team: { id: body.team_id } })
  if (from === undefined) return undefined
  const channel = text(body.channel_id)
  return { ...from, channel, kind: 'command', text: wordsOf(text(body.command), text(body.text)) }
}

export function pressOf(body: Loose): Delivery | undefined {
  const from = fromOf(body)
  const [action] = Array.isArray(body.actions) ? (body.actions as readonly Loose[]) : []
  const value = action?.value
  if (from === undefined || typeof value !== 'string') return undefined
  const channel = text(loose(body.channel).id ?? loose(body.container).channel_id)
  const message = loose(body.message)
  const container = loose(body.container)
  const thread = message.thread_ts ?? container.thread_ts ?? message.ts
  const place = { channel, ...(typeof thread === 'string' && { thread }) }
  const shown = typeof message.ts === 'string' ? { message: message.ts } : {}
  return { ...from, ...place, ...shown, kind: 'press', button: value, trigger: text(body.trigger_id) }
}

export function formOf(body: Loose): Delivery | undefined {
  const view = loose(body.view)
  const read = readForm(view)
  const from = fromOf(body)
  if (read === undefined || from === undefined) return undefined
  const { button, channel, thread, responseUrl }: About = read.about
  const place = { channel, responseUrl, ...(thread !== undefined && { thread }) }
  return { ...from, ...place, id: `${from.id}-${text(view.id)}`, kind: 'form', button, words: read.words }
}

function fromOf(body: Loose): From | undefined {
  const user = loose(body.user)
  if (typeof user.id !== 'string' || typeof body.trigger_id !== 'string') return undefined
  return {
    id: `slack-${body.trigger_id}`,
    account: user.id,
    name: text(user.username ?? user.name) || user.id,
    team: text(user.team_id ?? loose(body.team).id),
    channel: '',
    responseUrl: text(body.response_url),
  }
}

/** What is no text is none: asked for its text, an object may throw. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {}
}
