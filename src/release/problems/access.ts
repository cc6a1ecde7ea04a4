/** Refusals of who sent it. */
import type { Wording } from './wording.ts'

const WHO = 'This account is {account} on {platform}.'

export const ACCESS = {
  'access.not-granted': {
    what: '{name} may not {action} {project}.',
    why: `It takes one of the roles under access.{permission}: {roles}. ${WHO}`,
    remedy:
      'Ask one of {others}. Or have an admin add the account to such a role in slipway.yaml and start Slipway again.',
  },
  'access.nobody': {
    what: 'Nobody may {action} {project} yet.',
    why: `What is not granted is refused, and access.{permission} in slipway.yaml names nobody. ${WHO}`,
    remedy: 'Have the owner of the machine add these lines to slipway.yaml and start Slipway again.',
  },
  'access.cancel': {
    what: '{name} may not cancel #{number}.',
    why: `Its requester, {requester}, the approvers and the admins may. ${WHO}`,
    remedy: 'Ask one of {others}.',
  },
} as const satisfies Record<string, Wording>
