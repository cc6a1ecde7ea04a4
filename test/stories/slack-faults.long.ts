import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { briskClock } from '../slack-server/bot.ts'
import { EVERY_FAULT } from '../slack-server/faults.ts'
import type { Delivered } from '../slack-server/server.ts'
import {
  ANA,
  BEN,
  expectGoodManners,
  labelsOf,
  NEWS,
  openScene,
  type Scene,
  shown,
  threadOf,
  titleOf,
} from './slack-scene.ts'
import { DONE, GATE } from './titles.ts'

const CALLS = /^(chat|conversations|files|upload)/
const EACH = 5

describe.each(['http', 'socket'] as const)(
  'a release in Slack while every fifth call goes wrong, over %s',
  { timeout: 180_000 },
  (way) => {
    let scene: Scene
    let asked: Delivered
    beforeAll(async () => {
      scene = await openScene(way, undefined, { timeoutMs: 300, clock: briskClock(20) })
      scene.server.faults.storm(CALLS, EACH)
    })
    afterAll(() => scene.close())

    test('asks its question once, with the difference beside it', async () => {
      const { server } = scene
      asked = await server.types(ANA, '/deploy 3.1.3')
      expect(labelsOf(await shown(server, GATE))).toEqual(['Approve and submit', 'Deny'])
      expect(threadOf(server)).toEqual(['aur.diff', GATE])
    })

    test('takes nothing that was not signed as it stands, and nothing twice', async () => {
      const { server } = scene
      if (asked.request !== undefined) {
        const { request } = asked
        expect((await server.sends({ ...request, body: `${request.body}9` })).status).toBe(401)
        const headers = { ...request.headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` }
        expect((await server.sends({ ...request, headers })).status).toBe(401)
        expect((await server.sends(request)).status).toBe(200)
      } else {
        const opened = () => server.calls.filter((call) => call === 'apps.connections.open').length
        const before = opened()
        server.socket.end('kill')
        await server.until(() => opened() > before)
        await server.socket.ready()
      }
      expect(server.messages().filter((message) => titleOf(message).startsWith('#2'))).toEqual([])
    })

    test('is told whole, in order and once, and nobody is called who is not meant', async () => {
      const { server, grounds, bot } = scene
      await server.presses(BEN, 'Approve')
      await shown(server, DONE, (_, { thread_ts }) => thread_ts !== undefined)
      await bot().bot.idle()
      expect(await readWorld(grounds.world)).toMatchObject({ aurVersion: '3.1.3-1', servedVersion: '3.1.3+001' })
      const told = threadOf(server)
      expect(told.filter((title) => title !== GATE && title !== 'aur.diff')).toEqual([
        '#1: 3.1.3+001 from outside: 11 of 11 pass',
        'certificate-harbour-3.1.3+001.txt, harbour-3.1.3+001-1.json, certificate-harbour-3.1.3+001-1.png, timeline-harbour-1.png',
        DONE,
      ])
      const questions = told.filter((title) => title === GATE).length
      expect(told.filter((title) => title === 'aur.diff')).toHaveLength(questions)
      expect(questions).toBeLessThanOrEqual(way === 'http' ? 1 : 2)
      expect(
        server
          .messages()
          .filter(({ thread_ts }) => thread_ts === undefined)
          .map(titleOf),
      ).toEqual([DONE])
      expect(server.messages(NEWS).map(titleOf)).toEqual([DONE])
      expect(server.calls.filter((call) => CALLS.test(call)).length).toBeGreaterThan(EACH * EVERY_FAULT.length)
      expectGoodManners(server, { [GATE]: ['SREL'], [DONE]: [ANA.id] })
    })
  },
)
