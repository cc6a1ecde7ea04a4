import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DiscordOptions } from '../../adapters/discord/discord.ts'
import { inviteLink, PERMISSIONS } from '../../adapters/discord/refusals.ts'
import { COMMANDS } from '../../commands/table.ts'
import type { Chat, Incoming, Outage } from '../../src/ports/chat.ts'
import type { Suggest } from '../../src/ports/command-form.ts'
import { card } from '../contract/chat-port.ts'
import { ANA, BEN, discordOn, EVE, hastyClock } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'

/** A bot that hears, answers what it is told to answer, and is missed. */
let server: DiscordServer
let chat: Chat
let heard: Incoming[]
let missed: Outage[]
let mended: number
let logged: readonly string[]
let reply: (incoming: Incoming) => Promise<void>
const started: Chat[] = []

const suggest: Suggest = async (form, field) =>
  form === 'deploy' && field === 'version'
    ? ['3.1.4+001 (patch)', '3.2.0+001 (minor)', `3.2.0-${'x'.repeat(101)}`].map((shown) => ({
        shown,
        value: shown.split(' ')[0] ?? '',
      }))
    : []

async function begin(more: Partial<DiscordOptions> = {}): Promise<void> {
  const bot = discordOn(server, more)
  ;({ chat, logged } = bot)
  started.push(chat)
  const handle = async (incoming: Incoming) => {
    heard.push(incoming)
    await reply(incoming)
  }
  const noted = () => {
    mended += 1
  }
  await chat.start(handle, (outage) => missed.push(outage), suggest, noted)
}

const registered = () => server.until(() => server.state.commands.length > 0)
const place = () => ({ platform: 'discord', channel: server.channelId }) as const
const asking = card('Submit?', {
  buttons: [
    { label: 'Approve', style: 'primary', command: 'approve #42', gate: { id: 'g', digest: 'd1' } },
    { label: 'Deny', style: 'danger', command: 'deny #42', gate: { id: 'g', digest: 'd1' } },
    { label: 'Retry', style: 'plain', command: 'retry #42' },
  ],
})
const privately = (person = ANA) => server.privately(person).map(textOfMessage)

beforeEach(async () => {
  server = await createDiscordServer()
  heard = []
  missed = []
  mended = 0
  reply = async () => {}
})
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop()
  await server.close()
})

