/**
 * A card as a message of Slack, pure. Whatever the card holds, the message keeps every limit of the platform and is never
 * silently empty: what is cut says so, and the whole is given back as a file to attach.
 * Limits: https://docs.slack.dev/reference/block-kit/blocks
 */
import type { Button, Card, Mentioned, Tone } from '../../src/release/card.ts'
import { type Block, type ButtonElement, mrkdwn, section } from './blocks.ts'
import { bodyOf } from './body.ts'
import { wholeText } from './sections.ts'
import { clipped, plain } from './text.ts'

/** What `chat.postMessage` and `chat.update` take. */
export interface Message {
  /** The line of a notification. */
  readonly text: string
  /** Title and mentions. A mention calls nobody from inside an attachment, so these stand outside of it. */
  readonly blocks: readonly Block[]
  /** Everything else, with the colour of the state beside it. */
  readonly attachments: readonly {
    readonly color: string
    readonly fallback: string
    readonly blocks: readonly Block[]
  }[]
}

export interface Rendered {
  readonly message: Message
  /** The whole card as text, where the message could not hold all of it. */
  readonly whole?: string
}

export interface RenderOptions {
  /** The opaque id that a press brings back. */
  idOf(button: Button): string
}

/** Shown beside the message. */
const COLOURS: Readonly<Record<Tone, string>> = {
  neutral: '#8a8f98',
  running: '#2f6fd6',
  waiting: '#d99a00',
  good: '#2e8b57',
  bad: '#c0392b',
}

/** Slack takes no empty text. */
const NAMELESS = 'Slipway'
const TITLE = 150
const LABEL = 75
const NOTIFICATION = 300
const BUTTONS_IN_BLOCK = 25
const BUTTONS = 50
const CALLED = 50

const ACTION = 'press'
/** The file that holds what a message has no room for. */
export const WHOLE = 'all-of-it.txt'

/** The message of a card. */
export function renderCard(card: Card, { idOf }: RenderOptions): Rendered {
  const body = bodyOf(card)
  const text = clipped(notification(card), NOTIFICATION, plain).trim() || NAMELESS
  const isWhole = body.whole && plain(card.title).length <= TITLE
  const note = isWhole
    ? []
    : [{ type: 'context' as const, elements: [mrkdwn(`Cut to fit; ${WHOLE} holds all of it.`)] }]
  const blocks = [...body.blocks, ...note, ...actions(card.buttons, idOf)]
  const message = {
    text,
    blocks: [...titleBlocks(card), ...called(card.mentions?.slack)],
    attachments: blocks.length === 0 ? [] : [{ color: COLOURS[card.tone], fallback: text, blocks }],
  }
  return isWhole ? { message } : { message, whole: wholeCard(card) }
}

/** The title, and of a problem or a question the first sentence below it. */
function notification({ title, sections }: Card): string {
  const [first] = sections
  return [title, ...(first?.kind === 'text' ? [first.text.split('\n')[0] ?? ''] : [])].join(' ').trim()
}

function titleBlocks({ title }: Card): readonly Block[] {
  const text = clipped(title, TITLE, plain).trim() || NAMELESS
  return [{ type: 'header', text: { type: 'plain_text', text, emoji: false } }]
}

function called(mentioned: Mentioned | undefined): readonly Block[] {
  const accounts = mentioned?.accounts.map((id) => `<@${id}>`) ?? []
  const groups = mentioned?.groups.map((id) => `<!subteam^${id}>`) ?? []
  const mentions = [...accounts, ...groups].slice(0, CALLED)
  return mentions.length === 0 ? [] : [section(`For ${mentions.join(' ')}`)]
}

function actions(buttons: readonly Button[], idOf: RenderOptions['idOf']): readonly Block[] {
  const elements = buttons.slice(0, BUTTONS).map((button, index) => element(button, index, idOf))
  return Array.from({ length: Math.ceil(elements.length / BUTTONS_IN_BLOCK) }, (_, row) => ({
    type: 'actions' as const,
    elements: elements.slice(row * BUTTONS_IN_BLOCK, (row + 1) * BUTTONS_IN_BLOCK),
  }))
}

function element(button: Button, index: number, idOf: RenderOptions['idOf']): ButtonElement {
  const label = button.label.trim() === '' ? button.command : button.label
  return {
    type: 'button',
    action_id: `${ACTION}-${index}`,
    text: { type: 'plain_text', text: clipped(label, LABEL, plain).trim() || '-', emoji: false },
    value: idOf(button),
    ...(button.style !== 'plain' && { style: button.style }),
  }
}

function wholeCard({ title, sections }: Card): string {
  return `${[title, ...sections.map(wholeText)].filter((part) => part.trim() !== '').join('\n\n')}\n`
}
