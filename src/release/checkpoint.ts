/** Signed checkpoints of the journal: which document a deployment left, how its events end, and the checkpoint before it. */
import { createHash } from 'node:crypto'
import type { Named } from './certificate.ts'
import { isSignedBy, openEnvelope } from './dsse.ts'
import type { Event } from './event.ts'
import { digestOfEvent } from './machine.ts'
import { readStatement, statementText } from './statement.ts'

/** What is said of a document; `before`: the checkpoint that was signed before this one, of whichever deployment. */
export interface Checkpoint {
  readonly deployment: number
  readonly events: number
  readonly head: string
  readonly before?: Named
}

/** A document as it is to be signed. */
export interface Written {
  readonly number: number
  readonly text: string
  readonly events: readonly Event[]
}

/** A checkpoint as it lies on the disk. */
export interface CheckpointFile {
  readonly name: string
  readonly text: string
}

/** A checkpoint that one of the keys has signed. `document`: sha256 of the journal's document. */
export interface SignedCheckpoint extends CheckpointFile {
  readonly said: Checkpoint
  readonly document: string
}

/** They are never written anew: the third of all, of deployment #2, is `3-2.json`. */
export function checkpointName(place: number, deployment: number): string {
  return `${place}-${deployment}.json`
}

/** The place and the deployment of a checkpoint by its name. */
export function placeOf(name: string): { readonly place: number; readonly deployment: number } | undefined {
  const [, place, deployment] = /^(\d+)-(\d+)\.json$/.exec(name) ?? []
  return place === undefined ? undefined : { place: Number(place), deployment: Number(deployment) }
}

/** What is signed for a document: its bytes, how its chain ends, and what was signed before. */
export function checkpointStatement({ number, text, events }: Written, before?: CheckpointFile): string {
  const last = events.at(-1)
  const said: Checkpoint = {
    deployment: number,
    events: events.length,
    head: last ? digestOfEvent(last) : '',
    ...(before && { before: { file: before.name, sha256: sha256(before.text) } }),
  }
  return statementText('checkpoint', [{ name: `${number}.json`, digest: { sha256: sha256(text) } }], said)
}

/** Undefined where no key has signed it, or where it is of another deployment than its name says. */
export function openCheckpoint({ name, text }: CheckpointFile, keys: readonly string[]): SignedCheckpoint | undefined {
  const envelope = openEnvelope(text)
  if (envelope === undefined || !keys.some((key) => isSignedBy(envelope, key))) return undefined
  const statement = readStatement<Checkpoint>('checkpoint', envelope.payload)
  const digest = statement?.subject[0]?.digest
  if (statement === undefined || digest === undefined || !('sha256' in digest)) return undefined
  const said = statement.predicate
  return said.deployment === placeOf(name)?.deployment ? { name, text, said, document: digest.sha256 } : undefined
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
