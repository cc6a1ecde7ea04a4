/** A world in a process of its own, as a real one is: bot and servers do not wait for each other's programs. */
import { join } from 'node:path'
import { beginWorld } from '../../sandbox/world-process.ts'
import { newFolder } from '../../test/sandbox/attempt.ts'
import type { Grounds } from '../../test/stories/house.ts'
import { startBot, type TestBot } from '../../test/stories/test-bot.ts'

/** What a row needs of a world and of the bots on it. */
export type FarGrounds = Awaited<ReturnType<typeof openFarGrounds>>

export async function openFarGrounds(isolation?: 'none') {
  const folder = await newFolder()
  const world = beginWorld({ folder: join(folder, 'world'), makepkg: 'stand-in', ...(isolation && { isolation }) })
  const notice = await world.notice
  if (notice === undefined) throw new Error('the world could not be made; what stands above says why')
  const { where } = notice
  const bots: TestBot[] = []
  const start: Grounds['startBot'] = async (change, more) => {
    const bot = await startBot(where, {
      dataFolder: join(folder, `data-${bots.length + 1}`),
      ...(change && { change }),
      ...more,
    })
    bots.push(bot)
    return bot
  }
  return {
    folder,
    where,
    startBot: start,
    close: async () => {
      for (const bot of bots) await bot.stop()
      await world.end()
    },
  }
}
