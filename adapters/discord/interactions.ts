/**
 * What people send, one interaction at a time: acknowledged before anything else, then handed to the bot, then answered once.
 * A press that could not be acknowledged does not count.
 */
import type { APIInteraction } from 'discord.js'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { CommandForm, Suggest } from '../../src/ports/command-form.ts'
import type { ButtonBook } from '../../src/release/button-book.ts'
import type { Card } from '../../src/release/card.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import { problemCard } from '../../src/release/report.ts'
import { formFor } from './form.ts'
import { createNoHome } from './homes.ts'
import { actorOf, lineOf, placeOf, pressed, type Sent, sentAt, sentOf, valuesOf } from './incoming.ts'
import { cutText } from './markdown.ts'
import { messageOf, type ReadFile } from './message.ts'
import type { Posts } from './posts.ts'
import { cannotWrite, missingPermissions, refusalProblem, unfitProblem } from './refusals.ts'
import { type Ask, hasCode } from './rest.ts'

export interface InteractionsOptions {
  readonly ask: Ask
  readonly clock: Clock
  readonly applicationId: string
  readonly guildId: string
  readonly forms: readonly CommandForm[]
  readonly buttons: ButtonBook
  readonly posts: Posts
  readonly readFile: ReadFile
  spell(command: string): string
  handle(incoming: Incoming): Promise<void>
  suggest: Suggest
  /** Told the time of a press that could not be acknowledged. */
  unheard(at: number): void
  log(line: string): void
}

export interface Interactions extends Pick<Chat, 'answer'> {
  take(interaction: APIInteraction): Promise<void>
}

/** All that Discord gives is 3 s; the way there and back has taken a part of it. */
const ACKNOWLEDGE_MS = 2_000
const SUGGEST_MS = 1_200
/** After a quarter of an hour nothing can be said privately any more. */
const REMEMBERED = 2_000
const DEFERRED = 5
const CHOICES = 8
const MODAL = 9
const EPHEMERAL = 64
const MOST_CHOICES = 25
const LONGEST_CHOICE = 100

/** An interaction that is being answered, in its channel or thread. `answered`: its private answer is out. */
interface Conversation {
  readonly token: string
  readonly channel: string | undefined
  answered: boolean
}

type Acted = Exclude<Sent, { kind: 'filling' | 'other' }>

