/** Signed checkpoints of the journal: which document a deployment left, and the digest of the last of its events. */
import { createHash } from 'node:crypto'
import type { Event } from './deployment.ts'
import { isSignedBy, openEnvelope } from './dsse.ts'
import { digestOfEvent, replay } from './machine.ts'
import { readStatement, statementText } from './statement.ts'

interface Checkpoint {
  readonly deployment: number
  readonly events: number
  readonly head: string
}

/** A deployment's document as it lies on the disk. */
export interface JournalFile {
  readonly number: number
  /** Absent where there is a checkpoint and no document. */
  readonly text?: string
  readonly isClosed: boolean
  /** The text of its checkpoint. */
  readonly checkpoint?: string
}

/** What is signed for a document: its bytes, and how its chain ends. */
export function checkpointStatement(number: number, text: string, events: readonly Event[]): string {
  const last = events.at(-1)
  const said: Checkpoint = { deployment: number, events: events.length, head: last ? digestOfEvent(last) : '' }
  return statementText('checkpoint', [{ name: `${number}.json`, digest: { sha256: sha256(text) } }], said)
}

/** What is wrong with a deployment's journal, one sentence each; none where the chain and the checkpoint hold. `keys` are PEM. */
export function auditJournal(file: JournalFile, keys: readonly string[]): readonly string[] {
  const { number, text, isClosed } = file
  if (text === undefined) return [`#${number}: the journal is gone, and its checkpoint is still here`]
  const events = eventsIn(text)
  if (events === undefined) return [`#${number}: the document is not the JSON that Slipway writes`]
  const faults = [...chainFaults(number, events), ...(isClosed ? checkpointFaults(file, text, events, keys) : [])]
  return [...new Set(faults)]
}

/** The events of a document, undefined where its bytes are not exactly those of its JSON. */
export function eventsIn(text: string): readonly Event[] | undefined {
  try {
    const document = JSON.parse(text)
    const isWhole = JSON.stringify(document) === text && Array.isArray(document.events)
    return isWhole && document.events.every(isObject) ? document.events : undefined
  } catch {
    return undefined
  }
}

/** Events are counted from 1. */
function chainFaults(number: number, events: readonly Event[]): readonly string[] {
  const links = events.flatMap(({ previousDigest }, index) => {
    const before = events[index - 1]
    if (previousDigest === (before === undefined ? '' : digestOfEvent(before))) return []
    return [`#${number}: event ${index + 1} does not follow from event ${index}: one of the two was changed`]
  })
  if (links.length > 0) return links
  const broken = brokenAt(events)
  return broken === undefined ? [] : [`#${number}: event ${broken + 1} could not have happened`]
}

/** An event that was changed may be of a kind that nobody knows; only the last can be, where all links hold. */
function brokenAt(events: readonly Event[]): number | undefined {
  try {
    const played = replay(events)
    return 'brokenAt' in played ? played.brokenAt : undefined
  } catch {
    return events.length - 1
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function checkpointFaults(
  { number, checkpoint }: JournalFile,
  text: string,
  events: readonly Event[],
  keys: readonly string[],
): readonly string[] {
  if (checkpoint === undefined) return [`#${number}: it has no checkpoint`]
  const envelope = openEnvelope(checkpoint)
  if (envelope === undefined || !keys.some((key) => isSignedBy(envelope, key)))
    return [`#${number}: the signature of its checkpoint does not hold`]
  const statement = readStatement<Checkpoint>('checkpoint', envelope.payload)
  if (statement?.predicate.deployment !== number) return [`#${number}: its checkpoint is of something else`]
  const { events: count, head } = statement.predicate
  if (events.length !== count) return [`#${number}: it has ${events.length} events, and ${count} were signed`]
  const last = events.at(-1)
  if (last === undefined || digestOfEvent(last) !== head)
    return [`#${number}: event ${count}, the last, is not the one that was signed`]
  const digest = statement.subject[0]?.digest
  return digest !== undefined && 'sha256' in digest && digest.sha256 === sha256(text)
    ? []
    : [`#${number}: what stands beside its events was changed`]
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
