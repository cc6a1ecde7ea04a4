/**
 * A card as a message of Slack, pure. Whatever the card holds, the message keeps every limit of the platform and is never
 * silently empty: what is cut says so, and the whole is given back as a file to attach.
 * Limits: https://docs.slack.dev/reference/block-kit/blocks
 */
import type { Button, Card, Mentioned, Tone } from '../../src/release/card.ts'
import { type Passage, passageOf, wholeText } from './sections.ts'
import { clipped, code, fitted, plain, prose, strong } from './text.ts'

interface Text {
  readonly type: 'plain_text' | 'mrkdwn'
  readonly text: string
  readonly emoji?: false
  readonly verbatim?: true
}

interface ButtonElement {
  readonly type: 'button'
  readonly action_id: string
  readonly text: Text
  readonly value: string
  readonly style?: 'primary' | 'danger'
}

export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text?: Text; readonly fields?: readonly Text[] }
  | { readonly type: 'actions'; readonly elements: readonly ButtonElement[] }

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
const SECTION = 2900
const FIELD = 1900
const FIELDS = 10
const BUTTONS_IN_BLOCK = 25
const BUTTONS = 50
const CALLED = 50
/** Blocks and characters of the body, well below the 50 blocks of a message and what Slack takes in all. */
const BODY_BLOCKS = 40
const BODY = 10_000

const ACTION = 'press'

/** The message of a card. */
export function renderCard(card: Card, { idOf }: RenderOptions): Rendered {
  const body = bodyOf(card)
  const text = clipped(notification(card), NOTIFICATION, plain).trim() || NAMELESS
  const blocks = [...body.blocks, ...actions(card.buttons, idOf)]
  const message = {
    text,
    blocks: [...titleBlocks(card), ...called(card.mentions?.slack)],
    attachments: blocks.length === 0 ? [] : [{ color: COLOURS[card.tone], fallback: text, blocks }],
  }
  return body.whole && plain(card.title).length <= TITLE ? { message } : { message, whole: wholeCard(card) }
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

interface Body {
  readonly blocks: readonly Block[]
  readonly whole: boolean
}

/** Passages one after the other, each as long as what is left allows. */
function bodyOf({ sections }: Card): Body {
  const passages = sections.flatMap((each) => passageOf(each) ?? [])
  const blocks: Block[] = []
  let room = BODY
  let whole = true
  for (const [index, passage] of passages.entries()) {
    if (blocks.length >= BODY_BLOCKS || room < 200) {
      const left = passages.length - index
      return { blocks: [...blocks, section(`… (${left} more ${left === 1 ? 'part' : 'parts'})`)], whole: false }
    }
    const made = blocksOf(passage, room, BODY_BLOCKS - blocks.length)
    blocks.push(...made.blocks)
    room -= JSON.stringify(made.blocks).length
    whole &&= made.whole
  }
  return { blocks, whole }
}

function blocksOf(passage: Passage, room: number, most: number): Body {
  if (passage.kind === 'fields') return fieldBlocks(passage.fields, room, most)
  const title = passage.title === undefined ? '' : `${clipped(passage.title, TITLE, strong)}\n`
  const longest = Math.min(SECTION, room) - title.length
  const made = fitted(passage.text, longest, passage.kind === 'code' ? code : prose)
  const isCut = (passage.kind === 'code' && passage.cut === true) || title.endsWith('…\n')
  const text = `${title}${made.text}`
  return { blocks: text.trim() === '' ? [] : [section(text)], whole: made.whole && !isCut }
}

/** Ten at a time; a value that does not fit beside the others is cut. */
function fieldBlocks(fields: readonly (readonly [string, string])[], room: number, most: number): Body {
  const each = Math.min(FIELD, Math.floor(room / Math.min(fields.length, FIELDS * most)))
  const shown = each < 60 ? fields.slice(0, Math.floor(room / 60)) : fields
  const made = shown.slice(0, FIELDS * most).map(([name, value]) => fieldText(name, value, Math.max(60, each)))
  const blocks = Array.from({ length: Math.ceil(made.length / FIELDS) }, (_, index) => ({
    type: 'section' as const,
    fields: made.slice(index * FIELDS, (index + 1) * FIELDS).map(({ text }) => mrkdwn(text)),
  }))
  const left = fields.length - made.length
  const note = left === 0 ? [] : [section(`… (${left} more lines)`)]
  return { blocks: [...blocks, ...note], whole: left === 0 && made.every(({ whole }) => whole) }
}

function fieldText(name: string, value: string, room: number): { readonly text: string; readonly whole: boolean } {
  const label = clipped(name, Math.min(TITLE, Math.floor(room / 2)), strong)
  const made = fitted(value, room - label.length - 1, prose)
  const text = `${label}\n${made.text}`.trim()
  return { text: text === '' ? '-' : text, whole: made.whole && strong(name) === label }
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

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) }
}

function mrkdwn(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true }
}

function wholeCard({ title, sections }: Card): string {
  return `${[title, ...sections.map(wholeText)].filter((part) => part.trim() !== '').join('\n\n')}\n`
}
