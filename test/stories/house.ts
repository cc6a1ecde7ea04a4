/** Where a story takes place: a world, and real bots on it. */
import { join } from 'node:path'
import type { Configuration } from '../../sandbox/configuration.ts'
import { createWorld, type Whereabouts, type World, type WorldOptions } from '../../sandbox/world.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { type BotOptions, startBot, type TestBot } from './test-bot.ts'

type WorldChoice = Pick<WorldOptions, 'makepkg' | 'isolation' | 'product'>
export type HouseOptions = WorldChoice & Omit<BotOptions, 'dataFolder'>

/** One bot on a world of its own, for stories of a whole release. */
export interface House extends TestBot {
  readonly world: World
  close(): Promise<void>
}

/** Makes a world and starts the bot on it. Nothing runs after `close`; the folder stays for the search at the end of the run. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { world, startBot, close } = await openGrounds(options)
  const bot = await startBot(options.change, options)
  return { ...bot, world, close }
}

/** A world for bots that come one after the other, each with a configuration and data of its own: for stories that stop early. */
export interface Grounds {
  readonly folder: string
  readonly world: World
  /** Starts a bot; `change` has the last word on its configuration. Its data folder is its own unless one is named. */
  startBot(
    change?: (configuration: Configuration, where: Whereabouts) => unknown,
    more?: Partial<Omit<BotOptions, 'change'>>,
  ): Promise<TestBot>
  /** Ends what is left of bots and world. */
  close(): Promise<void>
}

export async function openGrounds({ makepkg, isolation, product }: WorldChoice = {}): Promise<Grounds> {
  const folder = await newFolder()
  const world = await createWorld({
    folder: join(folder, 'world'),
    ...(makepkg && { makepkg }),
    ...(isolation && { isolation }),
    ...(product && { product }),
  })
  const bots: TestBot[] = []
  return {
    folder,
    world,
    startBot: async (change, more) => {
      const dataFolder = join(folder, `data-${bots.length + 1}`)
      const bot = await startBot(world, { dataFolder, ...(change && { change }), ...more })
      bots.push(bot)
      return bot
    },
    close: async () => {
      for (const bot of bots) await bot.stop()
      await world.close()
    },
  }
}
