/** A gate: what is asked of people before an effect, and what they answered. Plain data that survives JSON. */
import type { Actor } from './actor.ts'
import type { Card } from './card.ts'
import type { GateName } from './plan.ts'

/** One paragraph or picture of what a gate asks for, and the digest input behind it. */
export interface GateContent {
  /** What the digest covers: names to exact values (commits, digests, texts of files, commands). */
  readonly bound: Readonly<Record<string, string>>
  /** What the person reads before pressing. */
  readonly card: Pick<Card, 'sections' | 'files'>
  /** Several plans to choose one from, each approved by a digest of its own. Absent: the one thing that is asked. */
  readonly options?: readonly {
    readonly name: string
    readonly label: string
    readonly bound: Readonly<Record<string, string>>
  }[]
}

/** `revoke` takes an approval of one's own back. */
export type Choice = 'approve' | 'deny' | 'revoke'

export interface Press {
  readonly actor: Actor
  readonly choice: Choice
  /** What was approved or denied, exactly. */
  readonly digest: string
  readonly reason?: string
  /** Why an admin approved in place of those whom the rules ask for. */
  readonly override?: string
  readonly at: number
}

export type GateStatus = 'open' | 'approved' | 'denied' | 'expired' | 'void' | 'closed'

export interface Gate {
  /** `aur-submit.1`: unique in the deployment, counting up each time it is asked. */
  readonly id: string
  readonly name: GateName
  readonly step: string
  readonly content: GateContent
  readonly digest: string
  /** The plans to choose from; empty where one thing is asked. */
  readonly options: readonly { readonly name: string; readonly label: string; readonly digest: string }[]
  readonly openedAt: number
  /** Absent for a rollback: it waits, and reminds, until somebody answers. */
  readonly expiresAt?: number
  readonly status: GateStatus
  readonly presses: readonly Press[]
  /** One press, one use: true once the step has begun under this approval. */
  readonly used: boolean
  /** How often people were reminded. */
  readonly reminders: number
  /** Names of bound facts that differ from the gate before, when it is asked again. */
  readonly differs: readonly string[]
}

/** People are reminded of a question that never expires, ms. */
export const REMINDS_EVERY = 3_600_000

/** When those who are asked are first reminded, ms since the epoch: after half of the question's time, or an hour of one that never expires. */
export function firstReminderAt({ openedAt, expiresAt }: Pick<Gate, 'openedAt' | 'expiresAt'>): number {
  return openedAt + (expiresAt === undefined ? REMINDS_EVERY : Math.floor((expiresAt - openedAt) / 2))
}
