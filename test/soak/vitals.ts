/** What the bot takes of the machine: looked at all the time, and compared over its last and longest life. */
import type { BotProcess, Vitals } from './process.ts'

export interface Compared {
  /** When the last life had warmed up, and at its end: the least of some seconds, since both breathe. */
  readonly start: Vitals
  readonly end: Vitals
  /** How long that life was watched, ms. */
  readonly ms: number
}

const EVERY_MS = 500
/** The share of that life after which everything is loaded and the heap has the size that it works with. */
const WARM = 1 / 3
/** Looks whose least counts. */
const LOOKS = 20

/** `growth`: of one long life; too short a life says nothing. */
export function watchVitals(bot: BotProcess, log: (line: string) => void): { end(): Compared | undefined } {
  const seen: (Vitals & { readonly at: number; readonly life: number })[] = []
  const timer = setInterval(() => {
    const now = bot.vitals()
    if (now === undefined) return
    seen.push({ ...now, at: Date.now(), life: bot.lives.length })
    if (seen.length % LOOKS === 0)
      log(`life ${bot.lives.length}: ${Math.round(now.megabytes)} MB, ${now.handles} handles`)
  }, EVERY_MS)
  return {
    end: () => {
      clearInterval(timer)
      const began = bot.lives.at(-1)?.began ?? 0
      const all = seen.filter(({ life }) => life === bot.lives.length)
      const last = all.slice(Math.floor(all.length * WARM))
      if (last.length < 2 * LOOKS) return undefined
      return {
        start: least(last.slice(0, LOOKS)),
        end: least(last.slice(-LOOKS)),
        ms: (last.at(-1)?.at ?? 0) - began,
      }
    },
  }
}

function least(looks: readonly Vitals[]): Vitals {
  return {
    megabytes: Math.round(Math.min(...looks.map(({ megabytes }) => megabytes))),
    handles: Math.min(...looks.map(({ handles }) => handles)),
  }
}
