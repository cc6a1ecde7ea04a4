import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { calledBy, wordsOf } from '../slack-server/read.ts'
import {
  ANA,
  BEN,
  CLEO,
  EVE,
  expectGoodManners,
  labelsOf,
  NEWS,
  openScene,
  type Scene,
  shown,
  threadOf,
  titleOf,
  whispered,
} from './slack-scene.ts'
import type { TestBot } from './test-bot.ts'
import { DONE, GATE } from './titles.ts'

const BACK = '#2: roll Harbour 3.1.3+001 back to 3.1.2+001?'

describe.each(['http', 'socket'] as const)('a release in Slack, over %s', { timeout: 180_000 }, (way) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(way)
  })
  afterAll(() => scene.close())

  test('goes on while Slack cannot be reached, and its thread catches up in order, edits as one', async () => {
    const { server, bot } = scene
    expect((await server.types(ANA, '/deploy 3.1.3')).acknowledged).toBe(true)
    await shown(server, '#1:')
    server.faults.add(/^(chat|conversations|files|upload)/, { kind: 'reset' }, Number.POSITIVE_INFINITY)
    await expect.poll(() => isAsked(bot()), { timeout: 50_000 }).toBe(true)
    expect(threadOf(server)).toEqual([])
    const before = server.messages()[0]?.edits ?? 0
    server.faults.clear()
    const gate = await shown(server, GATE)
    expect(labelsOf(gate)).toEqual(['Approve and submit', 'Deny'])
    expect(calledBy(gate)).toEqual(['SREL'])
    expect(gate).toMatchObject({ broadcast: true, thread_ts: server.messages()[0]?.ts })
    expect(JSON.stringify(gate)).toContain('<!date^')
    expect(threadOf(server)).toEqual(['aur.diff', GATE])
    expect(server.messages()[0]?.edits).toBeLessThanOrEqual(before + 2)
  })

  test('takes no press of who asked for it, of a stranger, or of who was taken out of the group', async () => {
    const { server, grounds } = scene
    const before = await readWorld(grounds.world)
    await server.presses(ANA, 'Approve')
    await server.presses(EVE, 'Approve')
    server.state.groups.set('SREL', [])
    await server.presses(BEN, 'Approve')
    for (const person of [ANA, EVE, BEN]) await server.until(() => whispered(server, person) !== '')
    expect(whispered(server, EVE)).toContain('Eve may not')
    server.state.groups.set('SREL', [BEN.id, CLEO.id])
    expect(await readWorld(grounds.world)).toEqual(before)
  })

  test('goes on when two others approve at once, however often that is delivered: one counts, the other is told', async () => {
    const { server, grounds, bot } = scene
    const presses = await Promise.all([BEN, CLEO].map((person) => server.presses(person, 'Approve')))
    expect(presses.map(({ acknowledged }) => acknowledged)).toEqual([true, true])
    await Promise.all(presses.map(({ again }) => again?.()))
    const gate = await shown(server, GATE, (text) => text.includes('Approved by'))
    const [late, other] = wordsOf(gate).includes('by Ben') ? [CLEO, BEN] : [BEN, CLEO]
    const told = `That question is closed: approved by ${other.name}.`
    await expect.poll(() => whispered(server, late), { timeout: 10_000 }).toContain(told)
    expect(whispered(server, other)).not.toContain('That question is closed')
    expect(labelsOf(gate)).toEqual([])
    await shown(server, DONE, (_, { thread_ts }) => thread_ts !== undefined)
    await bot().bot.idle()
    expect(await readWorld(grounds.world)).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
  })

  test('in one thread, below one message that ends as the result, with its certificate, and announced', () => {
    const { server } = scene
    const [head, ...others] = server.messages().filter(({ thread_ts }) => thread_ts === undefined)
    expect(others).toEqual([])
    expect(head && titleOf(head)).toBe(DONE)
    expect(threadOf(server)).toEqual([
      'aur.diff',
      GATE,
      '#1: 3.1.3+001 from outside: 11 of 11 pass',
      'certificate-harbour-3.1.3+001.txt, harbour-3.1.3+001-1.json, certificate-harbour-3.1.3+001-1.png, timeline-harbour-1.png',
      DONE,
    ])
    expect(server.messages(NEWS).map(titleOf)).toEqual([DONE])
    expectGoodManners(server, { [GATE]: ['SREL'], [DONE]: [ANA.id] })
  })

  test('and can be verified at any time, by the button of the result too, visibly for all', async () => {
    const { server } = scene
    const verified = () => server.messages().filter((message) => titleOf(message) === VERIFIED)
    await server.types(EVE, '/verify')
    await server.until(() => verified().length === 1)
    await server.presses(EVE, 'Verify')
    await server.until(() => verified().length === 2)
    expect(wordsOf(verified()[0] ?? {})).toMatch(/Component\s+Check\s+Expected/)
    expect(wordsOf(verified()[0] ?? {})).toContain('To check by hand')
  })

  test('and is taken back by buttons: which version, which plan', async () => {
    const { server, grounds, bot } = scene
    await server.types(ANA, '/rollback')
    await shown(server, 'Roll Harbour back to which version?')
    await server.presses(ANA, 'Back to 3.1.2+001')
    const question = await shown(server, BACK, (_, message) => labelsOf(message).includes('Deny'))
    expect(labelsOf(question)[0]).toBe('Roll back everything')
    await server.presses(BEN, 'Roll back everything')
    const result = '#2: Harbour 3.1.3+001 was rolled back'
    await shown(server, result, (_, { thread_ts }) => thread_ts !== undefined)
    await bot().bot.idle()
    expect(await readWorld(grounds.world)).toMatchObject({ servedVersion: '3.1.2+001' })
    expectGoodManners(server, { [GATE]: ['SREL'], [DONE]: [ANA.id], [BACK]: ['SREL'], [result]: [ANA.id] })
  })
})

const VERIFIED = 'Harbour 3.1.3+001 from outside: 11 of 11 pass'

/** The question stands in the journal, whether anybody has seen it or not. */
async function isAsked({ journal }: TestBot): Promise<boolean> {
  return ((await journal.read(1)) ?? []).some(({ type }) => type === 'asked')
}
