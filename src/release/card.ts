/**
 * A message without a platform. Adapters turn it into text, blocks or embeds; only `report.ts` and commands make one.
 */

export type Tone = 'neutral' | 'running' | 'waiting' | 'good' | 'bad'

export type Section =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly title?: string; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | Table
  /** Preformatted text: commands to copy, a log's tail, a difference. `copy` marks what is meant to be typed. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string; readonly copy?: boolean }
  | { readonly kind: 'phases'; readonly phases: readonly PhaseLine[] }

export interface Table {
  readonly kind: 'table'
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** The last cell of each row says whether the others are as they should be. */
  readonly judged?: true
}

/** One line of the progress card. Minutes are decimal. */
export interface PhaseLine {
  readonly title: string
  readonly state: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'left out'
  readonly done: number
  readonly of: number
  readonly elapsedMinutes: number
  readonly plannedMinutes: number
  readonly current: readonly string[]
}

export interface Button {
  readonly label: string
  readonly style: 'primary' | 'danger' | 'plain'
  /** The command the button stands for, without the platform's prefix: `approve #42`. */
  readonly command: string
  /** What a person types behind the command; a press without it does not count where it is that person who asked. */
  readonly types?: string
  /** The gate and digest a press is bound to. */
  readonly gate?: { readonly id: string; readonly digest: string }
  /** The key that presses it on a terminal. */
  readonly key?: string
}

/** A file that goes with a card: either its text, or the path it lies at. */
export type CardFile =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly path: string }

/** A picture that goes with a card as a file: `svg` draws it when the card is sent. */
export interface Picture {
  /** The name of the file, ending in `.png`. */
  readonly name: string
  readonly svg: () => string
}

/** Ids of accounts and of groups (user groups of Slack, roles of Discord) on one platform. */
export interface Mentioned {
  readonly accounts: readonly string[]
  readonly groups: readonly string[]
}

/** Whom a card calls, by platform. Nobody else is ever called, whatever its texts hold. */
export type Mentions = Readonly<Record<'slack' | 'discord', Mentioned>>

export interface Card {
  readonly title: string
  readonly tone: Tone
  readonly sections: readonly Section[]
  readonly buttons: readonly Button[]
  readonly files: readonly CardFile[]
  readonly pictures?: readonly Picture[]
  readonly mentions?: Mentions
}
