/** Where a deployment can be told: in a thread below a message, which only some kinds of channel take. */
import type { APIChannel, APIInteraction } from 'discord.js'
import { type Problem, problem } from '../../src/release/problems.ts'
import { placeOf } from './incoming.ts'
import type { Ask } from './rest.ts'

/** Why a deployment cannot be told where something was sent; undefined where it can, or where nobody says. */
export type NoHome = (interaction: APIInteraction) => Promise<Problem | undefined>

/** Text and announcements, and threads below them. */
const TAKES_THREADS = [0, 5, 10, 11, 12]

/** Somebody waits, and may be approving. */
const SOON_MS = 1_000

/** A post in a forum is a thread like any other: only its channel says what it is. */
export function createNoHome(ask: Ask): NoHome {
  const kinds = new Map<string, number>()

  const kindOf = async (channel: string): Promise<number | undefined> => {
    const known = kinds.get(channel)
    if (known !== undefined) return known
    const asked = ask({ method: 'GET', path: `/channels/${channel}`, within: SOON_MS }).catch(() => undefined)
    const found = (await asked) as Partial<APIChannel> | undefined
    if (found?.type !== undefined) kinds.set(channel, found.type)
    return found?.type
  }

  return async (interaction) => {
    const sentIn = interaction.channel
    const channel = placeOf(interaction)?.channel
    if (sentIn === undefined || channel === undefined) return undefined
    const kind = channel === sentIn.id ? sentIn.type : await kindOf(channel)
    return refusalOfKind(channel, kind)
  }
}

/** Of a kind of channel that nobody told, nothing is said. */
export function refusalOfKind(channel: string, kind: number | undefined): Problem | undefined {
  if (kind === undefined || TAKES_THREADS.includes(kind)) return undefined
  return problem('discord.no-home', { channel, reason: 'It is a voice channel, a stage or a forum' })
}
