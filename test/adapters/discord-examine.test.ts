/** What the doctor finds of Discord, by asking a small Discord of our own. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ExamineOptions, examineDiscord } from '../../adapters/discord/examine.ts'
import { PERMISSIONS } from '../../adapters/discord/refusals.ts'
import { hastyClock } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'

const SLIPWAY = '800000000000000009'
const MANAGERS = '800000000000000002'
const bitsOf = (...names: readonly string[]) =>
  String(PERMISSIONS.filter(([name]) => names.includes(name)).reduce((sum, [, bit]) => sum | (1n << bit), 0n))
const ALL = bitsOf(...PERMISSIONS.map(([name]) => name))

let server: DiscordServer
beforeEach(async () => {
  server = await createDiscordServer()
  server.state.roles.set(server.guildId, '0').set(SLIPWAY, ALL).set(MANAGERS, '0')
  server.state.botRoles = [SLIPWAY]
})
afterEach(() => server.close())

function examined(more: Partial<ExamineOptions> = {}) {
  const { token, apiUrl, applicationId, guildId, channelId } = server
  const roles = [{ name: 'managers', id: MANAGERS }]
  const clock = hastyClock()
  return examineDiscord({
    ...{ token, apiUrl, apiVersion: '10', applicationId, guildId, clock, channels: [channelId], roles, called: [] },
    ...more,
  })
}

const overwrite = (id: string, deny: string, allow = '0') => ({ id, type: 0, deny, allow })

test('where all is well it says so in one line, and has changed nothing', async () => {
  expect(await examined()).toEqual([
    expect.objectContaining({ about: 'Discord', standing: 'good', what: expect.stringContaining('in every channel') }),
  ])
  expect(server.requests.filter((request) => !request.startsWith('GET'))).toEqual([])
})

test.each([
  ['a token that is refused', { token: 'other' }, 'bad', 'DISCORD_TOKEN'],
  ['the id of another application', { applicationId: '123' }, 'bad', 'belongs to the application 900000000000000001'],
  ['a server that it is not in', { guildId: '123' }, 'bad', 'is not in the Discord server 123'],
  ['a channel that is gone', { channels: ['123'] }, 'bad', 'The Discord channel 123 is not there any more'],
  [
    'a role that is gone',
    { roles: [{ name: 'owners', id: '123' }] },
    'bad',
    'The role owners in slipway.yaml names 123',
  ],
  ['no channel at all', { channels: [] }, 'note', 'names no channel'],
] as const)('%s is named', async (_, more, standing, what) => {
  expect(await examined(more)).toEqual([expect.objectContaining({ standing, what: expect.stringContaining(what) })])
})

test('a Discord that does not answer is worth knowing, and stops nothing', async () => {
  server.faults.add(/applications/, 'refuse', 9)
  expect(await examined()).toEqual([expect.objectContaining({ standing: 'note', what: 'Discord cannot be reached.' })])
})

/** Who denies or allows it there: everybody, the roles of the bot, the bot itself, in this order. */
test.each([
  ['denied to everybody', () => [overwrite(server.guildId, bitsOf('Attach Files'))], ['Attach Files']],
  [
    'denied to everybody and given back to its role',
    () => [overwrite(server.guildId, ALL), overwrite(SLIPWAY, '0', ALL)],
    [],
  ],
  [
    'given to its role and denied to itself',
    () => [overwrite(SLIPWAY, '0', ALL), overwrite(server.applicationId, bitsOf('Embed Links'))],
    ['Embed Links'],
  ],
  ['denied to a role that it has not', () => [overwrite(MANAGERS, ALL)], []],
  [
    'a channel that it does not see',
    () => [overwrite(server.guildId, bitsOf('View Channel'))],
    PERMISSIONS.map(([name]) => name),
  ],
] as const)('permissions of a channel: %s', async (_, overwrites, missing) => {
  Object.assign(server.state.channels.get(server.channelId) ?? {}, { overwrites: overwrites() })
  const [finding] = await examined()
  const why = missing.length === 0 ? undefined : `that these are missing: ${missing.join(', ')}.`
  if (why === undefined) expect(finding).toMatchObject({ standing: 'good' })
  else expect(finding).toMatchObject({ standing: 'bad', why: expect.stringContaining(why) })
})

test.each([2, 13, 15])('a channel in which no thread can begin is named: kind %i', async (type) => {
  Object.assign(server.state.channels.get(server.channelId) ?? {}, { type })
  expect(await examined()).toMatchObject([{ standing: 'bad', what: expect.stringContaining('cannot keep a thread') }])
})

test('an administrator may do everything, whatever a channel denies', async () => {
  server.state.roles.set(SLIPWAY, '8')
  Object.assign(server.state.channels.get(server.channelId) ?? {}, { overwrites: [overwrite(server.guildId, ALL)] })
  expect(await examined()).toMatchObject([{ standing: 'good' }])
})

describe('a role that approves', () => {
  const called = [{ name: 'managers', id: MANAGERS }]

  test('and that nobody may mention is named, with what mends it', async () => {
    expect(await examined({ called })).toMatchObject([
      { standing: 'good' },
      {
        standing: 'note',
        what: expect.stringContaining('calls the role managers'),
        remedy: expect.stringContaining('@mention'),
      },
    ])
  })

  test('and that anyone may mention is called', async () => {
    server.state.mentionable.add(MANAGERS)
    expect(await examined({ called })).toMatchObject([{ standing: 'good' }])
  })

  test('is called by a bot that may mention all roles', async () => {
    server.state.roles.set(SLIPWAY, String(BigInt(ALL) | (1n << 17n)))
    expect(await examined({ called })).toMatchObject([{ standing: 'good' }])
  })
})
