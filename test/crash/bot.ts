/** A bot as a process of its own, to be killed; it tells its parent how it came out. */
import { writeFileSync } from 'node:fs'
import type { Perform } from '../../src/compose.ts'
import { play, type Stage } from './play.ts'
import type { Passed, Point } from './points.ts'
import { watchFor } from './watch.ts'

/** `step` is its id, `attempt` counts from 1 and stays the same over a restart. */
export interface Begun {
  readonly step: string
  readonly name: string
  readonly attempt: number
}

export interface BotSettings extends Stage {
  readonly kill?: Point
  /** Says, once the bot was killed, where it had come to. */
  readonly killedFile: string
}

/** What the parent is told. `began`: a step begins, and waits until the parent has answered. */
export type BotNotice =
  | ({ readonly told: 'began' } & Begun)
  | { readonly told: 'log'; readonly line: string }
  | { readonly told: 'over'; readonly passed: Passed; readonly stands: string }

const settings = JSON.parse(process.argv[2] ?? '') as BotSettings
const tell = (notice: BotNotice) => process.send?.(notice)
process.once('disconnect', () => process.exit(1))

const waiting = new Map<string, () => void>()
process.on('message', ({ step, attempt }: Begun) => waiting.get(`${step} ${attempt}`)?.())

const watch = watchFor(settings.kill, (what) => writeFileSync(settings.killedFile, what))
const perform = (inner: Perform): Perform => {
  const watched = watch.wrap.perform(inner)
  return async (performance) => {
    const { step, attempt } = performance.effect
    const name = performance.deployment.plan.find(({ id }) => id === step)?.name ?? step
    const answered = new Promise<void>((resolve) => waiting.set(`${step} ${attempt}`, resolve))
    tell({ told: 'began', step, name, attempt })
    await answered
    return watched(performance)
  }
}
const stands = await play(settings, {
  wrap: { journal: watch.wrap.journal, perform },
  log: (line) => tell({ told: 'log', line }),
  messaged: watch.messaged,
})
tell({ told: 'over', passed: watch.passed, stands })
process.disconnect()
