/** The real time. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'

/** Timers stand still while a machine sleeps and cannot be long: a far time is looked at again each minute. */
const LOOK_AGAIN_MS = 60_000

/** A sleep that is aborted resolves early; whoever aborted it knows why. */
export function createClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}).catch(() => {}),
    at(time, callback) {
      let timer: NodeJS.Timeout
      const look = () => {
        const left = time - Date.now()
        if (left <= 0) callback()
        else timer = setTimeout(look, Math.min(left, LOOK_AGAIN_MS))
      }
      timer = setTimeout(look, Math.min(Math.max(0, time - Date.now()), LOOK_AGAIN_MS))
      return () => clearTimeout(timer)
    },
  }
}
