/**
 * The noun of the house: a deployment and its steps. `machine.ts` folds it from the events in `event.ts`; its gates are in
 * `gate.ts`, whoever acts in `actor.ts`. Everything here is plain data that survives JSON.
 */
import type { Actor, PlatformName } from './actor.ts'
import type { Gate, GateContent } from './gate.ts'
import type { PlannedStep, StepName } from './plan.ts'
import type { Problem } from './problems.ts'
import type { Project, Reconfigured } from './project.ts'
import type { Component } from './recovery.ts'
import type { Release } from './version.ts'

/** A channel and, where there is one, the thread of a deployment in it. */
export interface Place {
  readonly platform: PlatformName
  readonly channel: string
  readonly thread?: string
}

/** A posted message, as its platform finds it again. */
export interface MessageRef {
  readonly platform: PlatformName
  readonly channel: string
  readonly id: string
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * Facts a step leaves. Names are shared by all steps (see `facts.ts`); those of one host or target end in `:name`.
 * A fact named `commit` is the release commit.
 */
export type Evidence = Readonly<Record<string, Json>>

/** What a step came back with. `changed`: the world differs from what was approved, so nothing was done. */
export type Outcome =
  | { readonly ok: true; readonly evidence: Evidence; readonly notes?: readonly string[] }
  /** `over`: whatever the step had started elsewhere was seen to have ended. `refused`: nothing of this attempt took effect. */
  | {
      readonly ok: false
      readonly problem: Problem
      readonly log?: LogExcerpt
      readonly over?: true
      readonly refused?: true
    }
  | { readonly ok: false; readonly changed: GateContent }

/** Where a log is and what of it a person should see first. */
export interface LogExcerpt {
  readonly file: string
  readonly errors: readonly string[]
  readonly tail: readonly string[]
}

/** What looking at the world says of an outside effect: done with its evidence, not done, begun, or a question. */
export type Observation =
  | { readonly seen: 'done'; readonly evidence: Evidence }
  | { readonly seen: 'not-done' }
  /** What was started goes on by itself, or ended and was not told: running the step again takes that up and starts nothing. */
  | { readonly seen: 'begun' }
  /** `cause`: why it could not be looked at. */
  | { readonly seen: 'unknown'; readonly question: string; readonly cause?: Problem }

export type StepStatus = 'pending' | 'asking' | 'waiting' | 'running' | 'done' | 'failed'

export interface StepState {
  readonly status: StepStatus
  /** Counts up each time the step begins, so that a late outcome of an earlier attempt is recognised. */
  readonly attempt: number
  /** True when the step's inputs changed while it ran: its result will not count. */
  readonly stale: boolean
  readonly beganAt?: number
  readonly endedAt?: number
  /**
   * What identifies the outside effect, written before it is attempted; of all attempts, oldest first: what is opened again or
   * tried again has not left the world by that.
   */
  readonly attempted?: readonly { readonly attempt: number; readonly intent: Evidence }[]
  /** The evidence of when it was done, where it was opened again since. */
  readonly left?: Evidence
  /** A script on a server, from the intent to start it until it was seen to have ended. */
  readonly job?: Job
  readonly evidence: Evidence
  readonly notes: readonly string[]
  readonly problem?: Problem
  readonly log?: LogExcerpt
  /** Attempts that failed, the newest last: from when to when, ms since the epoch. */
  readonly failures?: readonly { readonly from: number; readonly to: number }[]
}

/** What outlives the bot's connection: where it runs and the folder by which it is found there. */
interface Job {
  readonly host: string
  readonly folder: string
}

export type DeploymentStatus =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'stopped'
  | 'complete'
  | 'cancelled'
  | 'denied'
  | 'failed'
  | 'rolled back'
  | 'emergency'

/** One halt for a person: everything that had failed by then, and who had it tried again. */
export interface Stop {
  readonly at: number
  readonly failed: readonly { readonly step: string; readonly problem: Problem; readonly log?: LogExcerpt }[]
  /** Fixes that the troubleshooting tree offers and a person has to press for. */
  readonly offers?: readonly PlannedStep[]
  /** Why the tree ends here, where it says more than the problem itself. */
  readonly advice?: string
  readonly retried?: { readonly actor: Actor; readonly at: number }
  readonly accepted?: { readonly actor: Actor; readonly at: number; readonly offer: string }
}

/** What a rollback of its own takes back: the steps that took effect in the deployments before it, and what they left. */
export interface Undoes {
  readonly numbers: readonly number[]
  readonly effects: readonly { readonly name: StepName; readonly item?: string }[]
  readonly evidence: Evidence
  readonly commit?: string
  /** One component alone, where that was asked for. */
  readonly only?: Component
}

/** Why a deployment asks before its next outside effect. */
export interface Hold {
  readonly at: number
  /** How long nobody looked after it; absent where nobody can tell. */
  readonly minutes?: number
  /** What bars new deployments of the project now. */
  readonly barred?: 'lock' | 'freeze'
}

/** A freeze that an admin deployed through, and why. `freeze` is the rule as it is read. */
export interface Override {
  readonly actor: Actor
  readonly reason: string
  readonly freeze: string
}

export interface Deployment {
  readonly number: number
  readonly kind: 'release' | 'rollback'
  readonly project: Project
  readonly release: Release
  /** What was released before, and where that was read. Absent for a first release. */
  readonly previous?: Baseline
  readonly requester: Actor
  readonly place: Place
  readonly requestedAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  readonly stoppedAt?: number
  readonly notes?: string
  readonly plan: readonly PlannedStep[]
  readonly steps: Readonly<Record<string, StepState>>
  readonly gates: readonly Gate[]
  readonly stops: readonly Stop[]
  readonly status: DeploymentStatus
  /** The release commit: the one whose push was accepted, or the candidate for it. */
  readonly commit?: string
  /** Set once the first gated effect has begun: the release commit no longer changes. */
  readonly frozen: boolean
  /** `again`: a second cancel, which no longer waits for what runs to end well. */
  readonly cancel?: { readonly actor: Actor; readonly at: number; readonly again: boolean }
  /** An admin has given the project's slot free, although something of it may still run. */
  readonly freed?: { readonly actor: Actor; readonly at: number }
  /** Somebody asked for the rollback, of everything or of one component alone. */
  readonly rollback?: { readonly actor: Actor; readonly at: number; readonly only?: Component }
  /** Of a rollback with its own number. */
  readonly undoes?: Undoes
  /** The rollback did not end well: people on call are called until one answers. */
  readonly emergency?: {
    readonly at: number
    readonly calls: number
    readonly answered?: { readonly actor: Actor; readonly at: number }
  }
  /** Nothing outside begins until a person says so: the bot was away for long. */
  readonly hold?: Hold
  /** Configurations that stood after the one that it began with, each once, as far as they were told. */
  readonly reconfigured?: readonly Reconfigured[]
  /** Deployments of the project that were before it when it was asked for. */
  readonly queuedAfter: readonly number[]
  /** What an admin deployed through. */
  readonly override?: Override
  /** Delivery ids of requests that came to this one instead of one of their own. */
  readonly joined: readonly string[]
  /** Delivery ids of what people sent to it: each counts once. */
  readonly deliveries: readonly string[]
  readonly messages: Readonly<Record<string, MessageRef>>
  /** Digest of the last event, which the next one names. */
  readonly head: string
  readonly eventCount: number
  readonly lastEventAt: number
}

/** The last released version and where it was read: the journal, tags, the AUR, the server. */
export interface Baseline {
  readonly release: Release
  readonly sources: readonly string[]
  readonly commit?: string
  /** One sentence each: a place that shows another version, or that did not answer. */
  readonly disagreements?: readonly string[]
}
