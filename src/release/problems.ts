/**
 * Problems: a failure as a value, worded by one catalogue. Each code has a sentence on what happened, a reason and a
 * remedy; the tables lie in `problems/`, one for each place they come from. Nothing throws one.
 */
import { ACCESS } from './problems/access.ts'
import { AUR } from './problems/aur.ts'
import { BUILD } from './problems/build.ts'
import { DISCORD } from './problems/discord.ts'
import { FINISH } from './problems/finish.ts'
import { GATE } from './problems/gate.ts'
import { ISOLATION } from './problems/isolation.ts'
import { LOCK } from './problems/lock.ts'
import { PREFLIGHT } from './problems/preflight.ts'
import { REQUEST } from './problems/request.ts'
import { ROLLBACK } from './problems/rollback.ts'
import { SLACK } from './problems/slack.ts'
import { STEP } from './problems/step.ts'
import { TARGET } from './problems/target.ts'
import { TROUBLESHOOT } from './problems/troubleshoot.ts'
import { VERIFY } from './problems/verify.ts'
import { VERSION } from './problems/version.ts'
import { VPS } from './problems/vps.ts'
import type { Wording } from './problems/wording.ts'
import { lineFrom } from './shell-words.ts'
import { cutLine, filledIn, oneLine } from './text.ts'

const CATALOGUE = {
  ...REQUEST,
  ...TARGET,
  ...ACCESS,
  ...GATE,
  ...LOCK,
  ...STEP,
  ...PREFLIGHT,
  ...ISOLATION,
  ...VERSION,
  ...BUILD,
  ...AUR,
  ...VPS,
  ...VERIFY,
  ...FINISH,
  ...ROLLBACK,
  ...TROUBLESHOOT,
  ...DISCORD,
  ...SLACK,
}

export type ProblemCode = keyof typeof CATALOGUE

/** A failure, ready to be read. `details` are lines such as files or log errors; `copy` is a command of the bot, `shell` one of a shell. */
export interface Problem {
  readonly code: ProblemCode
  readonly what: string
  readonly why: string
  readonly remedy: string
  readonly copy?: string
  readonly shell?: string
  readonly details: readonly string[]
  /** What to add to slipway.yaml, as it stands there. */
  readonly lines?: string
  /** The cause can pass by itself (network, lag, a lost race), so trying again makes sense. */
  readonly passing: boolean
  /** The codes of the failures that this one stands for, such as the open rows of the matrix. */
  readonly causes?: readonly ProblemCode[]
}

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type Values<C extends ProblemCode> = Record<Names<(typeof CATALOGUE)[C][keyof (typeof CATALOGUE)[C]]>, string | number>

/** Words a problem. A placeholder without its value is a type error. */
export function problem<C extends ProblemCode>(code: C, values: Values<C>, details: readonly string[] = []): Problem {
  const wording: Wording = CATALOGUE[code]
  const fill = (text: string) => filledIn(text, values, (value) => value)
  const sentence = (text: string) => filledIn(text, values, oneLine)
  return {
    code,
    what: sentence(wording.what),
    why: sentence(wording.why),
    remedy: sentence(wording.remedy),
    ...(wording.copy === undefined ? {} : { copy: fill(wording.copy) }),
    ...(wording.shell === undefined ? {} : { shell: lineFrom(wording.shell, values) }),
    details: details.map((line) => cutLine(oneLine(line), LONGEST_DETAIL)),
    passing: wording.passing ?? false,
  }
}

/** As wide as a line may be that others wrote, in characters. */
const LONGEST_DETAIL = 500

/** Tells a problem from any other value. */
export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'what' in value && 'remedy' in value
}
