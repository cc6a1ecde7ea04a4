import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Discord } from '../../adapters/discord/discord.ts'
import { readWorld } from '../../sandbox/check.ts'
import type { Event } from '../../src/release/event.ts'
import { ANA, BEN, discordOn, EVE } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'
import { expectGoodManners, inDiscord, shown, threadOf, titleOf } from './discord-scene.ts'
import { type Grounds, openGrounds } from './house.ts'
import type { TestBot } from './test-bot.ts'
import { DONE, GATE } from './titles.ts'

const [, managers = ''] = [ANA.roles?.[0], BEN.roles?.[0]]
let server: DiscordServer
let grounds: Grounds
let bot: TestBot
let logged: readonly string[]
const chats: Discord[] = []

async function enter(dataFolder?: string): Promise<void> {
  const there = discordOn(server)
  logged = there.logged
  chats.push(there.chat)
  bot = await grounds.startBot(inDiscord(server), { chats: [there.chat], ...(dataFolder && { dataFolder }) })
}

async function open(): Promise<void> {
  server = await createDiscordServer()
  grounds = await openGrounds({ makepkg: 'stand-in' })
  await enter()
  await server.until(() => server.state.commands.length > 0)
}

async function leave(): Promise<void> {
  await grounds.close()
  await server.close()
}

const privately = (person = ANA) => server.privately(person).map(textOfMessage).join('\n')

