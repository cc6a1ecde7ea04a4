/** What the desk is made of. */
import type { Chat } from '../../ports/chat.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Journal, Summary } from '../../ports/journal.ts'
import type { Card, CardFile } from '../../release/card.ts'
import type { CheckedCertificate } from '../../release/certificate/check.ts'
import type { Deployment } from '../../release/deployment.ts'
import type { Problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import type { Release } from '../../release/version.ts'
import type { Live } from '../live.ts'
import type { Locks } from '../locks.ts'
import type { Released } from '../versions.ts'

/** What the bot's owner hands in: looking at the world needs ports that this room does not know. */
export interface World {
  readonly released: Released
  dryRun(deployment: Deployment): Promise<Card | Problem>
  verify(project: Project, release: Release, history: readonly Summary[]): Promise<Card | Problem>
  logFile(
    deployment: Deployment,
    step: string,
  ): Promise<{ readonly file: string; readonly lines: readonly string[] } | undefined>
  /** Walks the troubleshooting tree without changing anything. */
  diagnose(deployment: Deployment): Promise<Card | Problem>
  /** The record of an incident as it lies in the data folder; with `note`, which is added to it first. */
  incident(deployment: Deployment, note?: string): Promise<CardFile | undefined>
  /** Checks a certificate of the data folder offline, with everything that lies around it. */
  certificate(file: string): Promise<CheckedCertificate>
  /** Names of templates of the project that cannot tell two builds of one version apart. */
  ambiguousTemplates(project: Project): readonly string[]
}

export interface DeskOptions {
  readonly chats: readonly Chat[]
  /** Time zone of the cards, an IANA name. */
  readonly zone?: string
  help(command: string | undefined, spell: (command: string) => string): Card
  readonly projects: readonly Project[]
  readonly journal: Journal
  readonly clock: Clock
  readonly live: Live
  readonly locks: Locks
  readonly world: World
}
