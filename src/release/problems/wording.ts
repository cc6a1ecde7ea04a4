/** How a failure is worded: `{name}` is filled from the values given. */
export interface Wording {
  /** What happened, one sentence. */
  readonly what: string
  /** What it means or why it is so, one sentence. */
  readonly why: string
  /** What to do, one sentence. */
  readonly remedy: string
  /** A command of the bot to copy, without the platform's prefix. */
  readonly copy?: string
  /** A command for a shell. */
  readonly shell?: string
  readonly passing?: boolean
}
