/** Who acts, and where from. Plain data that survives JSON. */

export type PlatformName = 'slack' | 'discord' | 'terminal'

/** Who did something, as the platform says at that moment. */
export interface Actor {
  readonly platform: PlatformName
  readonly account: string
  readonly name: string
  /** Platform roles or user groups the account has now. */
  readonly groups: readonly string[]
  /** False where the platform cannot tell that a person pressed, such as lines piped into a terminal. */
  readonly vouched: boolean
}
