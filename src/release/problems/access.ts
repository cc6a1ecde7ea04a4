/** Refusals of who sent it. */
import type { Wording } from './wording.ts'

const WHO = 'This account is {account} on {platform}.'

export const ACCESS = {
  'access.not-granted': {
    what: '{name} may not do this for {project}.',
    why: `It takes a role that access.{permission} grants. ${WHO}`,
    remedy: 'Ask somebody who has it, or have an admin add the account to such a role in slipway.yaml.',
  },
} as const satisfies Record<string, Wording>