describe('a release in Discord', () => {
  beforeAll(open)
  afterAll(leave)

  test('is asked for, told in a thread of its own, and stops for those who may answer', async () => {
    server.faults.add(/callback/, 'lose')
    for (const part of [/POST .*messages$/, /threads$/, /PATCH/, /GET .*messages/])
      for (const fault of ['lose', 'cut', 'limit', 'cut after'] as const) server.faults.add(part, fault)
    server.types(ANA, 'deploy 3.1.3')
    const gate = textOfMessage(await shown(server, GATE))
    for (const words of [
      `<@&${managers}>`,
      '[Approve and submit] [Deny]',
      'file: aur.diff',
      `members of <@&${managers}>`,
      '<t:',
    ])
      expect(gate).toContain(words)
    expect(
      server
        .messages()
        .filter(({ channel }) => channel === server.channelId)
        .map(titleOf),
    ).toHaveLength(1)
    const [head] = server.messages()
    expect(server.state.channels.get(head?.id ?? '')?.name).toMatch(/^#1: .*Harbour 3\.1\.3\+001/)
    expect(privately()).toBe('')
  })

  test('is suggested by its number, and the versions that could come next by theirs', async () => {
    const chosen = async (command: string, field: string) => {
      const asked = server.completes(BEN, command, field, '')
      return server.until(() => asked.data as { choices: readonly { name: string; value: unknown }[] } | undefined)
    }
    expect(await chosen('status', 'number')).toEqual({
      choices: [{ name: '#1: Harbour 3.1.3+001 waits for an answer', value: 1 }],
    })
    const versions = (await chosen('deploy', 'version')).choices.map(({ name }) => name)
    expect(versions).toEqual(expect.arrayContaining([expect.stringMatching(/^3\.2\.0\+001 \(minor\)$/)]))
  })

  test('waits two hours, and takes no press of who asked for it, of a stranger or of who lost the role', async () => {
    server.advance(2 * 60 * 60_000)
    const before = await readWorld(grounds.world)
    server.presses(ANA, 'Approve')
    server.presses({ ...EVE }, 'Approve')
    server.presses({ ...BEN, roles: [] }, 'Approve')
    for (const person of [ANA, EVE, BEN]) await server.until(() => privately(person) !== '')
    expect(privately(ANA)).toMatch(/Ana/)
    expect(privately(EVE)).toMatch(/Eve may not/)
    expect(privately(BEN)).toMatch(/Ben may not/)
    expect(await readWorld(grounds.world)).toEqual(before)
  })

  test('goes on when another person approves, once, whoever presses after that', async () => {
    const pressed = server.presses(BEN, 'Approve')
    server.presses(BEN, 'Approve')
    server.redelivers(pressed)
    await shown(server, GATE, (text) => text.includes('Approved by Ben'))
    await server.until(() => privately(BEN).includes('approved by Ben'))
    const result = await shown(server, DONE, (text) => text.includes(`<@${ANA.id}>`))
    for (const words of [
      'file: certificate-harbour-3.1.3+001.txt',
      'file: harbour-3.1.3+001-1.json',
      'file: timeline-harbour-1.png',
    ])
      expect(textOfMessage(result)).toContain(words)
    await bot.bot.idle()
    const world = await readWorld(grounds.world)
    expect(world).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
  })

  test('in one thread, in its order, below one message that ends as the result', () => {
    expect(threadOf(server)).toEqual([GATE, '#1: 3.1.3+001 from outside: 11 of 11 pass', DONE])
    const [head] = server.messages()
    expect(head && textOfMessage(head)).toMatch(
      /^#1: Harbour 3.1.3\+001 is released\n[\s\S]*certificate is in the thread/,
    )
    expectGoodManners(server, [
      [GATE, managers],
      [DONE, ANA.id],
    ])
    expect(logged).toEqual([])
  })

  test('and can be verified at any time, with what was found and how to look oneself', async () => {
    server.types(EVE, 'verify')
    const answer = textOfMessage(await shown(server, 'Harbour 3.1.3+001 from outside'))
    expect(answer).toContain('**VPS Web**  Version Endpoint: **pass**\nExpected 3.1.3+001 · Found 3.1.3+001')
    expect(answer).toMatch(
      /To check by hand:\*\*\n```\n# Git Repository: Version\ngit fetch [\s\S]*# VPS Web: Version Endpoint\ncurl /,
    )
    for (const line of answer.split('```')[0]?.split('\n') ?? []) expect(line.length).toBeLessThan(110)
  })

  test('and is taken back by buttons: which version, which plan', async () => {
    server.types(ANA, 'rollback')
    await shown(server, 'Roll Harbour back to which version?')
    server.presses(ANA, 'Back to 3.1.2+001')
    const question = await shown(server, '#2: roll Harbour', (text) => text.includes('[Deny]'))
    expect(textOfMessage(question)).toContain('[Roll back everything]')
    server.presses(BEN, 'Roll back everything')
    await shown(server, '#2: Harbour 3.1.3+001 was rolled back', (text) => text.includes(`<@${ANA.id}>`))
    await bot.bot.idle()
    expect(await readWorld(grounds.world)).toMatchObject({ servedVersion: '3.1.2+001' })
  })
})

describe('a release that stops, is retried and denied', () => {
  beforeAll(open)
  afterAll(leave)

  test('stops with what broke it and the ways on as buttons, and goes on by one of them', async () => {
    await grounds.world.commitToOrigin({ 'lib/crane.dart': "#error Expected ';' after this.\n" }, 'feat: a crane')
    server.types(ANA, 'deploy 3.1.3')
    const stop = textOfMessage(await shown(server, 'stopped'))
    expect(stop).toMatch(/Expected ';' after this[\s\S]*\[Retry\]/)
    await bot.bot.idle()
    await grounds.world.commitToOrigin({ 'lib/crane.dart': 'const cranes = 3;\n' }, 'fix: the crane compiles')
    server.presses(ANA, 'Retry')
  })

  test('goes on while Discord cannot be reached, and its thread catches up in order', async () => {
    const before = threadOf(server)
    server.faults.add(/channels/, 'cut', Number.POSITIVE_INFINITY)
    await expect.poll(async () => isAsked(await bot.journal.read(1)), { timeout: 50_000 }).toBe(true)
    expect(threadOf(server)).toEqual(before)
    server.faults.clear()
    await shown(server, GATE)
    expect(threadOf(server)).toEqual([...before, GATE])
  })

  test('is asked the same question after the bot was killed, in the same message', async () => {
    await bot.stop()
    await chats.at(-1)?.stop()
    const there = server.messages().length
    await enter(bot.dataFolder)
    const asked = server.presses(BEN, 'Deny')
    await server.until(() => asked.acknowledged === 9)
    server.submits(BEN, asked, 'the changelog is "wrong"')
    await shown(server, GATE, (text) => text.includes('Denied by Ben'))
    await shown(server, '#1: Harbour 3.1.3+001 was denied', (text) => text.includes(`<@${ANA.id}>`))
    await bot.bot.idle()
    expect(server.messages()).toHaveLength(there + 1)
    const [head] = server.messages()
    expect(head && textOfMessage(head)).toMatch(/Reason: the changelog is wrong\n[\s\S]*The rest of AUR, left out/)
    expect(head && textOfMessage(head)).not.toContain('waits for an answer')
    expectGoodManners(server, [
      [GATE, managers],
      ['#1: Harbour 3.1.3+001 was denied', ANA.id],
    ])
  })
})

function isAsked(events: readonly Event[] | undefined): boolean {
  return events?.some(({ type }) => type === 'asked') === true
}
