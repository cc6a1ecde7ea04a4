/** What a member may do in a channel, as Discord computes it from roles and overwrites. https://docs.discord.com/developers/topics/permissions */
import type { APIGuild, APIGuildMember, APIOverwrite } from 'discord.js'

export interface Standing {
  readonly guild: Pick<APIGuild, 'id' | 'roles'>
  readonly member: { readonly id: string } & Pick<APIGuildMember, 'roles'>
}

const MENTION_EVERYONE = 1n << 17n
const VIEW_CHANNEL = 1n << 10n
const ADMINISTRATOR = 1n << 3n
const EVERYTHING = (1n << 60n) - 1n

/** As a number in decimal, as interactions carry it. */
export function permissionsIn({ guild, member }: Standing, overwrites: readonly APIOverwrite[]): string {
  const own = [guild.id, ...member.roles]
  const base = joined(guild.roles.filter(({ id }) => own.includes(id)).map(({ permissions }) => permissions))
  if ((base & ADMINISTRATOR) !== 0n) return String(EVERYTHING)
  const everyone = overwrites.filter(({ id }) => id === guild.id)
  const roles = overwrites.filter(({ id }) => member.roles.includes(id))
  const personal = overwrites.filter(({ id }) => id === member.id)
  const found = [everyone, roles, personal].reduce(overwritten, base)
  return String((found & VIEW_CHANNEL) === 0n ? 0n : found)
}

/** Whether it calls a role that not everybody may mention: naming it in `allowed_mentions` is not enough. */
export function mayCallAnyRole(granted: string): boolean {
  return (BigInt(granted) & MENTION_EVERYONE) !== 0n
}

/** What one of several allows is not denied by another of them. */
function overwritten(bits: bigint, overwrites: readonly APIOverwrite[]): bigint {
  const denied = joined(overwrites.map(({ deny }) => deny))
  return (bits & ~denied) | joined(overwrites.map(({ allow }) => allow))
}

function joined(all: readonly string[]): bigint {
  return all.reduce((bits, each) => bits | BigInt(each), 0n)
}
