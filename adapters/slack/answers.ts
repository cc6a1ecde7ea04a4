/** Answers to what somebody sent: seen by that person alone, or by everybody in the channel. */
import type { Incoming } from '../../src/ports/chat.ts'
import type { Card, CardFile } from '../../src/release/card.ts'
import { problem } from '../../src/release/problems.ts'
import { problemCard } from '../../src/release/report.ts'
import { type Calls, type Fault, type Outcome, spoken } from './calls.ts'
import type { Delivery } from './deliveries.ts'
import { attach, type FilesOptions } from './files.ts'
import type { Posts } from './posts.ts'
import { type Message, type RenderOptions, renderCard } from './render.ts'
import { spell } from './words.ts'

export interface Answers {
  /** Keeps where the answers to a delivery go. */
  remember(delivery: Delivery): void
  privately(to: Pick<Incoming, 'id'>, card: Card): Promise<void>
  openly(incoming: Incoming, card: Card): Promise<void>
  /** Tells whoever asked last in a channel why nothing is posted there, where Slack says that the bot is not in it. */
  tellWhy(channel: string, error: unknown): void
}

export interface AnswersOptions extends RenderOptions, FilesOptions {
  readonly calls: Calls
  readonly posts: Posts
  log(line: string): void
}

const REMEMBERED = 1_000
const NOT_A_MEMBER = ['not_in_channel', 'channel_not_found']

export function createAnswers(options: AnswersOptions): Answers {
  const { calls, posts } = options
  const asked = new Map<string, Delivery>()
  const lastIn = new Map<string, Delivery>()

  const privately: Answers['privately'] = async ({ id }, card) => {
    const delivery = asked.get(id)
    if (delivery === undefined) return
    const { message, whole } = renderCard(card, options)
    const files = [...card.files, ...(whole === undefined ? [] : [{ name: 'all-of-it.txt', text: whole }])]
    await whisper(delivery, message)
    if (files.length > 0) await hand(delivery, files)
  }

  /** The address that came with the delivery works also where the bot is no member; it is good for half an hour. */
  const whisper = async ({ responseUrl, channel, thread, account }: Delivery, message: Message) => {
    const below = thread === undefined ? {} : { thread_ts: thread }
    const first = await calls.respond(responseUrl, {
      ...message,
      ...below,
      response_type: 'ephemeral',
      replace_original: false,
    })
    if (first.ok || first.fault.kind === 'unknown') return done(first)
    done(await calls.call('chat.postEphemeral', { ...message, ...below, channel, user: account }))
  }

  /** Files cannot be whispered in a channel: they go to the person's own conversation with the bot. */
  const hand = async ({ account }: Delivery, files: readonly CardFile[]) => {
    const opened = await calls.call('conversations.open', { users: account })
    if (!opened.ok) return done(opened)
    const { id: channel } = (opened.value.channel ?? {}) as { readonly id?: unknown }
    done(await attach(files, { channel: String(channel), mark: 'for you' }, options))
  }

  const done = (outcome: Outcome<unknown>) => {
    if (!outcome.ok) options.log(`Slack: an answer could not be given: ${spoken(outcome.fault)}`)
  }

  const openly: Answers['openly'] = async ({ id, place }, card) => {
    const delivery = asked.get(id)
    const there = delivery?.thread === undefined ? place : { ...place, thread: delivery.thread }
    try {
      await posts.post(there, card, `answer/${id}`)
    } catch (error) {
      if (delivery === undefined || !isNotAMember(faultIn(error))) throw error
      const { message } = renderCard(card, options)
      done(
        await calls.respond(delivery.responseUrl, { ...message, response_type: 'in_channel', replace_original: false }),
      )
    }
  }

  return {
    remember: (delivery) => {
      asked.set(delivery.id, delivery)
      lastIn.set(delivery.channel, delivery)
      if (asked.size > REMEMBERED) asked.delete([...asked.keys()][0] ?? '')
    },
    privately,
    openly,
    tellWhy: (channel, error) => {
      const delivery = lastIn.get(channel)
      const fault = faultIn(error)
      if (delivery === undefined || fault?.kind !== 'refused' || !isNotAMember(fault)) return
      lastIn.delete(channel)
      void privately(delivery, problemCard(problem('slack.not-in-channel', { error: fault.error }), spell))
    },
  }
}

function isNotAMember(fault: Fault | undefined): boolean {
  return fault?.kind === 'refused' && NOT_A_MEMBER.includes(fault.error)
}

function faultIn(error: unknown): Fault | undefined {
  return error instanceof Error && 'fault' in error ? (error.fault as Fault) : undefined
}
