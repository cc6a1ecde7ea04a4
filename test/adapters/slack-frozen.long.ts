/** A connection that stands and brings nothing any more: how soon that is noticed is up to the real client, about ten seconds. */
import { afterEach, expect, test } from 'vitest'
import type { Slack } from '../../adapters/slack/slack.ts'
import type { Incoming, Outage } from '../../src/ports/chat.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'

const ANA = { id: 'UANA', name: 'Ana' }

let server: SlackServer
let slack: Slack
afterEach(async () => {
  await slack.stop()
  await server.close()
})

test('a half-open connection is given up and replaced, and the presses that it swallowed are known to be lost', async () => {
  server = await createSlackServer(ANA)
  const attached = await attachSlack(server, 'socket')
  slack = attached.slack
  const heard = Promise.withResolvers<Incoming>()
  const missed = Promise.withResolvers<Outage>()
  await slack.start(async (incoming) => heard.resolve(incoming), missed.resolve)
  const frozenAt = Date.now()
  server.socket.end('freeze')
  await server.until(() => server.calls.filter((call) => call === 'apps.connections.open').length === 2)
  const outage = await missed.promise
  expect(outage.from).toBeLessThanOrEqual(frozenAt)
  expect(outage.to).toBeGreaterThan(frozenAt)
  expect(attached.log).toContain('Slack: the connection is lost; connecting again')
  expect(attached.log.at(-1)).toBe('Slack: connected again')
  expect((await server.types(ANA, '/slipway status')).acknowledged).toBe(true)
  expect((await heard.promise).text).toBe('status')
})
