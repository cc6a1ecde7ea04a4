/** Answers to what somebody sent: seen by that person alone, or by everybody in the channel. */
import { type Incoming, refusalIn, unfitIn } from '../../src/ports/chat.ts'
import type { Button, Card, CardFile } from '../../src/release/card.ts'
import type { Problem } from '../../src/release/problems.ts'
import { problemCard } from '../../src/release/report.ts'
import { type Calls, type Outcome, spoken } from './calls.ts'
import { createChoices } from './choices.ts'
import type { Delivery } from './deliveries.ts'
import { attach, type FilesOptions } from './files.ts'
import { filesOf, type Posts } from './posts.ts'
import { refusalOf, unfitOf } from './refusals.ts'
import { type Message, type RenderOptions, renderCard } from './render.ts'
import { spell } from './words.ts'

export interface Answers {
  /** Keeps where the answers to a delivery go. */
  remember(delivery: Delivery): void
  privately(to: Pick<Incoming, 'id'>, card: Card): Promise<void>
  openly(incoming: Incoming, card: Card): Promise<void>
  /** Somebody pressed a button and was answered: unless that was a refusal, what was chosen stands in place of the buttons. */
  settle(delivery: Delivery, button: Button, name: string): Promise<void>
  /** Tells whoever asked last in a channel why nothing is posted there, where a person has to mend it. */
  tellWhy(channel: string, error: unknown): void
}

export interface AnswersOptions extends RenderOptions, FilesOptions {
  readonly calls: Calls
  readonly posts: Posts
  now(): number
  log(line: string): void
}

const REMEMBERED = 1_000

export function createAnswers(options: AnswersOptions): Answers {
  const { calls, posts } = options
  const asked = new Map<string, Delivery>()
  const lastIn = new Map<string, Delivery>()
  const refused = new Set<string>()
  const choices = createChoices({ now: options.now, update: posts.update })

  const privately: Answers['privately'] = async ({ id }, card) => {
    const delivery = asked.get(id)
    if (delivery === undefined) return
    if (card.tone === 'bad' && delivery.kind === 'press') refused.add(id)
    const rendered = renderCard(card, options)
    const unfit = await whisper(delivery, rendered.message)
    if (unfit !== undefined) await whisper(delivery, renderCard(problemCard(unfit, spell), options).message)
    await hand(delivery, filesOf(card, rendered))
  }

  /**
   * The address that came with the delivery works also where the bot is no member; it is good for half an hour. Where no answer
   * came, the words may be there already: read twice they do less harm than never.
   */
  const whisper = async ({ responseUrl, channel, thread, account }: Delivery, message: Message) => {
    const below = thread === undefined ? {} : { thread_ts: thread }
    const first = await calls.respond(responseUrl, {
      ...message,
      ...below,
      response_type: 'ephemeral',
      replace_original: false,
    })
    if (first.ok) return undefined
    const second = await calls.call('chat.postEphemeral', { ...message, ...below, channel, user: account })
    if (second.ok || refusalOf(second.fault, channel) === undefined) return done(second)
    return done(await directly(account, (own) => calls.call('chat.postMessage', { ...message, channel: own })))
  }

  /** Files cannot be whispered in a channel, nor words where the bot may not be: they go to the person's own conversation with it. */
  const directly = async (account: string, send: (channel: string) => Promise<Outcome<unknown>>) => {
    const opened = await calls.call('conversations.open', { users: account })
    if (!opened.ok) return opened
    const { id } = (opened.value.channel ?? {}) as { readonly id?: unknown }
    return send(String(id))
  }

  const hand = async ({ account }: Delivery, files: readonly CardFile[]) => {
    if (files.length === 0) return
    done(await directly(account, (channel) => attach(files, { channel, mark: 'for you' }, options)))
  }

  /** What is wrong with a message that Slack will never take. */
  const done = (outcome: Outcome<unknown>): Problem | undefined => {
    if (outcome.ok) return undefined
    options.log(`Slack: an answer could not be given: ${spoken(outcome.fault)}`)
    return unfitOf(outcome.fault)
  }

  const openly: Answers['openly'] = async ({ id, place }, card) => {
    const delivery = asked.get(id)
    const there = delivery?.thread === undefined ? place : { ...place, thread: delivery.thread }
    const key = `answer/${id}`
    // Under its key a post is there once, so that what Slack did not take well is simply tried again.
    const again = (error: unknown) => {
      if (refusalIn(error) !== undefined) throw error
      const unfit = unfitIn(error)
      return posts.post(there, unfit === undefined ? card : problemCard(unfit, spell), key)
    }
    try {
      const made = await posts.post(there, card, key).catch(again)
      choices.keep(made, card, key)
    } catch (error) {
      if (delivery === undefined || refusalIn(error) === undefined) throw error
      const rendered = renderCard(card, options)
      done(
        await calls.respond(delivery.responseUrl, {
          ...rendered.message,
          response_type: 'in_channel',
          replace_original: false,
        }),
      )
      await hand(delivery, filesOf(card, rendered))
    }
  }

  return {
    remember: (delivery) => {
      asked.set(delivery.id, delivery)
      lastIn.set(delivery.channel, delivery)
      const [oldest = ''] = asked.keys()
      if (asked.size > REMEMBERED && asked.delete(oldest)) refused.delete(oldest)
    },
    privately,
    openly,
    settle: async (delivery, button, name) => {
      if (refused.delete(delivery.id) || delivery.kind !== 'press' || delivery.message === undefined) return
      await choices.taken(delivery.message, button, name)
    },
    tellWhy: (channel, error) => {
      const delivery = lastIn.get(channel)
      const reason = refusalIn(error)
      if (delivery === undefined || reason === undefined) return
      lastIn.delete(channel)
      void privately(delivery, problemCard(reason, spell))
    },
  }
}