export function createInteractions(options: InteractionsOptions): Interactions {
  const { ask, clock, buttons, posts } = options
  const conversations = new Map<string, Conversation>()
  const noHomeIn = createNoHome(ask)

  const take: Interactions['take'] = async (interaction) => {
    if (conversations.has(interaction.id)) return
    const conversation = { token: interaction.token, channel: interaction.channel?.id, answered: false }
    conversations.set(interaction.id, conversation)
    if (conversations.size > REMEMBERED) conversations.delete([...conversations.keys()][0] ?? '')
    const sent = sentOf(interaction)
    if (sent.kind === 'filling') return fillIn(sent.interaction)
    if (sent.kind !== 'other') return act(interaction, sent, conversation)
  }

  const act = async (interaction: APIInteraction, sent: Acted, conversation: Conversation) => {
    const form = sent.kind === 'press' ? formFor(sent.id, buttons.find(sent.id)) : undefined
    if (form !== undefined) return void (await acknowledge(interaction, { type: MODAL, data: form }))
    const isHeard = await acknowledge(interaction, { type: DEFERRED, data: { flags: EPHEMERAL } })
    if (!isHeard) return
    const incoming = incomingOf(interaction, sent)
    if ('what' in incoming) return sayPrivately(conversation, problemCard(incoming, options.spell))
    const noHome = await noHomeIn(interaction)
    await options.handle({ ...incoming, ...(noHome && { noHome }) })
    if (!conversation.answered) await conclude(conversation, interaction)
  }

  const incomingOf = (interaction: APIInteraction, sent: Acted): Incoming | Problem => {
    const actor = actorOf(interaction)
    const place = placeOf(interaction)
    const isOurs = interaction.guild_id === options.guildId
    if (!isOurs || actor === undefined || place === undefined) return problem('discord.other-server', {})
    if (sent.kind === 'command')
      return { id: interaction.id, actor, place, text: lineOf(sent.interaction, options.forms) }
    const button = buttons.find(sent.id)
    if (button === undefined) return problem('discord.unknown-button', {})
    return { id: interaction.id, actor, place, ...pressed(button, sent.kind === 'form' ? sent.text : '') }
  }

  /** True once Discord has it. A second acknowledgement means that the first one, whose answer was lost, had arrived. */
  const acknowledge = async (interaction: APIInteraction, body: object): Promise<boolean> => {
    const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const
    try {
      await ask({ method: 'POST', path, body, open: true, within: ACKNOWLEDGE_MS })
      return true
    } catch (error) {
      if (hasCode(error, 'alreadyAcknowledged')) return true
      options.log(`Discord: what was sent could not be acknowledged and does not count: ${String(error)}`)
      if (sentOf(interaction).kind !== 'command') options.unheard(sentAt(interaction))
      return false
    }
  }

  const fillIn = async (interaction: Extract<Sent, { kind: 'filling' }>['interaction']) => {
    const field = interaction.data.options.find((option) => 'focused' in option && option.focused === true)
    const actor = actorOf(interaction)
    const place = placeOf(interaction)
    if (field === undefined || actor === undefined || place === undefined) return
    const typed = 'value' in field ? String(field.value).toLowerCase() : ''
    const wanted = options.suggest(interaction.data.name, field.name, { actor, place, values: valuesOf(interaction) })
    const found = await Promise.race([wanted, clock.sleep(SUGGEST_MS).then(() => [])])
    const choices = found
      .filter(({ shown, value }) => `${shown} ${value}`.toLowerCase().includes(typed))
      .filter(({ value }) => String(value).length <= LONGEST_CHOICE)
      .slice(0, MOST_CHOICES)
      .map(({ shown, value }) => ({ name: cutText(shown, LONGEST_CHOICE), value }))
    const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const
    const body = { type: CHOICES, data: { choices } }
    await ask({ method: 'POST', path, body, open: true, within: SUGGEST_MS }).catch(() => {})
  }

  const original = ({ token }: Conversation) =>
    `/webhooks/${options.applicationId}/${token}/messages/@original` as const

  /** Editing the one reply can be repeated without a second message. */
  const sayPrivately = async (conversation: Conversation, card: Card) => {
    conversation.answered = true
    await give(conversation, card).catch(async (error: unknown) => {
      options.log(`Discord: a private answer could not be given: ${String(error)}`)
      const unfit = unfitProblem(error)
      if (unfit !== undefined) await give(conversation, problemCard(unfit, options.spell)).catch(() => {})
    })
  }

  const give = async (conversation: Conversation, card: Card) => {
    const { body, files } = await messageOf(card, { idOf: buttons.idOf, readFile: options.readFile })
    await ask({ method: 'PATCH', path: original(conversation), body, ...(files && { files }), open: true })
  }

  /** The cards of the deployment are the answer; where they cannot be posted, this is the one place to say so. */
  const conclude = async (conversation: Conversation, interaction: APIInteraction) => {
    const missing = missingPermissions(interaction.app_permissions)
    if (missing.length > 0)
      return sayPrivately(conversation, problemCard(cannotWrite(interaction.channel?.id ?? '', missing), options.spell))
    conversation.answered = true
    await ask({ method: 'DELETE', path: original(conversation), open: true }).catch(() => {})
  }

  const answer: Interactions['answer'] = async ({ id, place }, card, audience) => {
    const conversation = conversations.get(id)
    if (audience === 'private') {
      if (conversation !== undefined) await sayPrivately(conversation, card)
      return
    }
    try {
      const channel = conversation?.channel ?? place.channel
      await posts.post({ platform: 'discord', channel }, card, `answer/${id}`)
    } catch (error) {
      const why = refusalProblem(error, place.channel)
      options.log(`Discord: ${String(error)}`)
      if (conversation === undefined) return
      const note = why === undefined ? [] : problemCard(why, options.spell).sections
      await sayPrivately(conversation, { ...card, sections: [...card.sections, ...note] })
    }
  }

  return { take, answer }
}
