/** What a command may ask of the bot, and have it do. Commands decide words and cards; the bot decides what happens. */
import type { AuditEntry } from '../release/audit.ts'
import type { Bar } from '../release/bar.ts'
import type { Card } from '../release/card.ts'
import type { Baseline, Deployment } from '../release/deployment.ts'
import type { NewEvent } from '../release/event.ts'
import type { Lock } from '../release/lock.ts'
import type { Problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import type { Component } from '../release/recovery.ts'
import type { View } from '../release/report/view.ts'
import type { Release } from '../release/version.ts'
import type { Incoming } from './chat.ts'
import type { Summary } from './journal.ts'

/** A card for the person who asked, or for everybody in the channel. */
export interface Answer {
  readonly card: Card
  readonly audience: 'private' | 'channel'
}

/** What a command is about, and so where its sender has to be granted it: one project, a deployment's project, or any of them. */
export type Concern = 'project' | 'deployment' | 'everything'

/** A version to ship, made exact, and what it follows on. */
export interface Resolved {
  readonly release: Release
  readonly previous?: Baseline
}

/** What a person wants deployed. `override`: why an admin does it in a freeze. */
export interface Wanted {
  readonly target: string
  readonly notes?: string
  readonly override?: string
}

/** The deployment that a request came to: one of its own, or the one it joined. */
export interface Entered {
  readonly deployment: Deployment
  readonly joined: boolean
}

/** An event as a command sends it; the bot adds the time. */
export type Wish = NewEvent extends infer E ? (E extends NewEvent ? Omit<E, 'at'> : never) : never

export interface Desk {
  now(): number
  /** How the person who asked reads a card: spelling of commands, zone of times. */
  view(incoming: Incoming): View
  /** The help for one command, or for all. */
  help(command: string | undefined, incoming: Incoming): Card
  readonly projects: readonly Project[]
  /** The project that a command is about: named, the channel's default, or the only one. */
  projectFor(name: string | undefined, incoming: Incoming): Project | Problem
  /** A deployment by its number; without one, the only one that is open here, or the newest where none is. */
  find(number: number | undefined, incoming: Incoming): Promise<Deployment | Problem>
  /** Deployments that have not ended, ascending. */
  open(): readonly Deployment[]
  /** Ended deployments, newest first. */
  history(limit: number, project?: string): Promise<readonly Summary[]>
  /** What people did lately to these projects, newest first. */
  audit(projects: readonly string[], limit: number): Promise<readonly AuditEntry[]>
  /** What is released now, as the journal, tags, AUR and server say; undefined for a product without a release. */
  released(project: Project): Promise<Baseline | Problem | undefined>
  /** What patch, minor, major and build would give. */
  choices(project: Project): Promise<readonly { readonly target: string; readonly release: Release }[] | Problem>
  /** Makes a typed target exact, or refuses it with the corrected command. */
  resolve(project: Project, target: string): Promise<Resolved | Problem>
  /** Writes the request down and queues it; its own cards are the answer. Or joins one under way, or refuses. */
  deploy(project: Project, wanted: Wanted, incoming: Incoming): Promise<Entered | Problem>
  /** What keeps new deployments of the project back now. */
  bar(project: Project): Bar | undefined
  /** Locks the project, or says which lock stands. */
  lock(project: Project, incoming: Incoming, reason?: string): Promise<Lock | Problem>
  /** Lifts the lock of that id, or the one that stands; the lock that was lifted. */
  unlock(project: Project, incoming: Incoming, id?: string): Promise<Lock | Problem>
  /** Runs the read-only checks in a scratch folder and describes every step; nothing is changed or written down. */
  dryRun(project: Project, resolved: Resolved, incoming: Incoming, notes?: string): Promise<Card | Problem>
  /** Hands an event to a deployment; undefined where it was void. */
  send(number: number, wish: Wish): Promise<Deployment | undefined>
  /** Asks for a rollback of a deployment: in its own thread while it is open, as a deployment of its own afterwards. */
  rollback(deployment: Deployment, incoming: Incoming, only?: Component): Promise<Problem | undefined>
  /** Asks for the way back to a version that was released before. */
  rollbackTo(project: Project, version: string, incoming: Incoming): Promise<Problem | undefined>
  /** Versions that can be gone back to, newest first. */
  goodVersions(project: Project): Promise<readonly Baseline[]>
  /** Walks the troubleshooting tree now; nothing is changed or written down. */
  diagnose(deployment: Deployment): Promise<Card | Problem>
  /** The record of an incident, with the note added where there is one. */
  incident(deployment: Deployment, incoming: Incoming, note?: string): Promise<Card | Problem>
  /** The certificate of a version or a deployment (`#42`), by default the last one, checked before it is shown. */
  certificate(project: Project, target?: string): Promise<Card | Problem>
  /** Looks at the world now: the success matrix of a version, by default the released one. */
  verify(project: Project, version?: string): Promise<Card | Problem>
  /** The end of a step's log, by default of the step that runs or ran last: the file and its last lines. */
  log(
    deployment: Deployment,
    step?: string,
  ): Promise<{ readonly step: string; readonly file: string; readonly lines: readonly string[] } | Problem>
}
