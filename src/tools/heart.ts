/** A file that is touched for as long as a bot lives, so that the next one knows since when nobody was heard. */
import { stat, utimes, writeFile } from 'node:fs/promises'

export interface Heart {
  stop(): Promise<void>
}

const BEAT_MS = 15_000

/** When a bot was last alive, ms since the epoch; undefined before the first. */
export async function lastBeat(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )
}

/** Beats until it is stopped; a disk that refuses it stops nothing. */
export async function startHeart(path: string): Promise<Heart> {
  const beat = async () => {
    const now = new Date()
    await utimes(path, now, now).catch(() => writeFile(path, '', { mode: 0o600 }).catch(() => {}))
  }
  await beat()
  const timer = setInterval(beat, BEAT_MS)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await beat()
    },
  }
}
