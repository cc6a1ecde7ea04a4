/** The events that a deployment is the fold of, as the journal holds them. Plain data that survives JSON. */
import type { Actor } from './actor.ts'
import type { Baseline, Evidence, MessageRef, Outcome, Override, Place, Undoes } from './deployment.ts'
import type { Choice, GateContent } from './gate.ts'
import type { PlannedStep } from './plan.ts'
import type { Project, Reconfigured } from './project.ts'
import type { Component } from './recovery.ts'
import type { Release } from './version.ts'

type Fact =
  | {
      readonly type: 'requested'
      readonly number: number
      readonly kind: 'release' | 'rollback'
      readonly project: Project
      readonly plan: readonly PlannedStep[]
      readonly release: Release
      readonly previous?: Baseline
      readonly requester: Actor
      readonly place: Place
      readonly notes?: string
      readonly queuedAfter?: readonly number[]
      readonly override?: Override
      readonly undoes?: Undoes
      readonly delivery?: string
    }
  /** `previous`: what is in use now, where others were before it in the line. */
  | { readonly type: 'started'; readonly previous?: Baseline }
  | { readonly type: 'begun'; readonly step: string; readonly attempt: number; readonly part: 'ask' | 'run' | 'end' }
  | { readonly type: 'intended'; readonly step: string; readonly attempt: number; readonly intent: Evidence }
  | { readonly type: 'asked'; readonly step: string; readonly attempt: number; readonly content: GateContent }
  | { readonly type: 'settled'; readonly step: string; readonly attempt: number; readonly outcome: Outcome }
  | {
      readonly type: 'pressed'
      readonly gate: string
      readonly digest: string
      readonly choice: Choice
      readonly actor: Actor
      readonly reason?: string
      readonly override?: string
      /** The version as it was typed, where whoever asked for the release approves it too. */
      readonly typed?: string
      /** The platform's id of what the person sent. */
      readonly delivery?: string
      /** Where it was typed. A button is only where its question is shown, and journals from before that was asked do not say. */
      readonly place?: Place
    }
  | { readonly type: 'woken' }
  /** Somebody asked for the same and was told of this one. */
  | { readonly type: 'joined'; readonly actor: Actor; readonly message: string }
  | { readonly type: 'retried'; readonly actor: Actor; readonly delivery?: string }
  | { readonly type: 'cancelled'; readonly actor: Actor; readonly delivery?: string }
  | { readonly type: 'freed'; readonly actor: Actor; readonly delivery?: string }
  /** Steps of recovery join the plan. */
  | { readonly type: 'planned'; readonly steps: readonly PlannedStep[] }
  /** The troubleshooting tree came to a person. */
  | { readonly type: 'stopped'; readonly offers: readonly PlannedStep[]; readonly advice?: string }
  | { readonly type: 'accepted'; readonly offer: string; readonly actor: Actor; readonly delivery?: string }
  | {
      readonly type: 'rollback-asked'
      readonly actor: Actor
      readonly only?: Component
      readonly delivery?: string
    }
  | { readonly type: 'acknowledged'; readonly actor: Actor; readonly delivery?: string }
  /** A new process has taken the deployment up; `away` is how long there was none, in minutes, where that can be told. */
  | { readonly type: 'resumed'; readonly away?: number; readonly barred?: 'lock' | 'freeze' }
  /** A new process has read another configuration than the one that the deployment began with. */
  | ({ readonly type: 'reconfigured' } & Reconfigured)
  | { readonly type: 'posted'; readonly key: string; readonly message: MessageRef }

/** What happened, before it is written: the journal adds the digest of the event before. Times are ms since the epoch. */
export type NewEvent = Fact & { readonly at: number }

/** What is written: `previous` is the digest of the event before, the empty string for the first. */
export type Event = NewEvent & { readonly previousDigest: string }
