/** What a test has heard lies on the disk beside what its bots wrote, so that one search goes through all of it. */
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Names the folder of a run that looks through it at its end and takes it away; where there is none, nothing is left. */
export const LEFT = 'SLIPWAY_TESTS_LEFT'

export function leave(kind: 'chat' | 'log' | 'program' | 'slack' | 'discord', said: unknown): void {
  const left = process.env[LEFT]
  if (left === undefined) return
  const folder = join(left, 'said')
  mkdirSync(folder, { recursive: true })
  const text = typeof said === 'string' ? said : JSON.stringify(said)
  appendFileSync(join(folder, `${kind}-${process.pid}.txt`), `${text}\n`)
}

/** Everything that a program prints, as text. */
export async function printed(stream: Readable): Promise<string> {
  const said = await text(stream)
  leave('program', said)
  return said
}
