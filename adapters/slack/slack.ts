/** Slack as a platform: cards become messages, commands, presses and forms become what a person sent. */
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { createButtonBook, withWords } from '../../src/release/button-book.ts'
import type { Button, Card } from '../../src/release/card.ts'
import { isProblem, type Problem, problem } from '../../src/release/problems.ts'
import { problemCard } from '../../src/release/report.ts'
import { createAnswers } from './answers.ts'
import { type CallOptions, createCalls, type Fault, patient, spoken, watched } from './calls.ts'
import { keepConnected } from './connection.ts'
import type { Delivery } from './deliveries.ts'
import type { FilesOptions } from './files.ts'
import { asksForWords, formFor, typedInstead } from './form.ts'
import { createLines } from './lines.ts'
import { whoIs } from './people.ts'
import { createPosts } from './posts.ts'
import { createEar, type Way } from './receive.ts'
import { isFinal, isRevoked, refusedToken } from './refusals.ts'
import { spell } from './words.ts'

export interface SlackOptions extends CallOptions, Pick<FilesOptions, 'readFile'> {
  readonly way: Way
  /** Tells this bot's deployments from those of another one, or of a new beginning, that have the same numbers. */
  readonly identity: string
  /** Ids of the user groups that roles name. */
  readonly groups: readonly string[]
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  /** When a bot with this data was last there, ms since the epoch: what was pressed since then reached nobody. */
  readonly lastAlive?: number
  log(line: string): void
}

export interface Slack extends Chat {
  /** Resolves where Slack refuses the bot for good, with the reason. */
  readonly lost: Promise<Problem>
}

/** The ids of the workspace, and of the bot in it and its account. */
interface Own {
  readonly team: string
  readonly bot: string
  readonly user: string
}

/** A conversation of two: the bot may not read there what it would need to post exactly once. */
const DIRECT = /^D/

/** A first call that got no answer is made again after so long. */
const AGAIN_MS = 5_000

