/** A platform people talk on. */

import type { Actor, PlatformName } from '../release/actor.ts'
import type { Card } from '../release/card.ts'
import type { MessageRef, Place } from '../release/deployment.ts'
import { isProblem, type Problem } from '../release/problems.ts'
import type { Suggest } from './command-form.ts'

/** What a person sent: a command's words, or a press of a button that carries its command and gate. */
export interface Incoming {
  /** The platform's delivery id; the same one counts once. */
  readonly id: string
  readonly actor: Actor
  readonly place: Place
  /** Without the prefix: `deploy 3.1.3 --dry-run`. */
  readonly text: string
  /** The digest that the pressed button showed. */
  readonly digest?: string
  /** Why a deployment cannot be told here: nothing that begins one is heard. */
  readonly noHome?: Problem
}

/** The channel of commands from a shell: the answer is read and nobody stays, so what they start is told elsewhere. */
export const SHELL = 'shell'

/** What a platform can do that a terminal cannot. */
export interface Abilities {
  /**
   * A deployment is one message in the channel, edited until its end, with everything else in the thread below it: a post
   * whose `place.thread` is the id of that message goes there.
   */
  readonly threads: boolean
  /** Marked times (`release/report/moment.ts`) are shown in each reader's own zone. */
  readonly moments: boolean
  /** Least time between two edits of a progress card, ms: while things happen, and once nothing has for a minute. */
  readonly edits: { readonly busy: number; readonly quiet: number }
}

/** A time in which what people pressed could not be heard, ms since the epoch. */
export interface Outage {
  readonly from: number
  readonly to: number
}

export interface Chat {
  readonly platform: PlatformName
  /** None of them where it is left out. */
  readonly abilities?: Abilities
  /** How a command is spelled here, such as `/deploy 3.1.3` or `/slipway retry #42`; `place` where that makes a difference. */
  spell(command: string, place?: Place): string
  /** Posts into the place's thread, or opens one when the card is a deployment's first. Exactly once by `key`. */
  post(place: Place, card: Card, key: string): Promise<MessageRef>
  /** `key` is that of its post. Resolves with `gone` where somebody deleted the message. */
  update(message: MessageRef, card: Card, key?: string): Promise<unknown>
  /** Answers one incoming message; `private`: only its sender sees it. */
  answer(incoming: Incoming, card: Card, audience: 'private' | 'channel'): Promise<void>
  /**
   * `missed` is told after each time in which presses were lost; `suggest` answers while a form is filled in; `mended` is told
   * where what was refused may be taken now, such as after a change of permissions.
   */
  start(
    handle: (incoming: Incoming) => Promise<void>,
    missed?: (outage: Outage) => void,
    suggest?: Suggest,
    mended?: () => void,
  ): Promise<void>
  stop(): Promise<void>
}

/**
 * The problem that a person has to mend, such as a permission that was taken away: a chat rejects with an error that carries it
 * as `problem`. Undefined for what passes by itself.
 */
export function refusalIn(error: unknown): Problem | undefined {
  return error instanceof Error && 'problem' in error && isProblem(error.problem) ? error.problem : undefined
}

/**
 * What is wrong with a card that the platform will never take as it is, whoever mends what: a chat rejects with an error that
 * carries it as `unfit`.
 */
export function unfitIn(error: unknown): Problem | undefined {
  return error instanceof Error && 'unfit' in error && isProblem(error.unfit) ? error.unfit : undefined
}
