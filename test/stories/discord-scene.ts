/** A scene of a story in Discord: who is there, what the thread shows, and what no story may ever do. */
import { expect } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { ANA, BEN } from '../discord-server/bot.ts'
import { type DiscordServer, textOfMessage } from '../discord-server/server.ts'
import type { Message } from '../discord-server/state.ts'
import { pingsOf } from '../discord-server/validate.ts'

const [developers = ''] = ANA.roles ?? []
const [managers = ''] = BEN.roles ?? []

/** Ana deploys, Ben approves; both by a role of the server, and nobody else is anybody. */
export function inDiscord(server: DiscordServer) {
  return ({ projects: { harbour }, roles }: Configuration) => ({
    projects: {
      harbour: {
        ...harbour,
        approvals: { requesterMayApprove: false },
        access: { ...harbour.access, deploy: ['crew', 'developers'], approve: ['managers'] },
        channels: { discord: [server.channelId] },
      },
    },
    people: { ana: { discord: ANA.id }, ben: { discord: BEN.id } },
    roles: {
      ...roles,
      developers: { discord: { roles: [developers] } },
      managers: { discord: { roles: [managers] } },
    },
  })
}

/** The first message whose title holds the words, as it stands once it is there. */
export function shown(
  server: DiscordServer,
  words: string,
  holds: (text: string) => boolean = () => true,
): Promise<Message> {
  return server.until(() =>
    server.messages().find((message) => titleOf(message).includes(words) && holds(textOfMessage(message))),
  )
}

export function titleOf({ body }: Message): string {
  return body.embeds?.[0]?.title ?? ''
}

/** Titles of everything below the deployment's message, in order. */
export function threadOf(server: DiscordServer): readonly string[] {
  return server
    .messages()
    .filter(({ channel }) => server.state.channels.get(channel)?.parent !== undefined)
    .map(titleOf)
}

type Calls = readonly (readonly [title: string, id: string])[]

/**
 * Discord took everything that it was sent; no message is there twice, each has called those who were to be called, and nobody
 * else, and no secret was told. `perhaps`: calls that may come too late to be of use.
 */
export function expectGoodManners(server: DiscordServer, called: Calls, perhaps: Calls = []): void {
  expect(server.refusals).toEqual([])
  const footers = server.messages().map(({ body }) => body.embeds?.[0]?.footer?.text)
  expect(new Set(footers).size).toBe(footers.length)
  const pings = server.messages().flatMap((message) => {
    const [first] = message.versions
    return first === undefined ? [] : pingsOf(first).map((id) => [first.embeds?.[0]?.title ?? '', id] as const)
  })
  const isLate = ([title, id]: Calls[number]) => perhaps.some((each) => each[0] === title && each[1] === id)
  expect(pings.filter((ping) => !isLate(ping))).toEqual(called)
  expect(JSON.stringify([...server.state.messages.values()])).not.toContain(server.token)
}
