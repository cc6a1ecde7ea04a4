/**
 * Interactions of any shape, as if the platforms had gone mad, before a real bot whose release waits for approval: nobody is
 * taken for whom the payload does not name, nothing comes of what somebody without a role sends, and the bot goes on.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANA as DISCORD_ANA, EVE as DISCORD_EVE, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { buttonsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL } from '../slack-server/state.ts'
import { botAtGate, GATED, textsIn, type Watched } from './bystander.ts'

const ANA = { id: 'UANA', name: 'Ana' }
const EVE = { id: 'UEVE', name: 'Eve' }
/** What only people with a role may do. */
const LINES = ['deploy 3.1.3', 'deploy 3.1.4', `cancel #${GATED}`, 'lock x', `deny #${GATED}`, `retry #${GATED}`]
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

/** Everybody who was heard is somebody whom the very payload names that they were heard by. */
function expectNamed({ heard }: Watched, payloadsOf: (id: string) => readonly unknown[]): void {
  const unnamed = heard.filter(({ id, actor }) => !textsIn(payloadsOf(id)).includes(actor.account))
  expect(unnamed).toEqual([])
}

describe('Slack', () => {
  let server: SlackServer
  let bot: Watched
  let approve = ''
  let count = 0
  const sent: { readonly id: string; readonly payload: unknown }[] = []
  beforeAll(async () => {
    server = await createSlackServer(ANA, EVE)
    // Whoever is asked for is a member: only the payload says who somebody is.
    server.state.people.get = (id) => ({ id, name: id })
    const { slack } = await attachSlack(server, 'socket')
    bot = await botAtGate(slack, { platform: 'slack', channel: CHANNEL }, ANA.id)
    await server.socket.ready()
    approve = await server.until(
      () =>
        server
          .messages()
          .flatMap(buttonsOf)
          .find(({ label }) => label.startsWith('Approve'))?.value,
    )
  })
  afterAll(async () => {
    await bot.stop()
    await server.close()
  })

  const user = { id: EVE.id, username: 'eve', name: 'eve', team_id: APP.team }
  const common = { team: { id: APP.team }, user, api_app_id: APP.id, trigger_id: 'trigger', response_url: '' }
  const PAYLOADS = {
    slash_commands: (line: string) => ({
      team_id: APP.team,
      user_id: EVE.id,
      user_name: 'eve',
      channel_id: CHANNEL,
      command: '/slipway',
      text: line,
      trigger_id: 't',
      response_url: '',
    }),
    interactive: () => ({
      ...common,
      type: 'block_actions',
      channel: { id: CHANNEL },
      container: { type: 'message', message_ts: '1', channel_id: CHANNEL },
      message: { ts: '1', thread_ts: '1' },
      actions: [{ type: 'button', action_id: 'press-0', block_id: 'b', value: approve, action_ts: '1' }],
    }),
    'interactive ': () => ({
      ...common,
      type: 'view_submission',
      view: {
        id: 'V1',
        callback_id: 'words',
        private_metadata: JSON.stringify({ button: approve, channel: CHANNEL, responseUrl: '' }),
        state: { values: { words: { words: { value: 'x' } } } },
      },
    }),
  }

  test.each(Object.entries(PAYLOADS))('takes %s of any shape for nobody it does not name', async (type, payload) => {
    const before = bot.heard.length
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LINES).chain((line) => spoiled(payload(line))),
        async (given) => {
          count += 1
          const named = isTriggered(given) ? { ...given, trigger_id: `${count}/${given.trigger_id}` } : given
          if (isTriggered(named)) sent.push({ id: `slack-${named.trigger_id}`, payload: named })
          await server.socket.deliver(type.trim(), named, 200)
        },
      ),
      { numRuns: 60, interruptAfterTimeLimit: 20_000 },
    )
    await expect.poll(() => bot.heard.length).toBeGreaterThan(before)
    // That of a form has the form's own behind it.
    const isOf = (whole: string, id: string) => whole === id || whole.startsWith(`${id}-`)
    expectNamed(bot, (whole) => sent.filter(({ id }) => isOf(whole, id)).map(({ payload: of }) => of))
    expect(bot.deeds()).toEqual([])
  })

  test('and then hears a person', async () => {
    await server.types(ANA, '/deploy 3.1.3')
    await expect.poll(bot.deeds).toEqual(['joined'])
    await server.pressesValue(ANA, approve)
    await expect.poll(bot.deeds).toContain('pressed')
  })
})

function isTriggered(given: unknown): given is { readonly trigger_id: string } {
  return typeof given === 'object' && given !== null && 'trigger_id' in given && typeof given.trigger_id === 'string'
}

describe('Discord', () => {
  let server: DiscordServer
  let bot: Watched
  let approve = ''
  const sent = new Map<string, unknown>()
  beforeAll(async () => {
    server = await createDiscordServer()
    bot = await botAtGate(discordOn(server).chat, { platform: 'discord', channel: server.channelId }, DISCORD_ANA.id)
    approve = await server.until(
      () =>
        server
          .messages()
          .flatMap(({ body }) => (body.components ?? []).flatMap((row) => row.components))
          .find(({ label }) => label?.startsWith('Approve'))?.custom_id,
    )
  })
  afterAll(async () => {
    await bot.stop()
    await server.close()
  })

  const member = {
    user: { id: DISCORD_EVE.id, username: 'eve', discriminator: '0', avatar: null },
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
  const deploy = { id: '1', name: 'deploy', type: 1 }
  const DATA = [
    ['a command', 2, () => ({ ...deploy, options: [{ type: 3, name: 'version', value: '3.1.3' }] })],
    ['a command about what waits', 2, () => ({ id: '1', name: 'cancel', type: 1, options: [] })],
    ['a press', 3, () => ({ custom_id: approve, component_type: 2 })],
    [
      'what is being filled in',
      4,
      () => ({ ...deploy, options: [{ type: 3, name: 'version', value: '3', focused: true }] }),
    ],
    [
      'a form',
      5,
      () => ({
        custom_id: approve,
        components: [{ type: 1, components: [{ type: 4, custom_id: 'words', value: 'x' }] }],
      }),
    ],
  ] as const

  test.each(DATA)('takes %s of any shape for nobody it does not name', async (_, type, data) => {
    const interaction = fc.constant(0).chain(() => fc.record({ data: spoiled(data()), rest: spoiled(common()) }))
    await fc.assert(
      fc.asyncProperty(interaction, async ({ data: given, rest }) => {
        const payload = { ...(rest as object), id: server.state.newId(), type, data: given as object }
        sent.set(payload.id, payload)
        server.gateway.dispatch('INTERACTION_CREATE', payload)
      }),
      { numRuns: 60 },
    )
    const mine = new Set<string>()
    await expect
      .poll(
        () => {
          // What waits for 3 s behind all of these is lost in Discord, and whoever got no answer types again.
          const { id } = server.types(DISCORD_EVE, 'status')
          mine.add(id)
          sent.set(id, DISCORD_EVE)
          return bot.heard.some((each) => mine.has(each.id))
        },
        { interval: 4_000 },
      )
      .toBe(true)
    expectNamed(bot, (id) => [sent.get(id)])
    expect(bot.deeds()).toEqual([])
  })

  test('and then hears a person', async () => {
    await expect
      .poll(
        () => {
          server.types(DISCORD_ANA, 'deploy 3.1.3')
          return bot.deeds()
        },
        { interval: 4_000 },
      )
      .toContain('joined')
  })
})
