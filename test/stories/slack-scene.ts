/** A scene of a story in Slack: who is there, what the thread shows, and what no story may ever do. */
import { expect } from 'vitest'
import type { SlackOptions } from '../../adapters/slack/slack.ts'
import type { Configuration } from '../../sandbox/configuration.ts'
import type { Whereabouts } from '../../sandbox/world.ts'
import { attachSlack, type WayName } from '../slack-server/bot.ts'
import { buttonsOf, calledBy, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL, type Message, type Person } from '../slack-server/state.ts'
import { type Grounds, openGrounds } from './house.ts'
import type { TestBot } from './test-bot.ts'

export const ANA: Person = { id: 'UANA', name: 'Ana' }
export const BEN: Person = { id: 'UBEN', name: 'Ben' }
/** In the same group as Ben. */
export const CLEO: Person = { id: 'UCLEO', name: 'Cleo' }
export const EVE: Person = { id: 'UEVE', name: 'Eve' }
/** Where the end of every release is announced. */
export const NEWS = 'CNEWS'

/** Ana deploys, the members of a user group approve, and nobody else is anybody. */
export function inSlack({ projects: { harbour }, roles }: Configuration): unknown {
  return {
    projects: {
      harbour: {
        ...harbour,
        approvals: { requesterMayApprove: false },
        access: { ...harbour.access, deploy: ['crew', 'developers'], approve: ['managers'] },
        channels: { slack: [CHANNEL] },
        announce: { slack: [NEWS] },
      },
    },
    people: { ana: { slack: ANA.id }, ben: { slack: BEN.id }, cleo: { slack: CLEO.id } },
    roles: { ...roles, developers: { slack: { users: [ANA.id] } }, managers: { slack: { groups: ['SREL'] } } },
  }
}

export function titleOf(message: Message): string {
  return wordsOf(message).split('\n')[0] ?? ''
}

/** The newest message whose title holds the words, as soon as it stands as it should. */
export function shown(
  server: SlackServer,
  words: string,
  holds: (text: string, message: Message) => boolean = () => true,
): Promise<Message> {
  return server.until(() =>
    server.messages().findLast((message) => titleOf(message).includes(words) && holds(wordsOf(message), message)),
  )
}

/** Titles of everything in the deployment's thread, in order; files by their names. */
export function threadOf(server: SlackServer): readonly string[] {
  const below = server.messages().filter(({ thread_ts }) => thread_ts !== undefined)
  return below.map((message) =>
    message.files.length > 0 ? message.files.map(({ name }) => name).join(', ') : titleOf(message),
  )
}

export function whispered(server: SlackServer, person: Person): string {
  return server.privately(person).map(wordsOf).join('\n')
}

/**
 * Slack has refused nothing, nothing is there twice, nobody was called but those whom the story names, each by the titles that
 * called them, and no secret was told: in what stands there, and in what edits have replaced.
 */
export function expectGoodManners(
  { state, refusals }: SlackServer,
  called: Readonly<Record<string, readonly string[]>>,
): void {
  expect(refusals).toEqual([])
  const keys = state.messages.flatMap(({ metadata }) => (metadata === undefined ? [] : [JSON.stringify(metadata)]))
  expect(new Set(keys).size).toBe(keys.length)
  const files = state.messages.flatMap(({ channel, thread_ts, files }) =>
    files.map(({ title }) => `${channel} ${thread_ts} ${title}`),
  )
  expect(new Set(files).size).toBe(files.length)
  const everSeen = [...state.replaced, ...state.messages]
  const calls = everSeen.map((message) => [titleOf(message), calledBy(message)] as const)
  expect(Object.fromEntries(calls.filter(([, ids]) => ids.length > 0))).toEqual(called)
  for (const secret of [APP.botToken, APP.appToken, APP.signingSecret])
    expect(JSON.stringify(everSeen)).not.toContain(secret)
}

export interface Scene {
  readonly server: SlackServer
  readonly grounds: Grounds
  /** The bot that is there now. */
  bot(): TestBot
  /** Starts a bot, on the data of one before it where that is named. */
  enter(more?: Partial<SlackOptions>, dataFolder?: string): Promise<void>
  close(): Promise<void>
}

/** Slack with Ana, Ben, Cleo and Eve, a world to release, and a bot that hears them. */
export async function openScene(
  way: WayName,
  change: (configuration: Configuration, world: Whereabouts) => unknown = () => {},
  more: Partial<SlackOptions> = {},
): Promise<Scene> {
  const server = await createSlackServer(ANA, BEN, CLEO, EVE)
  server.state.groups.set('SREL', [BEN.id, CLEO.id])
  server.state.joined.add(NEWS)
  const grounds = await openGrounds({ makepkg: 'stand-in' })
  let bot: TestBot
  const enter: Scene['enter'] = async (options, dataFolder) => {
    const { slack } = await attachSlack(server, way, { ...more, ...options })
    const configure = (configuration: Configuration, world: Whereabouts) => {
      change(configuration, world)
      return inSlack(configuration)
    }
    bot = await grounds.startBot(configure, { chats: [slack], ...(dataFolder && { dataFolder }) })
  }
  await enter()
  const close = async () => {
    await grounds.close()
    await server.close()
  }
  return { server, grounds, bot: () => bot, enter, close }
}

export function labelsOf(message: Message): readonly string[] {
  return buttonsOf(message).map(({ label }) => label)
}
