/** The signed checkpoints of ended deployments, a file each beside the journal. None is ever written anew. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer } from '../../ports/signer.ts'
import { eventsIn } from '../../release/checkpoint/journal.ts'
import { type CheckpointFile, checkpointName, checkpointStatement, placeOf } from '../../release/checkpoint.ts'
import { writeDurably } from '../durable.ts'

interface CheckpointOptions {
  readonly signer?: Signer
  readonly onUnsigned?: (number: number, reason: string) => void
}

/**
 * `add` signs for a document, after everything that was signed before it. What cannot be signed is told and left out: a
 * deployment never waits for its checkpoint.
 */
export function createCheckpoints(folder: string, { signer, onUnsigned = () => {} }: CheckpointOptions) {
  let last: Promise<void> = Promise.resolve()
  const addNext = async (number: number, text: string) => {
    if (signer === undefined) return
    const before = await newestIn(folder)
    const statement = checkpointStatement({ number, text, events: eventsIn(text) ?? [] }, before)
    const signed = await signer.sign(statement)
    if (!signed.ok) return onUnsigned(number, signed.reason)
    const place = (before && placeOf(before.name)?.place) ?? 0
    await writeDurably(join(folder, checkpointName(place + 1, number)), signed.envelope)
  }
  return {
    add(number: number, text: string): Promise<void> {
      const added = last.then(() => addNext(number, text))
      last = added.catch(() => {})
      return added
    },
  }
}

async function newestIn(folder: string): Promise<CheckpointFile | undefined> {
  const placed = (await readdir(folder)).flatMap((name) => ({ name, place: placeOf(name)?.place ?? 0 }))
  const { name, place } = placed.reduce((newest, each) => (each.place > newest.place ? each : newest), NONE)
  return place === 0 ? undefined : { name, text: await readFile(join(folder, name), 'utf8') }
}

const NONE = { name: '', place: 0 }