describe('the commands of a server', () => {
  test('are those of the table, with their fields, and are written once until they change', async () => {
    await begin()
    await registered()
    const named = server.state.commands as { name: string; description: string; options: object[] }[]
    expect(named.map(({ name, description }) => [name, description])).toEqual(
      Object.values(COMMANDS).map(({ name, summary }) => [name, summary]),
    )
    expect(JSON.stringify(named)).not.toContain('…"')
    const deploy = named.find(({ name }) => name === 'deploy')
    expect(deploy?.options).toMatchObject([
      { name: 'version', type: 3, required: false, autocomplete: true },
      ...['dry-run', 'notes', 'override', 'project'].map((name) => ({ name, required: false })),
    ])
    const rollback = named.find(({ name }) => name === 'rollback')
    expect(rollback?.options[1]).toMatchObject({ choices: ['vps', 'aur', 'build', 'git'].map((value) => ({ value })) })
    const approve = named.find(({ name }) => name === 'approve')
    expect(approve?.options[0]).toMatchObject({ name: 'number', type: 4, required: true, autocomplete: true })
    await begin()
    await server.until(() => server.requests.filter((request) => request.includes('/commands')).length >= 3)
    expect(server.state.registrations).toBe(1)
    server.state.commands = server.state.commands.slice(1)
    await begin()
    await server.until(() => server.state.registrations === 2)
  })

  test('where Slipway was not invited with them, the log has the link that does, once, and they follow', async () => {
    server.faults.add(/commands/, { code: 50001, status: 403 }, 3)
    await begin({ clock: hastyClock() })
    await registered()
    expect(logged).toEqual([expect.stringContaining('scope=bot+applications.commands&permissions=309237763072')])
  })

  test('need what the README’s invitation asks for, by name and by number', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    expect(readme).toContain(inviteLink('APPLICATION_ID'))
    expect(PERMISSIONS.filter(([name]) => !readme.includes(`| ${name} |`))).toEqual([])
  })

  test.each([
    ['deploy 3.1.3 --dry-run', 'deploy 3.1.3 --dry-run'],
    ['deploy --notes "two words"', 'deploy --notes "two words"'],
    ['approve #42', 'approve #42'],
    ['deny #42 "not today"', 'deny #42 not today'],
    ['verify', 'verify'],
  ])('%s is heard as it is typed elsewhere', async (typed, line) => {
    await begin()
    await registered()
    server.types(ANA, typed)
    await expect.poll(() => heard[0]?.text).toBe(line)
    expect(heard[0]).toMatchObject({
      actor: { account: ANA.id, name: 'Ana', groups: ANA.roles, vouched: true },
      place: place(),
    })
  })

  test.each([
    ['approve #42', '/approve number:42'],
    ['deploy 3.1.3 --dry-run --notes "two words"', '/deploy version:3.1.3 dry-run:True notes:two words'],
    ['help deploy', '/help command:deploy'],
    ['status', '/status'],
    ['deploy [version] [--dry-run]', '/deploy [version] [--dry-run]'],
  ])('%s is spelled so that Discord fills in its form when it is pasted', (command, spelled) => {
    expect(discordOn(server).chat.spell(command)).toBe(spelled)
  })

  test('versions are suggested as far as they are typed', async () => {
    await begin()
    await registered()
    const asked = server.completes(ANA, 'deploy', 'version', '3.2')
    const choices = [{ name: '3.2.0+001 (minor)', value: '3.2.0+001' }]
    await expect.poll(() => asked.data).toEqual({ choices })
  })
})

