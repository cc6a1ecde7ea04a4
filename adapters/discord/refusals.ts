/** What Discord refused, as a sentence for whoever reads the log of the bot. */
import { type Problem, problem } from '../../src/release/problems.ts'
import { hasCode, refusalOf } from './rest.ts'

/** What the bot needs in a channel, as Discord's settings name it, with the bit of each. */
export const PERMISSIONS = [
  ['View Channel', 10n],
  ['Send Messages', 11n],
  ['Embed Links', 14n],
  ['Attach Files', 15n],
  ['Read Message History', 16n],
  ['Create Public Threads', 35n],
  ['Send Messages in Threads', 38n],
] as const

/** The number that an invite link asks for. */
const PERMISSION_BITS = PERMISSIONS.reduce((sum, [, bit]) => sum | (1n << bit), 0n)

const ADMINISTRATOR = 3n

/** The link that invites the bot with what it needs, and no more. */
export function inviteLink(applicationId: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${PERMISSION_BITS}`
}

/** The names of what is missing among permissions as an interaction carries them, decimal. */
export function missingPermissions(granted: string): readonly string[] {
  const bits = /^\d+$/.test(granted) ? BigInt(granted) : 0n
  if ((bits & (1n << ADMINISTRATOR)) !== 0n) return []
  return PERMISSIONS.filter(([, bit]) => (bits & (1n << bit)) === 0n).map(([name]) => name)
}

/** The problem of permissions that are missing in a channel, by their names. */
export function cannotWrite(channel: string, missing: readonly string[]): Problem {
  return permissionProblem(channel, `that these are missing: ${missing.join(', ')}`)
}

/** The problem behind a refused post; undefined where it is none of those that a person has to mend. */
export function refusalProblem(error: unknown, channel: string): Problem | undefined {
  const answer = answered(error)
  if (hasCode(error, 'missingAccess', 'missingPermissions')) return permissionProblem(channel, answer)
  if (hasCode(error, 'noTextChannel', 'noThreadHere'))
    return problem('discord.no-home', { channel, reason: `Discord answered ${answer}` })
  return hasCode(error, 'unknownChannel') ? problem('discord.channel-gone', { channel, answer }) : undefined
}

/** The problem of a message that Discord will never take as it is. A proxy before it may refuse what is too large by itself. */
export function unfitProblem(error: unknown): Problem | undefined {
  const isUnfit = refusalOf(error)?.status === TOO_LARGE || hasCode(error, ...UNFIT)
  return isUnfit ? problem('discord.unfit', { answer: answered(error) }) : undefined
}

const TOO_LARGE = 413
const UNFIT = ['invalidForm', 'emptyMessage', 'tooLarge', 'explicitContent', 'blockedByFilter', 'harmfulLink'] as const

function permissionProblem(channel: string, answer: string): Problem {
  return problem('discord.permissions', { channel, answer, permissions: PERMISSIONS.map(([name]) => name).join(', ') })
}

/** The error of a refused post in words, with the problem of the place or of the message; any other error as it is. */
export function spokenRefusal(error: unknown, channel: string): unknown {
  const found = refusalProblem(error, channel)
  const unfit = unfitProblem(error)
  if (found !== undefined) return Object.assign(new Error(spoken(found), { cause: error }), { problem: found })
  return unfit === undefined ? error : Object.assign(new Error(spoken(unfit), { cause: error }), { unfit })
}

export function spoken({ what, why, remedy }: Problem): string {
  return `${what} ${why} ${remedy}`
}

/** `50013, Missing Permissions`. */
export function answered(error: unknown): string {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return `${refusal.code || refusal.status}, ${refusal.message}`
  return error instanceof Error ? error.message : String(error)
}
