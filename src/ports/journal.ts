/** Where deployments are written before anything is done. */
import type { Event } from '../release/event.ts'
import type { Durations } from '../release/learned.ts'
import type { LockBook } from '../release/lock.ts'
import type { Refusal } from '../release/refusal.ts'

/** What is known of a finished deployment without opening it. */
export interface Summary {
  readonly number: number
  readonly project: string
  readonly version: string
  readonly kind: 'release' | 'rollback'
  readonly status: string
  readonly requester: string
  readonly requestedAt: number
  readonly endedAt?: number
  readonly commit?: string
  /** How long each step took that came to its end. */
  readonly minutes?: Durations
  /** Minutes in which anything of it ran: people's waiting is not among them. */
  readonly worked?: number
  /** The phase of its first failure, mended or not. */
  readonly failedIn?: string
  /** Minutes from its first failure, or from its start, to the end of a rollback that held. */
  readonly backAfter?: number
  /** Delivery ids of what people sent to it. */
  readonly deliveries?: readonly string[]
  /** Delivery ids of requests that came to it instead of a deployment of their own. */
  readonly joined?: readonly string[]
  /** The version that a rollback went back to, where no part of the one it left stands. */
  readonly back?: string
  /** Why an admin deployed it in a freeze. */
  readonly override?: string
  /** What the release left: the facts a later verification needs, such as `packageSha256`. */
  readonly evidence: Readonly<Record<string, string>>
}

/** What is written of the locks of projects. */
export interface Locks {
  /** As it is written now. */
  read(project: string): LockBook
  /** One change after the other; durable, and the book after it, when the promise resolves. */
  change(project: string, make: (before: LockBook) => LockBook): Promise<LockBook>
}

/** What people tried and were refused; only ever appended to. */
export interface Refusals {
  /** The newest that are written down, oldest first. */
  read(): readonly Refusal[]
  /** Durable when the promise resolves; what one account adds is bounded by the day. */
  add(refusal: Refusal): Promise<void>
}

export interface Journal {
  readonly locks: Locks
  readonly refusals: Refusals
  /** The next deployment number, durable before it is returned. */
  nextNumber(): Promise<number>
  /** Durable when the promise resolves: written, synced, renamed, folder synced. Rejects when the disk refuses. */
  append(number: number, events: readonly Event[]): Promise<void>
  read(number: number): Promise<readonly Event[] | undefined>
  /** Numbers of the deployments that have not ended, ascending. */
  open(): Promise<readonly number[]>
  /** Remembers the summary of an ended deployment and moves it to the closed ones. */
  close(number: number, summary: Summary): Promise<void>
  /** The newest first, at most `limit`, and never more than a hundred of a project. */
  history(limit: number, project?: string): Promise<readonly Summary[]>
}
