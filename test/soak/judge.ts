/** What came of it, read past the bot: from the repositories, the server's own record, the published files and both chats. */
import { threaded } from '../../src/release/report/threaded.ts'
import { cardsFor } from '../../src/release/report.ts'
import type { ChatRoom } from './chats.ts'
import { twice } from './counts.ts'
import type { Ground } from './ground.ts'
import { type Heard, hearingOf } from './hearing.ts'
import { judgeWorld } from './judge-world.ts'
import { allIn, type Told } from './open.ts'

export interface Judged {
  readonly told: readonly Told[]
  /** Each in words, with its deployment. */
  readonly doubled: readonly string[]
  readonly lost: readonly string[]
  readonly wrong: readonly string[]
  /** What was sent while nobody can say whether it had arrived. */
  readonly unjudged: number
  /** How many effects in the world were counted. */
  readonly effects: number
}

export async function judge(
  { places, dataFolder, slack }: Ground,
  rooms: readonly ChatRoom[],
  heard: Omit<Heard, 'events'>,
): Promise<Judged> {
  const told = await allIn(dataFolder)
  const worlds = await Promise.all(
    places.map((place) =>
      judgeWorld(
        place,
        told.filter(({ deployment }) => deployment.project.name === place.name),
      ),
    ),
  )
  const { lost, unjudged } = hearingOf({ ...heard, events: told.flatMap(({ events }) => events) })
  return {
    told,
    doubled: [...worlds.flatMap(({ doubled }) => doubled), ...rooms.flatMap(twiceIn)],
    lost: [...worlds.flatMap(({ missing }) => missing), ...unpostedOf(told, rooms), ...lost],
    wrong: slack.refusals.map((each) => `Slack refused a message: ${each}`),
    unjudged,
    effects: worlds.reduce((sum, { effects }) => sum + effects, 0),
  }
}

/** Each card once, in each chat. */
function twiceIn({ name, keys }: ChatRoom): readonly string[] {
  return twice(keys().filter((key) => key !== '')).map((key) => `${name} shows ${key} twice`)
}

/** Cards that an ended deployment calls for, and that its own chat does not show. */
export function unpostedOf(told: readonly Told[], rooms: readonly ChatRoom[]): readonly string[] {
  const shown = new Map(rooms.map((room) => [room.name.toLowerCase(), new Set(room.keys())]))
  return told
    .filter(({ deployment }) => deployment.endedAt !== undefined)
    .flatMap(({ deployment }) => {
      const keys = threaded(deployment, cardsFor(deployment, deployment.lastEventAt)).map(({ key }) => key)
      const missing = keys.filter((key) => shown.get(deployment.place.platform)?.has(key) !== true)
      return missing.map((key) => `${deployment.place.platform} never showed ${key}`)
    })
}
