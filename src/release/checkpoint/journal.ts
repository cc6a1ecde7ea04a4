/** Whether the journals are as they were written: the chain of the events of each, and the checkpoints that were signed of it. */
import { type CheckpointFile, type SignedCheckpoint, sha256 } from '../checkpoint.ts'
import type { Event } from '../event.ts'
import { digestOfEvent, replay } from '../machine.ts'
import { auditChain } from './chain.ts'

/** A deployment's document as it lies on the disk. */
export interface JournalFile {
  readonly number: number
  readonly text: string
  readonly isClosed: boolean
}

/** What is not as it was written, one sentence each; each names a deployment. `keys` are PEM. */
export function auditJournals(
  journals: readonly JournalFile[],
  checkpoints: readonly CheckpointFile[],
  keys: readonly string[],
): readonly string[] {
  const { faults, signed } = auditChain(checkpoints, keys)
  const here = new Set(journals.map(({ number }) => number))
  const gone = signed.filter(({ said }) => !here.has(said.deployment))
  const own = (number: number) => signed.filter(({ said }) => said.deployment === number)
  const each = [
    ...faults,
    ...gone.map(
      ({ name, said }) => `#${said.deployment}: the journal is gone, and its checkpoint ${name} is still here`,
    ),
    ...journals.flatMap((file) => auditJournal(file, own(file.number).at(-1))),
  ]
  return [...new Set(each)]
}

/** `checkpoint`: the newest that was signed of it. */
function auditJournal(
  { number, text, isClosed }: JournalFile,
  checkpoint: SignedCheckpoint | undefined,
): readonly string[] {
  const events = eventsIn(text)
  if (events === undefined) return [`#${number}: the document is not the JSON that Slipway writes`]
  return [...chainFaults(number, events), ...(isClosed ? endFaults(number, text, events, checkpoint) : [])]
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

function endFaults(
  number: number,
  text: string,
  events: readonly Event[],
  checkpoint: SignedCheckpoint | undefined,
): readonly string[] {
  if (checkpoint === undefined) return [`#${number}: it has no checkpoint`]
  const { events: count, head } = checkpoint.said
  if (events.length !== count) return [`#${number}: it has ${events.length} events, and ${count} were signed`]
  const last = events.at(-1)
  if (last === undefined || digestOfEvent(last) !== head)
    return [`#${number}: event ${count}, the last, is not the one that was signed`]
  return checkpoint.document === sha256(text) ? [] : [`#${number}: what stands beside its events was changed`]
}
