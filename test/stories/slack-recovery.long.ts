/** Releases in Slack that do not go well, each taken on or back by buttons alone. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { FAULTS } from '../../sandbox/faults.ts'
import { wordsOf } from '../slack-server/read.ts'
import {
  ANA,
  BEN,
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
import { GATE } from './titles.ts'

const BACK = '#1: roll Harbour 3.1.3+001 back to 3.1.2+001?'
const STOPPED = '#1: Harbour 3.1.3+001 stopped: Run the deployment script: pier'
const ROLLED_BACK = '#1: Harbour 3.1.3+001 was rolled back'
const DENIED = '#1: Harbour 3.1.3+001 was denied'
const REASON = 'Error: migration 14 failed'

describe.each(['http', 'socket'] as const)(
  'a release in Slack that fails on the server, over %s',
  { timeout: 180_000 },
  (way) => {
    let scene: Scene
    let before: WorldState
    beforeAll(async () => {
      scene = await openScene(way, FAULTS['server-script-fails']?.configure)
      await writeFile(join(scene.grounds.world.server.home, 'script-fails'), `${REASON}\n`)
      before = await readWorld(scene.grounds.world)
    })
    afterAll(() => scene.close())

    test('stops with what happened, what users have, and every way on as a button', async () => {
      const { server } = scene
      await server.types(ANA, '/deploy 3.1.3')
      await shown(server, GATE)
      await server.presses(BEN, 'Approve')
      const stop = await shown(server, STOPPED)
      const again = 'Run the deployment script again (pier)'
      expect(labelsOf(stop)).toEqual([again, 'Retry', 'Log', 'Diagnose', 'Roll back', 'Cancel'])
      expect(wordsOf(stop)).toContain(REASON)
      expect(wordsOf(stop)).toContain('Some of 3.1.3+001 has reached users')
    })

    test('shows its log and what can be seen now to whoever may deploy, and to nobody else', async () => {
      const { server } = scene
      await server.presses(ANA, 'Log')
      await server.until(() => whispered(server, ANA).includes(REASON))
      await server.until(() => server.messages(`D${ANA.id}`).some(({ files }) => files.length === 1))
      await server.presses(ANA, 'Diagnose')
      await server.until(() => whispered(server, ANA).includes('Nothing was changed by looking'))
      await server.presses(EVE, 'Log')
      await server.until(() => whispered(server, EVE).includes('Eve may not'))
      expect(whispered(server, EVE)).not.toContain(REASON)
    })

    test('asks which rollback it is to be, and goes back by the button of somebody who may', async () => {
      const { server, grounds, bot } = scene
      await server.presses(ANA, 'Roll back')
      const question = await shown(server, BACK)
      expect(question).toMatchObject({ broadcast: true, thread_ts: server.messages()[0]?.ts })
      const plans = ['Roll back the server alone', 'Roll back everything', 'Roll back everything, raise the epoch']
      expect(labelsOf(question)).toEqual([...plans, 'Deny'])
      const told = server.privately(EVE).length
      await server.presses(EVE, 'Roll back everything')
      await server.until(() => server.privately(EVE).length > told)
      expect(question.edits).toBe(0)
      await server.presses(BEN, 'Roll back everything')
      await shown(server, ROLLED_BACK, (_, { thread_ts }) => thread_ts !== undefined)
      await bot().bot.idle()
      const { aurVersion, servedVersion, serverCommit, publishedFiles } = await readWorld(grounds.world)
      expect([aurVersion, servedVersion, serverCommit]).toEqual(['3.1.2-1', before.servedVersion, before.serverCommit])
      expect(publishedFiles).toEqual(before.publishedFiles)
    })

    test('and its thread tells it in order: the failure, who asked to go back, who chose what, and how it stands', () => {
      const { server } = scene
      expect(threadOf(server).filter((title) => title.startsWith('#'))).toEqual([
        GATE,
        '#1: troubleshooting "Run the deployment script: pier" (VPS)',
        STOPPED,
        BACK,
        '#1: rolled back to 3.1.2+001, from outside: 9 of 9 pass',
        '#1: the incident of Harbour 3.1.3+001 is documented',
        ROLLED_BACK,
      ])
      const card = (title: string) => server.messages().find((message) => titleOf(message) === title)
      expect(wordsOf(card(STOPPED) ?? {})).toMatch(/Ana asked for a rollback, \d\d:\d\d UTC\./)
      expect(wordsOf(card(BACK) ?? {})).toContain('Chosen: Roll back everything.')
      for (const title of [STOPPED, BACK]) expect(labelsOf(card(title) ?? never())).toEqual([])
      expect(titleOf(server.messages()[0] ?? never())).toBe(ROLLED_BACK)
    })

    test('and is announced without a line of its log, and nothing breaks a limit or calls anybody else', () => {
      const { server } = scene
      expect(server.messages(NEWS).map(titleOf)).toEqual([ROLLED_BACK])
      expect(JSON.stringify(server.messages(NEWS))).not.toContain(REASON)
      expectGoodManners(server, { [GATE]: ['SREL'], [BACK]: ['SREL'], [ROLLED_BACK]: [ANA.id] })
    })
  },
)

describe.each(['http', 'socket'] as const)(
  'a release in Slack that stops, is retried and denied, over %s',
  { timeout: 180_000 },
  (way) => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene(way)
    })
    afterAll(() => scene.close())

    test('stops with the ways on as buttons, and goes on by one of them', async () => {
      const { server, grounds, bot } = scene
      await grounds.world.commitToOrigin({ 'lib/crane.dart': "#error Expected ';' after this.\n" }, 'feat: a crane')
      await server.types(ANA, '/deploy 3.1.3')
      const stop = await shown(server, 'stopped')
      expect(labelsOf(stop)).toContain('Retry')
      expect(wordsOf(stop)).toContain("Expected ';' after this")
      await bot().bot.idle()
      await grounds.world.commitToOrigin({ 'lib/crane.dart': 'const cranes = 3;\n' }, 'fix: the crane compiles')
      await server.presses(ANA, 'Retry')
      await shown(server, GATE)
      const [before] = server.messages().filter((message) => titleOf(message) === titleOf(stop))
      expect(wordsOf(before ?? {})).toMatch(/Ana retried it, \d\d:\d\d UTC\./)
      expect(labelsOf(before ?? never())).toEqual([])
    })

    test('asks again after the bot was gone at the gate, saying when presses were lost', async () => {
      const { server, bot, enter } = scene
      await bot().stop()
      await enter({ lastAlive: Date.now() - 420_000 }, bot().dataFolder)
      const again = await shown(server, GATE, (text) => text.includes('did not reach Slipway'))
      expect(wordsOf(again)).toMatch(/presses between \d\d:\d\d UTC and \d\d:\d\d UTC did not reach Slipway/)
      expect(labelsOf(again)).toEqual(['Approve and submit', 'Deny'])
    })

    test('is denied with a reason by a button that was posted before the bot was gone', async () => {
      const { server, bot } = scene
      server.state.joined.delete(NEWS)
      await server.presses(BEN, 'Deny')
      await server.until(() => server.state.views.length > 0)
      await server.submits(BEN, 'the changelog is "wrong"')
      await shown(server, DENIED, (_, { thread_ts }) => thread_ts !== undefined)
      const unheard = await shown(server, '#1: Harbour 3.1.3+001 cannot be announced everywhere')
      expect(wordsOf(unheard)).toContain('/invite @Slipway')
      server.state.joined.add(NEWS)
      await server.types(EVE, '/slipway status')
      await bot().bot.idle()
      expect(server.messages(NEWS).map(titleOf)).toEqual([DENIED])
      const gates = server.messages().filter((message) => titleOf(message) === GATE)
      expect(gates.map((gate) => [labelsOf(gate), wordsOf(gate).includes('Denied by Ben')])).toEqual([
        [[], true],
        [[], true],
      ])
      expectGoodManners(server, { [GATE]: ['SREL'], [DENIED]: [ANA.id] })
    })

    test('and what exists of it is asked about once, whoever presses for that twice at once', async () => {
      const { server } = scene
      const told = server.privately(ANA).length
      await Promise.all([server.presses(ANA, 'Roll back'), server.presses(ANA, 'Roll back')])
      await server.until(() => server.privately(ANA).length > told)
      expect(whispered(server, ANA)).toContain('#2 asks about that rollback already')
      await shown(server, '#2: roll Harbour', (_, message) => labelsOf(message).includes('Deny'))
      expect(server.messages().filter((message) => titleOf(message).startsWith('#3'))).toEqual([])
    })
  },
)

function never(): never {
  throw new Error('there is such a message')
}
