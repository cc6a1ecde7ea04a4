/** What the doctor asks of Discord before any release: the token, the server, the channels and the roles. Changes nothing. */
import type { APIApplication, APIGuild, APIGuildMember, APIOverwrite, APIUser } from 'discord.js'
import type { Clock } from '../../src/ports/clock.ts'
import { type Finding, findingOf } from '../../src/release/finding.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import { refusalOfKind } from './homes.ts'
import { mayCallAnyRole, permissionsIn, type Standing } from './permissions.ts'
import { answered, cannotWrite, inviteLink, missingPermissions, refusalProblem } from './refusals.ts'
import { type Ask, createAsk, type RestSettings, refusalOf } from './rest.ts'

export interface ExamineOptions extends RestSettings {
  readonly applicationId: string
  readonly guildId: string
  readonly clock: Clock
  /** Ids of the channels that projects are told in. */
  readonly channels: readonly string[]
  /** Ids of roles, each with the name that the configuration gives it. */
  readonly roles: readonly RoleName[]
  /** Those of them that questions call. */
  readonly called: readonly RoleName[]
}

interface RoleName {
  readonly name: string
  readonly id: string
}

/** A channel, which may treat some otherwise than its server does. */
interface Guarded {
  readonly type?: number
  readonly permission_overwrites?: readonly APIOverwrite[]
}

type Server = Pick<APIGuild, 'id' | 'name' | 'roles'>

const ABOUT = 'Discord'
/** Somebody sits before it and waits. */
const ATTEMPT_MS = 3_000
const UNAUTHORIZED = 401

/** From the outside in: what cannot be reached leaves nothing further to look at. */
export async function examineDiscord(options: ExamineOptions): Promise<readonly Finding[]> {
  const ask = createAsk({ attemptMs: ATTEMPT_MS, ...options }, options.clock)
  const get = async <T>(path: `/${string}`) => (await ask({ method: 'GET', path })) as T
  try {
    const { id } = await get<APIApplication>('/applications/@me')
    if (id !== options.applicationId)
      return bad([problem('discord.other-application', { given: options.applicationId, found: id })])
  } catch (error) {
    return [tokenFinding(error)]
  }
  try {
    const guild = await get<Server>(`/guilds/${options.guildId}`)
    const { id } = await get<APIUser>('/users/@me')
    const { roles } = await get<APIGuildMember>(`/guilds/${options.guildId}/members/${id}`)
    const problems = [
      ...missingRoles(options, guild),
      ...(await missingInChannels(ask, options, { guild, member: { id, roles } })),
    ]
    const deaf = deafRoles(options, { guild, member: { id, roles } })
    return [...(problems.length > 0 ? bad(problems) : [wellIn(guild, options)]), ...deaf]
  } catch (error) {
    const invite = inviteLink(options.applicationId)
    return bad([problem('discord.not-invited', { guild: options.guildId, answer: answered(error), invite })])
  }
}

function bad(problems: readonly Problem[]): readonly Finding[] {
  return problems.map((each) => findingOf(ABOUT, each))
}

/** A token that is refused ends the bot; a Discord that does not answer now is worth knowing. */
function tokenFinding(error: unknown): Finding {
  const answer = answered(error)
  if (refusalOf(error)?.status === UNAUTHORIZED) return findingOf(ABOUT, problem('discord.token', { answer }))
  return { ...findingOf(ABOUT, problem('discord.unreachable', { answer })), standing: 'note' }
}

function wellIn({ name }: Server, { channels }: ExamineOptions): Finding {
  const there = `Slipway is in the server ${name}, and so are the roles of slipway.yaml.`
  if (channels.length > 0)
    return { about: ABOUT, standing: 'good', what: `${there} It may do what it needs in every channel.` }
  return { about: ABOUT, standing: 'note', what: `${there} channels.discord names no channel of it.` }
}

function missingRoles({ roles }: ExamineOptions, guild: Server): readonly Problem[] {
  return roles
    .filter(({ id }) => !guild.roles.some((role) => role.id === id))
    .map(({ name, id }) => problem('discord.no-such-role', { name, id, guild: guild.name }))
}

/** Roles that a question would name without calling anybody. */
function deafRoles({ called }: ExamineOptions, standing: Standing): readonly Finding[] {
  if (mayCallAnyRole(permissionsIn(standing, []))) return []
  const { roles, name: guild } = standing.guild as Server
  return called
    .filter(({ id }) => roles.some((role) => role.id === id && !role.mentionable))
    .map(({ name, id }) => ({
      ...findingOf(ABOUT, problem('discord.deaf-role', { name, id, guild })),
      standing: 'note',
    }))
}

async function missingInChannels(ask: Ask, { channels }: ExamineOptions, standing: Standing) {
  const looked = channels.map(async (id) => {
    try {
      const { type, permission_overwrites = [] } = (await ask({ method: 'GET', path: `/channels/${id}` })) as Guarded
      const missing = missingPermissions(permissionsIn(standing, permission_overwrites))
      const noHome = refusalOfKind(id, type)
      return [...(noHome === undefined ? [] : [noHome]), ...(missing.length === 0 ? [] : [cannotWrite(id, missing)])]
    } catch (error) {
      const refused = refusalProblem(error, id)
      if (refused === undefined) throw error
      return [refused]
    }
  })
  return (await Promise.all(looked)).flat()
}
