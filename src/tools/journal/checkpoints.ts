/** The signed checkpoints of ended deployments, a file each beside the journal. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer } from '../../ports/signer.ts'
import { checkpointStatement, eventsIn } from '../../release/checkpoint.ts'
import { writeDurably } from '../durable.ts'
import { fileOf } from './documents.ts'

interface CheckpointOptions {
  readonly signer?: Signer
  readonly onUnsigned?: (number: number, reason: string) => void
}

/**
 * `add` signs for a document as it lies on the disk now, in place of what was signed for it before. What cannot be signed is
 * told and left out: a deployment never waits for its checkpoint.
 */
export function createCheckpoints(folder: string, { signer, onUnsigned = () => {} }: CheckpointOptions) {
  return {
    async add(number: number, document: string): Promise<void> {
      if (signer === undefined) return
      const text = await readFile(document, 'utf8')
      const signed = await signer.sign(checkpointStatement(number, text, eventsIn(text) ?? []))
      if (!signed.ok) return onUnsigned(number, signed.reason)
      await writeDurably(join(folder, fileOf(number)), signed.envelope)
    },
  }
}
