/** The process that a world lives in, as its holder sees it: the world ends when it is let go of, or when its holder dies. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { WorldNotice, WorldWish } from './serve.ts'

export interface WorldProcess {
  /** Where everything is; undefined where the world could not be made, of which it has said why on standard error. */
  readonly notice: Promise<WorldNotice | undefined>
  /** Lets go of the process; resolves when it has closed what it served and has ended. */
  end(): Promise<void>
}

export function beginWorld(wish: WorldWish): WorldProcess {
  const world = fork(join(import.meta.dirname, 'serve.ts'), [JSON.stringify(wish)])
  const ended = new Promise<void>((resolve) => world.once('exit', () => resolve()))
  const told = new Promise<WorldNotice>((resolve) =>
    world.once('message', (message) => resolve(message as WorldNotice)),
  )
  return {
    notice: Promise.race([told, ended.then(() => undefined)]),
    end: async () => {
      if (world.connected) world.disconnect()
      await ended
    },
  }
}