describe('what a person sends', () => {
  test('is acknowledged before the bot does anything, and a deployment’s own cards are the answer', async () => {
    await begin()
    await registered()
    reply = async () => expect(server.requests.at(-1)).toMatch(/callback$/)
    const sent = server.types(ANA, 'deploy 3.1.3')
    await server.until(() => server.requests.some((request) => request.startsWith('DELETE')))
    expect(sent).toMatchObject({ acknowledged: 5, isPrivate: true })
    expect(server.requests.filter((request) => /interactions|webhooks/.test(request))).toHaveLength(2)
    expect(server.messages()).toEqual([])
    expect(privately()).toEqual([])
  })

  test.each(['lose', 'cut after', 'refuse', 'cut', 'hang', 'limit'] as const)('counts once: %s', async (fault) => {
    await begin()
    await registered()
    server.faults.add(/callback/, fault)
    server.faults.add(/@original/, fault === 'hang' ? 'lose' : fault)
    reply = (incoming) => chat.answer(incoming, card('Only you'), 'private')
    server.types(ANA, 'status')
    await expect.poll(() => privately()).toEqual(['Only you'])
    expect(heard).toHaveLength(1)
  })

  test('counts once where it is delivered again', async () => {
    await begin()
    await registered()
    const sent = server.types(ANA, 'status')
    server.redelivers(sent)
    server.types(ANA, 'help')
    await expect.poll(() => heard.map(({ text }) => text)).toEqual(['status', 'help'])
  })

  test('is answered in the channel where everybody may read it, also two hours later', async () => {
    await begin()
    await registered()
    const late = Promise.withResolvers<void>()
    reply = async (incoming) => {
      await late.promise
      await chat.answer(incoming, card('For all'), 'channel')
    }
    server.types(ANA, 'verify')
    await expect.poll(() => heard).toHaveLength(1)
    server.advance(2 * 60 * 60_000)
    late.resolve()
    await expect.poll(() => server.messages().map(textOfMessage)).toEqual(['For all'])
  })

  test('in a thread is answered there, and belongs to its channel', async () => {
    await begin()
    await registered()
    server.state.channels.set('77', { id: '77', parent: server.channelId, name: 'talk', archived: false })
    reply = (incoming) => chat.answer(incoming, card('For all'), 'channel')
    server.types(ANA, 'status', '77')
    await expect.poll(() => server.messages().map(({ channel }) => channel)).toEqual(['77'])
    expect(heard[0]?.place).toEqual(place())
  })

  test.each([
    ['in text', 0, undefined],
    ['in announcements', 5, undefined],
    ['beside a voice channel', 2, 'discord.no-home'],
    ['on a stage', 13, 'discord.no-home'],
    ['in a post of a forum', 15, 'discord.no-home'],
  ])('%s says whether a deployment can be told there', async (_, type, code) => {
    await begin()
    await registered()
    server.state.channels.set('76', { id: '76', name: 'lounge', type, archived: false })
    server.state.channels.set('77', { id: '77', parent: '76', name: 'talk', archived: false })
    const channels = type === 15 ? ['77', '77'] : ['76', '77']
    for (const channel of channels) server.types(ANA, 'deploy 3.1.3', channel)
    await chat.post({ platform: 'discord', channel: channels[0] ?? '' }, asking, '42/gate')
    server.presses(ANA, 'Retry')
    await expect.poll(() => heard).toHaveLength(3)
    expect(heard.map(({ noHome }) => noHome?.code)).toEqual([code, code, code])
  })

  test('in a thread is heard where Discord does not say what its channel is', async () => {
    await begin()
    await registered()
    server.state.channels.set('77', { id: '77', parent: server.channelId, name: 'talk', archived: false })
    server.faults.add(/^GET \/channels\/\d+$/, { code: 50001, status: 403 })
    server.types(ANA, 'deploy 3.1.3', '77')
    await expect.poll(() => heard).toHaveLength(1)
    expect(heard[0]).not.toHaveProperty('noHome')
  })

  test('where the bot may not write, the answer and what is missing are told privately', async () => {
    await begin()
    await registered()
    server.faults.add(/^POST .*messages$/, { code: 50013, status: 403 })
    reply = (incoming) => chat.answer(incoming, card('For all'), 'channel')
    server.types(ANA, 'status')
    await expect.poll(() => privately().join()).toMatch(/For all[\s\S]*Send Messages in Threads/)
  })

  test.each(['private', 'channel'] as const)(
    'says where to look in place of an answer that Discord will never take: %s',
    async (audience) => {
      await begin()
      await registered()
      server.faults.add(/^POST .*messages$/, { code: 50035, status: 400 })
      server.faults.add(/^PATCH \/webhooks/, { code: 50035, status: 400 })
      reply = (incoming) => chat.answer(incoming, card('How it stands'), audience)
      server.types(ANA, 'status')
      const said = /does not take this card[\s\S]*50035[\s\S]*npm run slipway -- status/
      await expect.poll(() => privately().join()).toMatch(said)
    },
  )

  test('is heard of where a permission was given back, so that what was refused is tried at once', async () => {
    await begin()
    await server.gateway.connected()
    const before = mended
    server.gateway.dispatch('GUILD_ROLE_UPDATE', { guild_id: server.guildId, role: { id: '1', permissions: '0' } })
    await expect.poll(() => mended).toBeGreaterThan(before)
  })

  test('is taken where the bot cannot write, and that is told privately', async () => {
    await server.close()
    server = await createDiscordServer({ permissions: '1024' })
    await begin()
    await registered()
    server.types(ANA, 'deploy 3.1.3')
    await expect.poll(() => privately().join()).toMatch(/missing: Send Messages, Embed Links/)
    expect(heard).toHaveLength(1)
    await chat.post(place(), asking, '42/gate')
    server.presses(BEN, 'Retry')
    await expect.poll(() => privately(BEN).join()).toMatch(/missing: Send Messages, Embed Links/)
  })

  test('in a message to the bot itself, or from another server, is refused', async () => {
    await begin()
    await registered()
    const sent = server.types(ANA, 'status')
    await expect.poll(() => heard).toHaveLength(1)
    server.redelivers(sent, { id: '123456789012345678', guild_id: '111' })
    await expect.poll(() => logged.length + privately().length).toBeGreaterThan(0)
    expect(heard).toHaveLength(1)
  })
})

