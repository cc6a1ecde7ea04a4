/** Who somebody is at this moment: a full member of this workspace with these user groups, or nobody. */
import type { Actor } from '../../src/release/actor.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import { type Calls, type Fault, spoken } from './calls.ts'

export interface PeopleOptions {
  readonly calls: Calls
  /** Ids of the user groups that roles name. */
  readonly groups: readonly string[]
  /** The workspace that the bot is installed in. */
  team(): Promise<string | Fault>
}

export interface Known {
  readonly actor: Actor
  /** Groups that could not be read count as not held, and the person is told. */
  readonly unread?: Problem
}

interface Account {
  readonly name?: unknown
  readonly team_id?: unknown
  readonly deleted?: unknown
  readonly is_bot?: unknown
  readonly is_restricted?: unknown
  readonly is_ultra_restricted?: unknown
  readonly is_stranger?: unknown
  readonly profile?: { readonly display_name?: unknown; readonly real_name?: unknown }
}

/** Asks Slack, every time: what was true at the last press need not be true now. A failed look-up is a no. */
export async function whoIs(account: string, options: PeopleOptions): Promise<Known | Problem> {
  const [team, found, ...groups] = await Promise.all([
    options.team(),
    options.calls.call('users.info', { user: account }),
    ...options.groups.map(async (id) => ({
      id,
      listed: await options.calls.call('usergroups.users.list', { usergroup: id }),
    })),
  ])
  if (typeof team !== 'string') return problem('slack.unknown-account', { reason: spoken(team) })
  if (!found.ok) return problem('slack.unknown-account', { reason: spoken(found.fault) })
  const user = (found.value.user ?? {}) as Account
  const name = nameOf(user, account)
  const kind = strangeness(user, team)
  if (kind !== undefined) return problem('slack.stranger', { name, kind })
  const holds = groups.filter(({ listed }) => listed.ok && isIn(listed.value.users, account)).map(({ id }) => id)
  const actor: Actor = { platform: 'slack', account, name, groups: holds, vouched: true }
  const failed = groups.flatMap(({ id, listed }) => (listed.ok ? [] : [{ id, fault: listed.fault }]))
  return failed.length === 0 ? { actor } : { actor, unread: unreadProblem(failed) }
}

/** What makes somebody nobody here. */
function strangeness(user: Account, team: string): string | undefined {
  if (user.deleted === true) return 'an account that was deactivated'
  if (user.is_bot === true) return 'a bot'
  if (user.is_restricted === true || user.is_ultra_restricted === true) return 'a guest'
  return user.team_id === team && user.is_stranger !== true ? undefined : 'of another workspace'
}

function nameOf({ profile, name }: Account, account: string): string {
  const names = [profile?.display_name, profile?.real_name, name]
  return names.find((each): each is string => typeof each === 'string' && each.trim() !== '') ?? account
}

function isIn(users: unknown, account: string): boolean {
  return Array.isArray(users) && users.includes(account)
}

function unreadProblem(failed: readonly { readonly id: string; readonly fault: Fault }[]): Problem {
  const [first] = failed
  const reason = first === undefined ? '' : spoken(first.fault)
  return problem('slack.groups-unread', { groups: failed.map(({ id }) => id).join(', '), reason })
}
