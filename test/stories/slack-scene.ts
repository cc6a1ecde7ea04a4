/** A scene of a story in Slack: who is there, what the thread shows, and what no story may ever do. */
import { expect } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { buttonsOf, calledBy, wordsOf } from '../slack-server/read.ts'
import type { SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL, type Message, type Person } from '../slack-server/state.ts'

export const ANA: Person = { id: 'UANA', name: 'Ana' }
export const BEN: Person = { id: 'UBEN', name: 'Ben' }
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
    people: { ana: { slack: ANA.id }, ben: { slack: BEN.id } },
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

/** Slack has refused nothing, nothing is there twice, nobody was called by accident, and no secret was told. */
export function expectGoodManners(
  server: SlackServer,
  called: readonly (readonly [title: string, ids: readonly string[]])[],
): void {
  expect(server.refusals).toEqual([])
  const keys = server.state.messages.flatMap(({ metadata }) =>
    metadata === undefined ? [] : [JSON.stringify(metadata)],
  )
  expect(new Set(keys).size).toBe(keys.length)
  const calls = server.state.messages.map((message) => [titleOf(message), calledBy(message)] as const)
  expect(calls.filter(([, ids]) => ids.length > 0)).toEqual(called)
  const everything = JSON.stringify(server.state.messages)
  for (const secret of [APP.botToken, APP.appToken, APP.signingSecret]) expect(everything).not.toContain(secret)
}

export function labelsOf(message: Message): readonly string[] {
  return buttonsOf(message).map(({ label }) => label)
}
