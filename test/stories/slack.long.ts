import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Slack, SlackOptions } from '../../adapters/slack/slack.ts'
import { readWorld } from '../../sandbox/check.ts'
import { attachSlack, type WayName } from '../slack-server/bot.ts'
import { calledBy, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { type Grounds, openGrounds } from './house.ts'
import {
  ANA,
  BEN,
  EVE,
  expectGoodManners,
  inSlack,
  labelsOf,
  NEWS,
  shown,
  threadOf,
  titleOf,
  whispered,
} from './slack-scene.ts'
import type { TestBot } from './test-bot.ts'

let server: SlackServer
let grounds: Grounds
let bot: TestBot
let slack: Slack

async function enter(way: WayName, more: Partial<SlackOptions> = {}, dataFolder?: string): Promise<void> {
  slack = (await attachSlack(server, way, more)).slack
  bot = await grounds.startBot(inSlack, { chats: [slack], ...(dataFolder && { dataFolder }) })
}

async function open(way: WayName): Promise<void> {
  server = await createSlackServer(ANA, BEN, EVE)
  server.state.groups.set('SREL', [BEN.id])
  server.state.joined.add(NEWS)
  grounds = await openGrounds({ makepkg: 'stand-in' })
  await enter(way)
}

async function leave(): Promise<void> {
  await grounds.close()
  await server.close()
}

const GATE = '#1: submit harbour 3.1.3+001 to the AUR?'
const DONE = '#1: Harbour 3.1.3+001 is released'

describe('a release in Slack, over HTTP', () => {
  beforeAll(() => open('http'))
  afterAll(leave)

  test('goes on while Slack cannot be reached, and its thread catches up in order', async () => {
    expect((await server.types(ANA, '/deploy 3.1.3')).acknowledged).toBe(true)
    await shown(server, '#1:')
    server.faults.add(/^(chat|conversations|files|upload)/, { kind: 'reset' }, Number.POSITIVE_INFINITY)
    await expect.poll(() => isAsked(bot), { timeout: 50_000 }).toBe(true)
    expect(threadOf(server)).toEqual([])
    server.faults.clear()
    const gate = await shown(server, GATE)
    expect(labelsOf(gate)).toEqual(['Approve and submit', 'Deny'])
    expect(calledBy(gate)).toEqual(['SREL'])
    expect(gate).toMatchObject({ broadcast: true, thread_ts: server.messages()[0]?.ts })
    expect(JSON.stringify(gate)).toContain('<!date^')
    expect(threadOf(server)).toEqual(['aur.diff', GATE])
  })

  test('takes no press of who asked for it, of a stranger, or of who was taken out of the group', async () => {
    const before = await readWorld(grounds.world)
    await server.presses(ANA, 'Approve')
    await server.presses(EVE, 'Approve')
    server.state.groups.set('SREL', [])
    await server.presses(BEN, 'Approve')
    for (const person of [ANA, EVE, BEN]) await server.until(() => whispered(server, person) !== '')
    expect(whispered(server, EVE)).toContain('Eve may not')
    server.state.groups.set('SREL', [BEN.id])
    expect(await readWorld(grounds.world)).toEqual(before)
  })

  test('goes on when another person approves, once, however often it is delivered', async () => {
    const { request } = await server.presses(BEN, 'Approve')
    await Promise.all([server.presses(BEN, 'Approve').catch(() => {}), request && server.sends(request)])
    const gate = await shown(server, GATE, (text) => text.includes('Approved by Ben'))
    expect(labelsOf(gate)).toEqual([])
    await shown(server, DONE, (_, { thread_ts }) => thread_ts !== undefined)
    await bot.bot.idle()
    expect(await readWorld(grounds.world)).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
  })

  test('in one thread, below one message that ends as the result, and announced', () => {
    const [head, ...others] = server.messages().filter(({ thread_ts }) => thread_ts === undefined)
    expect(others).toEqual([])
    expect(head && titleOf(head)).toBe(DONE)
    expect(threadOf(server).filter((title) => title.startsWith('#1'))).toEqual([
      GATE,
      '#1: 3.1.3+001 from outside: 11 of 11 pass',
      DONE,
    ])
    expect(server.messages(NEWS).map(titleOf)).toEqual([DONE])
    expectGoodManners(server, [[DONE, [ANA.id]]])
  })

  test('and can be verified at any time, visibly for all', async () => {
    await server.types(EVE, '/verify')
    const answer = wordsOf(await shown(server, 'Harbour 3.1.3+001 from outside'))
    expect(answer).toMatch(/Component\s+Check\s+Expected/)
    expect(answer).toContain('To check by hand')
  })

  test('and is taken back by buttons: which version, which plan', async () => {
    await server.types(ANA, '/rollback')
    await shown(server, 'Which version of Harbour is gone back to?')
    await server.presses(ANA, 'Back to 3.1.2+001')
    const question = await shown(server, '#2: roll Harbour', (_, message) => labelsOf(message).includes('Deny'))
    expect(labelsOf(question)[0]).toBe('Roll back everything')
    expect(calledBy(question)).toEqual(['SREL'])
    await server.presses(BEN, 'Roll back everything')
    await shown(server, '#2: Harbour 3.1.3+001 was rolled back', (_, { thread_ts }) => thread_ts !== undefined)
    await bot.bot.idle()
    expect(await readWorld(grounds.world)).toMatchObject({ servedVersion: '3.1.2+001' })
    expect(server.refusals).toEqual([])
  })
})

describe('a release in Slack that stops, is tried again and denied, over the socket', () => {
  beforeAll(() => open('socket'))
  afterAll(leave)

  test('stops with the ways on as buttons, and goes on by one of them', async () => {
    await grounds.world.commitToOrigin({ 'lib/crane.dart': "#error Expected ';' after this.\n" }, 'feat: a crane')
    await server.types(ANA, '/deploy 3.1.3')
    const stop = await shown(server, 'stopped')
    expect(labelsOf(stop)).toContain('Retry')
    expect(wordsOf(stop)).toContain("Expected ';' after this")
    await bot.bot.idle()
    await grounds.world.commitToOrigin({ 'lib/crane.dart': 'const cranes = 3;\n' }, 'fix: the crane compiles')
    await server.presses(ANA, 'Retry')
    await shown(server, GATE)
  })

  test('asks again after the bot was killed at the gate, saying when presses were lost', async () => {
    await bot.stop()
    const lastAlive = Date.now() - 420_000
    await enter('socket', { lastAlive }, bot.dataFolder)
    const again = await shown(server, GATE, (text) => text.includes('did not reach me'))
    expect(wordsOf(again)).toMatch(/presses between \d\d:\d\d UTC and \d\d:\d\d UTC did not reach me/)
    expect(labelsOf(again)).toEqual(['Approve and submit', 'Deny'])
  })

  test('is denied with a reason by a button that was posted before the bot was killed', async () => {
    await server.presses(BEN, 'Deny')
    await server.until(() => server.state.views.length > 0)
    await server.submits(BEN, 'the changelog is "wrong"')
    await shown(server, '#1: Harbour 3.1.3+001 was denied', (_, { thread_ts }) => thread_ts !== undefined)
    await bot.bot.idle()
    const gates = server.messages().filter((message) => titleOf(message) === GATE)
    expect(gates.map((gate) => [labelsOf(gate), wordsOf(gate).includes('Denied by Ben')])).toEqual([
      [[], true],
      [[], true],
    ])
    expectGoodManners(server, [['#1: Harbour 3.1.3+001 was denied', [ANA.id]]])
  })
})

/** The question stands in the journal, whether anybody has seen it or not. */
async function isAsked({ journal }: TestBot): Promise<boolean> {
  return ((await journal.read(1)) ?? []).some(({ type }) => type === 'asked')
}
