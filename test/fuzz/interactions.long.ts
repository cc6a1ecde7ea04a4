/** Interactions of any shape, as if the platforms had gone mad: nobody is taken for somebody, and the bot goes on. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import { ANA as DISCORD_ANA, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL } from '../slack-server/state.ts'

const ANA = { id: 'UANA', name: 'Ana' }
const odd = fc.oneof(
  fc.constantFrom(null, '', 0, -1, true, [], {}, '__proto__', 'constructor', '\u0000', '\u202e', 'x'.repeat(5_000)),
  fc.jsonValue({ maxDepth: 2 }),
)

/** The same with some of its values, at any depth, replaced or left out. */
function spoiled(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return mostly(value)
  if (Array.isArray(value)) return fc.tuple(...value.map(spoiled))
  const fields = Object.entries(value).map(([key, each]) => [key, spoiled(each)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: fields.slice(0, -2).map(([key]) => key) })
}

function mostly(value: unknown): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: odd })
}

describe('Slack', () => {
  let server: SlackServer
  let chat: Chat
  const heard: Incoming[] = []
  beforeAll(async () => {
    server = await createSlackServer(ANA)
    const attached = await attachSlack(server, 'socket')
    chat = attached.slack
    await chat.start(
      async (incoming) => void heard.push(incoming),
      () => {},
    )
    await server.socket.ready()
  })
  afterAll(async () => {
    await chat.stop()
    await server.close()
  })

  const user = { id: 'UEVE', username: 'eve', name: 'eve', team_id: APP.team }
  const common = { team: { id: APP.team }, user, api_app_id: APP.id, trigger_id: 'trigger', response_url: '' }
  const PAYLOADS = {
    slash_commands: {
      team_id: APP.team,
      user_id: 'UEVE',
      user_name: 'eve',
      channel_id: CHANNEL,
      command: '/deploy',
      text: '3.1.3',
      trigger_id: 't',
      response_url: '',
    },
    interactive: {
      ...common,
      type: 'block_actions',
      channel: { id: CHANNEL },
      container: { type: 'message', message_ts: '1', channel_id: CHANNEL },
      message: { ts: '1', thread_ts: '1' },
      actions: [{ type: 'button', action_id: 'press-0', block_id: 'b', value: 'v', action_ts: '1' }],
    },
    'interactive ': {
      ...common,
      type: 'view_submission',
      view: {
        id: 'V1',
        callback_id: 'words',
        private_metadata: '{"button":"b"}',
        state: { values: { words: { words: { value: 'x' } } } },
      },
    },
  }

  test.each(Object.entries(PAYLOADS))('takes %s of any shape for nobody’s', async (type, payload) => {
    await fc.assert(
      fc.asyncProperty(spoiled(payload), fc.nat(), async (given, id) => {
        const named =
          typeof given === 'object' && given !== null && 'trigger_id' in given
            ? { ...given, trigger_id: `${given.trigger_id}${id}` }
            : given
        await server.socket.deliver(type.trim(), named, 200)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    )
    expect(heard.filter(({ actor }) => actor.account === ANA.id)).toEqual([])
  })

  test('and then hears a person', async () => {
    await server.types(ANA, '/deploy 3.1.3')
    await expect
      .poll(() => heard.filter(({ actor }) => actor.account === ANA.id).map(({ text }) => text))
      .toEqual(['deploy 3.1.3'])
  })
})

describe('Discord', () => {
  let server: DiscordServer
  let chat: Chat
  const heard: Incoming[] = []
  beforeAll(async () => {
    server = await createDiscordServer()
    chat = discordOn(server).chat
    await chat.start(
      async (incoming) => void heard.push(incoming),
      () => {},
    )
    await server.until(() => server.state.commands.length > 0)
  })
  afterAll(async () => {
    await chat.stop()
    await server.close()
  })

  const member = {
    user: { id: '7', username: 'eve', discriminator: '0', avatar: null },
    roles: ['8'],
    permissions: '0',
    joined_at: new Date(0).toISOString(),
    deaf: false,
    mute: false,
    flags: 0,
  }
  const common = () => ({
    token: 'token',
    application_id: server.applicationId,
    guild_id: server.guildId,
    channel_id: server.channelId,
    channel: { id: server.channelId, type: 0 },
    member,
    version: 1,
    locale: 'en-GB',
    entitlements: [],
    authorizing_integration_owners: {},
    context: 0,
    app_permissions: '0',
  })
  const DATA = [
    ['a command', 2, { id: '1', name: 'deploy', type: 1, options: [{ type: 3, name: 'version', value: '3.1.3' }] }],
    ['a press', 3, { custom_id: 'x', component_type: 2 }],
    [
      'what is being filled in',
      4,
      { id: '1', name: 'deploy', type: 1, options: [{ type: 3, name: 'version', value: '3', focused: true }] },
    ],
    [
      'a form',
      5,
      { custom_id: 'x', components: [{ type: 1, components: [{ type: 4, custom_id: 'words', value: 'x' }] }] },
    ],
  ] as const

  test.each(DATA)('takes %s of any shape for nobody’s', async (_, type, data) => {
    const interaction = fc.record({
      id: fc.constant(0),
      type: fc.constant(type),
      data: spoiled(data),
      rest: fc.constant(0).chain(() => spoiled(common())),
    })
    await fc.assert(
      fc.asyncProperty(interaction, async ({ data: given, rest }) => {
        server.gateway.dispatch('INTERACTION_CREATE', {
          ...(rest as object),
          id: server.state.newId(),
          type,
          data: given as object,
        })
      }),
      { numRuns: 60 },
    )
    await expect
      .poll(
        () => {
          // What waits for 3 s behind all of these is lost in Discord, and whoever got no answer types again.
          server.types(DISCORD_ANA, 'status')
          return heard.filter(({ actor }) => actor.account === DISCORD_ANA.id).length
        },
        { interval: 4_000 },
      )
      .toBeGreaterThan(0)
    expect(
      heard.every(
        ({ actor }) =>
          (typeof actor.account === 'string' && actor.account !== DISCORD_ANA.id) || actor.name === DISCORD_ANA.name,
      ),
    ).toBe(true)
  })
})
