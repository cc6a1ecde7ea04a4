/** One fault in a world of its own, played to its end and judged. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readWorld } from '../../sandbox/check.ts'
import { playFault } from '../../sandbox/fault-play.ts'
import { FAULTS } from '../../sandbox/faults.ts'
import { createWorld } from '../../sandbox/world.ts'
import { createJournal } from '../../src/tools/journal.ts'
import { searchFolder } from '../canary/search.ts'
import { CANARIES } from '../canary/secrets.ts'
import { textOf } from '../card-text.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { createMemoryChat } from '../stories/memory-chat.ts'
import { faultsOf } from './judge.ts'

export interface Tried {
  readonly name: string
  readonly branches: readonly string[]
  readonly fixes: readonly string[]
  readonly end: string
  readonly wrong: readonly string[]
  readonly seconds: number
  /** The thread from top to bottom, as it stood at the end, and the record of the incident where there is one. */
  readonly thread: string
}

/** Its own environment is what a bot could give away. */
Object.assign(process.env, CANARIES)

export async function tryFault(name: string): Promise<Tried> {
  const fault = FAULTS[name]
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  const began = Date.now()
  const folder = await newFolder()
  const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
  const dataFolder = join(folder, 'data')
  const chat = createMemoryChat()
  try {
    const before = await readWorld(world)
    const log: string[] = []
    const quiet = { said: () => {}, log: (line: string) => log.push(line) }
    const deployment = await playFault({
      fault,
      world,
      dataFolder,
      scratchFolder: folder,
      chat: chat.chat,
      ...quiet,
    })
    const after = await readWorld(world)
    const { locks } = await createJournal(dataFolder, { onDamaged: () => {} })
    const cards = chat.posts().map(({ key }) => key)
    const left = { deployment, before, after, locks: locks.read('harbour'), cards }
    const steps = deployment.plan.filter(({ walk }) => walk !== undefined)
    const thread = [...chat.posts().map(({ card }) => textOf(card)), await incidentIn(dataFolder)].join('\n\n')
    await writeFile(join(folder, 'thread.txt'), thread)
    return {
      name,
      branches: [...new Set(steps.flatMap(({ walk }) => walk?.branch ?? []))],
      fixes: steps.filter(({ id }) => id.startsWith('fix.')).map(({ id }) => id.replace('fix.', '')),
      end: deployment.status,
      wrong: [...faultsOf(fault.end, left), ...log, ...searchFolder(folder).found],
      seconds: (Date.now() - began) / 1000,
      thread,
    }
  } finally {
    await world.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function incidentIn(dataFolder: string): Promise<string> {
  return readFile(join(dataFolder, 'incidents', '1.md'), 'utf8').catch(() => '')
}
