/** The real adapter, with the real client, on the Discord of the tests. */
import { createDiscord, type Discord, type DiscordOptions } from '../../adapters/discord/discord.ts'
import { FORMS } from '../../commands/forms.ts'
import { textOrPicture } from '../../src/platforms.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { createClock } from '../../src/tools/clock.ts'
import { leave } from '../canary/leave.ts'
import type { DiscordServer, Person } from './server.ts'

export const ANA: Person = { id: '700000000000000001', name: 'Ana', roles: ['800000000000000001'] }

export const EVE: Person = { id: '700000000000000003', name: 'Eve', roles: [] }
export const BEN: Person = { id: '700000000000000002', name: 'Ben', roles: ['800000000000000002'] }

/** Real time, in which nobody waits long. */
export function hastyClock(): Clock {
  const clock = createClock()
  return { ...clock, sleep: (ms, signal) => clock.sleep(Math.min(ms, 5), signal) }
}

/** The adapter for a server; what it logs and what ends it are kept. */
export function discordOn(
  server: DiscordServer,
  more: Partial<DiscordOptions> = {},
): { readonly chat: Discord; readonly logged: string[]; readonly ended: string[] } {
  const logged: string[] = []
  const ended: string[] = []
  const chat = createDiscord({
    token: server.token,
    apiUrl: server.apiUrl,
    apiVersion: '10',
    applicationId: server.applicationId,
    guildId: server.guildId,
    forms: FORMS,
    clock: createClock(),
    identity: 'test',
    readFile: textOrPicture,
    log: (line) => {
      leave('log', line)
      logged.push(line)
    },
    ...more,
  })
  void chat.lost.then(({ what, remedy }) => ended.push(`${what} ${remedy}`))
  return { chat, logged, ended }
}