describe('a press', () => {
  beforeEach(async () => {
    await begin()
    await registered()
    await chat.post(place(), asking, '42/gate')
  })

  test('carries what its button showed, and the roles of that moment', async () => {
    server.presses(BEN, 'Approve')
    server.presses({ ...BEN, roles: [] }, 'Retry')
    await expect.poll(() => heard).toHaveLength(2)
    expect(heard[0]).toMatchObject({ text: 'approve #42', digest: 'd1', actor: { name: 'Ben', groups: BEN.roles } })
    expect(heard[1]).toMatchObject({ text: 'retry #42', actor: { groups: [] } })
    expect(heard[1]).not.toHaveProperty('digest')
  })

  test.each([
    ['not today', 'deny #42 not today'],
    ['the “changelog” isn’t "right".', 'deny #42 the changelog isn’t right.'],
    ['', 'deny #42'],
  ])('to deny asks why, and the reason may be left out: “%s”', async (reason, line) => {
    const asked = server.presses(BEN, 'Deny')
    await expect.poll(() => asked.acknowledged).toBe(9)
    expect(heard).toEqual([])
    server.submits(BEN, asked, reason)
    await expect.poll(() => heard[0]).toMatchObject({ text: line, digest: 'd1', actor: { name: 'Ben' } })
  })

  test('that could not be acknowledged does not count, and is told as missed', async () => {
    server.faults.add(/callback/, { code: 10062, status: 404 })
    server.presses(BEN, 'Approve')
    await expect.poll(() => missed).toHaveLength(1)
    expect(heard).toEqual([])
  })

  test('on a button of an earlier process says so and changes nothing', async () => {
    const [message] = server.messages()
    if (message !== undefined) server.pressesId(EVE, message, 'nobody-knows')
    await expect.poll(() => privately(EVE).join()).toContain('no longer shown')
    expect(heard).toEqual([])
  })

  test('whose thread is deleted meanwhile is asked for again in another one', async () => {
    const head = await chat.post(place(), card('#43: release'), '43/first')
    await chat.post({ ...place(), thread: head.id }, asking, '43/gate')
    server.deletesThread(head.id)
    const [first] = server.messages().filter(({ channel }) => channel === head.id)
    const again = () =>
      server
        .messages()
        .filter(({ body }) => body.embeds?.[0]?.title === 'Submit?' && body.embeds[0].footer?.text.startsWith('43'))
    await expect.poll(() => again().filter(({ id }) => id !== first?.id)).toHaveLength(1)
  })

  test('whose thread is deleted is asked again, whatever else stood there and however often it is refused', async () => {
    await chat.stop()
    await begin({ clock: hastyClock() })
    const head = await chat.post(place(), card('#43: release'), '43/first')
    const below = { ...place(), thread: head.id }
    await chat.post(below, card('#43: started'), '43/started')
    await chat.post({ ...place(), channel: head.id }, { ...asking, title: 'An answer' }, 'answer/1')
    await chat.post(below, { ...asking, title: 'Fix it?' }, '43/fix')
    const { channel: lost } = await chat.post(below, asking, '43/gate')
    server.faults.add(/^POST .*messages$/, { code: 50013, status: 403 }, 2)
    server.deletesThread(head.id)
    const elsewhere = () => server.messages().filter(({ channel }) => ![lost, server.channelId].includes(channel))
    await expect.poll(() => elsewhere().map(({ body }) => body.embeds?.[0]?.title)).toEqual(['Fix it?', 'Submit?'])
  })
})
