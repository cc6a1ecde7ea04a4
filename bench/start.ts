/** Row 11: from the start of the process to hearing both chats, and what it holds when nothing happens. */
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interleaved, ratioOf } from './measure.ts'
import { bare, type ChatBot, slipway, startChatBot } from './parts/chat-bots.ts'

const EXAMPLE = join(import.meta.dirname, '../examples/cloudtolocalllm.yaml')
const ROUNDS = 5
/** What is garbage after a start is gone by then. */
const REST_MS = 2_000

export async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  try {
    const configuration = join(folder, 'slipway.yaml')
    await copyFile(EXAMPLE, configuration)
    await chmod(configuration, 0o600)
    const own = slipway({ HOME: folder, SLIPWAY_CONFIG: configuration, SLIPWAY_DATA: join(folder, 'data') })
    const memory: Record<'own' | 'bare', number[]> = { own: [], bare: [] }
    const life = (name: keyof typeof memory, begin: () => Promise<ChatBot>) => async () => {
      const bot = await begin()
      await new Promise((resolve) => setTimeout(resolve, REST_MS))
      memory[name].push(await bot.memory('VmRSS'))
      await bot.close()
      return bot.readyMs
    }
    const ready = await interleaved(ROUNDS, {
      own: life('own', () => startChatBot(own)),
      bare: life('bare', () => startChatBot(bare)),
    })
    return {
      'start to ready': ratioOf(ready.own, ready.bare),
      'memory at rest': ratioOf(memory.own, memory.bare, 'MB'),
    }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}
