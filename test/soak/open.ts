/** The bot's own data folder as it stands: what is open, and everything that was ever asked for. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { replay } from '../../src/release/machine.ts'

export interface Told {
  readonly deployment: Deployment
  readonly events: readonly Event[]
}

/** Deployments that have not ended, by number. */
export function openIn(dataFolder: string): Promise<readonly Told[]> {
  return readIn(join(dataFolder, 'open'))
}

/** Every deployment, by number. */
export async function allIn(dataFolder: string): Promise<readonly Told[]> {
  const found = await Promise.all(['open', 'closed'].map((name) => readIn(join(dataFolder, name))))
  return found.flat().toSorted((a, b) => a.deployment.number - b.deployment.number)
}

export async function countIn(dataFolder: string, folder: 'open' | 'closed'): Promise<number> {
  const names = await readdir(join(dataFolder, folder)).catch(() => [])
  return names.filter((name) => name.endsWith('.json')).length
}

async function readIn(folder: string): Promise<readonly Told[]> {
  const names = await readdir(folder).catch(() => [])
  const read = names.filter((name) => name.endsWith('.json')).map((name) => readTold(join(folder, name)))
  return (await Promise.all(read)).flatMap((told) => told ?? []).toSorted(byNumber)
}

/** Undefined where it was moved meanwhile. */
async function readTold(file: string): Promise<Told | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { events } = JSON.parse(text) as { readonly events: readonly Event[] }
  const deployment = replay(events)
  if ('brokenAt' in deployment) throw new Error(`${file}: event ${deployment.brokenAt} does not follow`)
  return { deployment, events }
}

function byNumber(a: Told, b: Told): number {
  return a.deployment.number - b.deployment.number
}