export function createSlack(options: SlackOptions): Slack {
  const { clock, log } = options
  const ending = new AbortController()
  const lost = Promise.withResolvers<Problem>()
  const book = createButtonBook()
  const calls = watched(createCalls(options), (fault) => {
    if (isRevoked(fault)) giveUp(fault)
  })
  const files = { uploaded: new Map<string, string>(), userId: () => own?.user }
  const lines = createLines(clock, ending.signal, log)
  let own: Own | undefined
  /** Over HTTP there is no connection that could be lost. */
  let connected = () => options.way.kind === 'http'
  const posts = createPosts({ ...options, ...book, ...files, calls, lines, botId: () => own?.bot })
  const waiting = patient(calls, clock, ending.signal)
  const answers = createAnswers({ ...options, ...book, ...files, calls: waiting, posts, now: clock.now })
  let handle: (incoming: Incoming) => Promise<void> = async () => {}
  let end = async () => {}

  const giveUp = (fault: Fault) => {
    own = undefined
    lost.resolve(refusedToken('SLACK_BOT_TOKEN', spokenError(fault)))
  }

  const hear = (delivery: Delivery) => {
    answers.remember(delivery)
    take(delivery).catch((error: unknown) => log(`Slack: an answer could not be given: ${messageOf(error)}`))
  }

  const take = async (delivery: Delivery) => {
    const button = delivery.kind === 'command' ? undefined : book.find(delivery.button)
    if (delivery.kind !== 'command' && button === undefined) return refuse(delivery, problem('slack.button-gone', {}))
    if (delivery.kind === 'press' && button !== undefined && asksForWords(button)) return ask(delivery, button)
    const known = await whoIs(delivery.account, { calls: waiting, groups: options.groups, team })
    if (isProblem(known)) return refuse(delivery, known)
    const { id, channel } = delivery
    const digest = button?.gate?.digest
    const place = { platform: 'slack', channel } as const
    const text = textOf(delivery, button?.command ?? '')
    const noHome = DIRECT.test(channel) && { noHome: problem('slack.no-home', {}) }
    await handle({ id, actor: known.actor, place, text, ...(digest !== undefined && { digest }), ...noHome })
    if (known.unread !== undefined) await refuse(delivery, known.unread)
    else if (button !== undefined) await answers.settle(delivery, button, known.actor.name)
  }

  const refuse = (delivery: Delivery, reason: Problem) => answers.privately(delivery, problemCard(reason, spell))

  /** The form has to be opened while its trigger lives; who may press is asked when it comes back. */
  const ask = async (delivery: Delivery & { readonly kind: 'press' }, pressed: Button) => {
    const { button, channel, thread, responseUrl } = delivery
    const about = { button, channel, responseUrl, ...(thread !== undefined && { thread }) }
    const opened = await calls.call('views.open', { trigger_id: delivery.trigger, view: formFor(about, pressed) })
    if (opened.ok) return
    await refuse(delivery, problem('slack.no-form', { reason: spoken(opened.fault), ...typedInstead(pressed) }))
  }

  /** Who this bot is, or why Slack does not say. */
  const whoWeAre = async (): Promise<Own | Fault> => {
    if (own !== undefined) return own
    const found = await calls.call('auth.test', {})
    if (!found.ok) return found.fault
    const { team_id: team, bot_id: bot, user_id: user } = found.value
    own = { team: String(team), bot: String(bot), user: String(user) }
    return own
  }

  /** A member who sends something before Slack has said who the bot is must not be taken for a stranger. */
  const team = async () => {
    const found = await whoWeAre()
    return 'team' in found ? found.team : found
  }

  /** Where Slack does not say who the bot is, everything else begins all the same. */
  const introduce = async (): Promise<void> => {
    const found = await whoWeAre()
    if ('team' in found) return
    if (isFinal(found)) return giveUp(found)
    log(`Slack: ${spoken(found)}; asking again`)
    void clock.sleep(AGAIN_MS, ending.signal).then(() => (ending.signal.aborted ? undefined : introduce()))
  }

  const start: Slack['start'] = async (handler, missed = () => {}) => {
    handle = handler
    await introduce()
    const ear = createEar({
      ...options,
      now: clock.now,
      hear,
      healthy: () => own !== undefined && connected(),
      deaf: (reason) => lost.resolve(problem('slack.port', { port: options.way.port ?? 0, reason })),
    })
    end = async () => {
      await Promise.race([ear.stop().catch(() => {}), clock.sleep(ENDING_MS)])
    }
    const since = options.lastAlive
    if (ear.socket === undefined) {
      await ear.start()
      if (since !== undefined) missed({ from: since, to: clock.now() })
      return
    }
    const connection = await keepConnected({
      client: ear.socket,
      start: ear.start,
      ...(since !== undefined && { since }),
      clock,
      signal: ending.signal,
      missed,
      refused: (error) => lost.resolve(refusedToken('SLACK_APP_TOKEN', error)),
      log,
    })
    connected = connection.connected
  }

  return {
    platform: 'slack',
    abilities: { threads: true, moments: true, edits: { busy: 2_000, quiet: 5_000 } },
    lost: lost.promise,
    spell,
    post: (place, card, key) =>
      posts.post(place, card, key).catch((error: unknown) => {
        answers.tellWhy(place.channel, error)
        throw error
      }),
    update: (message, card, key = message.id) => posts.update(message, card, key),
    answer: (incoming, card: Card, audience) =>
      audience === 'private' ? answers.privately(incoming, card) : answers.openly(incoming, card),
    start,
    stop: async () => {
      ending.abort()
      await end()
    },
  }
}

/** Requests under way get so long to end. */
const ENDING_MS = 2_000

function textOf(delivery: Delivery, command: string): string {
  if (delivery.kind === 'command') return delivery.text
  return delivery.kind === 'form' ? withWords(command, delivery.words) : command
}

function spokenError(fault: Fault): string {
  return fault.kind === 'refused' ? fault.error : spoken(fault)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
