/**
 * A card as a Discord message, pure.
 *
 * Embeds, not Components V2: what stands in an embed never pings anybody, whatever a changelog holds, so the one line above
 * it is the only place where a mention can come from. An embed holds 4096 characters beside its title where V2 has 4000 for
 * everything, V2 forbids that line, which is what a phone shows as the notification, and a message once sent as V2 can never
 * be edited back.
 */
import type { APIActionRowComponent, APIComponentInMessageActionRow, APIEmbed } from 'discord.js'
import type { Button, Card, Tone } from '../../src/release/card.ts'
import { cutText, MARKDOWN, PLAIN, titleText } from './markdown.ts'
import { type Block, blocksOf, blockText } from './sections.ts'

export interface RenderOptions {
  /** Names the message, so that it is found again in its thread; none for an answer. */
  readonly footer?: string
  /** The opaque id of a button, at most 100 characters. */
  idOf(button: Button): string
}

export interface Rendered {
  readonly content: string
  readonly embeds: readonly APIEmbed[]
  readonly components: readonly APIActionRowComponent<APIComponentInMessageActionRow>[]
  readonly allowed_mentions: { readonly parse: []; readonly users: string[]; readonly roles: string[] }
  /** The whole card as text, where the message holds only a part of it. */
  readonly whole?: string
}

const TITLE = 256
const DESCRIPTION = 4096
const FOOTER = 100
const LABEL = 80
const IN_A_ROW = 5
const MOST_BUTTONS = 25
/** As many accounts and roles as fit the line above an embed. */
const MOST_MENTIONS = 20
/** What is attached has to be opened on a phone as well. */
const LONGEST_FILE = 900_000

const COLOURS: Readonly<Record<Tone, number>> = {
  neutral: 0x95a5a6,
  running: 0x3498db,
  waiting: 0xf1c40f,
  good: 0x2ecc71,
  bad: 0xe74c3c,
}

/** The message of a card; valid for any content, and never empty. */
export function renderCard(card: Card, options: RenderOptions): Rendered {
  const { accounts = [], groups = [] } = card.mentions?.discord ?? {}
  const users = [...new Set(accounts)].slice(0, MOST_MENTIONS)
  const roles = [...new Set(groups)].slice(0, MOST_MENTIONS)
  const blocks = blocksOf(card.sections, MARKDOWN)
  const buttons = distinct(card.buttons, options.idOf)
  const tooMany = buttons.length - MOST_BUTTONS
  const note = tooMany > 0 ? [noteOf(`${tooMany} more choices, which have to be typed`)] : []
  const description = fitted([...blocks, ...note], DESCRIPTION)
  const title = titleText(card.title)
  const embed = {
    title: cutText(title, TITLE).trim() || 'Slipway',
    color: COLOURS[card.tone],
    ...(options.footer !== undefined && { footer: { text: cutText(options.footer, FOOTER) } }),
    ...(description.text !== '' && { description: description.text }),
  }
  return {
    content: [...roles.map((id) => `<@&${id}>`), ...users.map((id) => `<@${id}>`)].join(' '),
    embeds: [embed],
    components: rowsOf(buttons.slice(0, MOST_BUTTONS), options.idOf),
    allowed_mentions: { parse: [], users, roles },
    ...((description.isCut || title.length > TITLE) && { whole: plainCard(card) }),
  }
}

/** The card as plain text, for a file. */
function plainCard(card: Card): string {
  const blocks = blocksOf(card.sections, PLAIN).map(({ title, lines }) => [title, ...lines].join('\n').trim())
  return cutText([PLAIN.text(card.title), ...blocks].join('\n\n'), LONGEST_FILE)
}

/** The longest blocks give, each as little as possible, so that what stands last on a card stays on it. */
function fitted(blocks: readonly Block[], longest: number): { readonly text: string; readonly isCut: boolean } {
  const whole = blocks.map((block) => blockText(block, Number.POSITIVE_INFINITY))
  const room = longest - GAP.length * Math.max(0, blocks.length - 1)
  const most = fairShare(
    whole.map(({ length }) => length),
    room,
  )
  const texts = blocks.map((block) => blockText(block, most))
  const text = bounded(texts, longest)
  return { text: text.trim(), isCut: text !== whole.join(GAP) }
}

const GAP = '\n\n'

/** With hundreds of sections even their cut forms are too much: then the last ones are counted. */
function bounded(texts: readonly string[], longest: number): string {
  const all = texts.join(GAP)
  if (all.length <= longest) return all
  let used = 0
  const fitting = texts.findIndex((text) => {
    used += text.length + GAP.length
    return used > longest - 40
  })
  return [...texts.slice(0, fitting), `… (${texts.length - fitting} more lines)`].join(GAP)
}

/** The length that the longest may have so that all together fit the room. */
function fairShare(lengths: readonly number[], room: number): number {
  let left = room
  const ascending = lengths.toSorted((a, b) => a - b)
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index))
    if (length > share) return Math.max(share, SHORTEST)
    left -= length
  }
  return Number.POSITIVE_INFINITY
}

/** A block that is cut still has its title and the note on what is missing. */
const SHORTEST = 260

function noteOf(text: string): Block {
  return { title: '', lines: [`… (${text})`], fenced: false }
}

/** Discord refuses a message that has one id twice. */
function distinct(buttons: readonly Button[], idOf: RenderOptions['idOf']): readonly Button[] {
  const ids = buttons.map(idOf)
  return buttons.filter((_, index) => ids.indexOf(ids[index] ?? '') === index)
}

function rowsOf(buttons: readonly Button[], idOf: RenderOptions['idOf']): Rendered['components'] {
  const made = buttons.map((button) => ({
    type: 2 as const,
    style: STYLES[button.style],
    label: cutText(PLAIN.text(button.label), LABEL).trim() || cutText(button.command, LABEL),
    custom_id: idOf(button),
  }))
  const rows = Array.from({ length: Math.ceil(made.length / IN_A_ROW) }, (_, row) => made.slice(row * 5, row * 5 + 5))
  return rows.map((components) => ({ type: 1, components }))
}

/** Blurple, red and grey, as the API counts them; reading its own names here would load all of discord.js. */
const STYLES = { primary: 1, danger: 4, plain: 2 } as const satisfies Record<Button['style'], number>
