/** A whole release through real servers, with nothing wrong. */
import { expect, test } from 'vitest'
import { textOfMessage } from '../discord-server/server.ts'
import { DONE } from '../stories/titles.ts'
import { NEWS } from './configuration.ts'
import { openStage } from './stage.ts'

test('a release that is asked for in Slack and approved in Discord passes through real servers', async () => {
  const stage = await openStage()
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
  const news = stage.discord.messages().filter(({ channel }) => channel === NEWS)
  expect(news.map(textOfMessage)).toEqual([expect.stringContaining(DONE)])
})
