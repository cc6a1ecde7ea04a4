/** Places that take no cards until a person has mended it, as the deployments that are told there know them. */
import type { PlatformName } from '../release/actor.ts'
import { ON } from '../release/asked-on.ts'
import type { Deployment, Place } from '../release/deployment.ts'
import type { Log } from '../release/log-level.ts'
import { type Problem, problem } from '../release/problems.ts'
import { announcedIn } from '../release/report/announce.ts'
import type { View } from '../release/report/view.ts'

export interface ClosedPlaces {
  /** What a place refuses posts with; undefined: it takes them again. */
  note(place: Place, reason: Problem | undefined): void
  of(deployment: Pick<Deployment, 'place'>): Problem | 'over' | undefined
  /** What keeps the end of a deployment out of channels where it is announced. */
  unannounced(deployment: Deployment): NonNullable<View['unannounced']>
}

export interface ClosedPlacesOptions {
  readonly log: Log
  /** What the bot speaks: a deployment from a time when it spoke another one is told nowhere. */
  readonly platforms: readonly PlatformName[]
  /** Told where a place begins or ends to refuse, or does so for another reason. */
  changed(place: Place): void
}

export function createClosedPlaces({ log, platforms, changed }: ClosedPlacesOptions): ClosedPlaces {
  const known = new Map<string, Problem | 'over'>()
  return {
    note: (place, reason) => {
      const before = known.get(nameOf(place))
      known.set(nameOf(place), reason ?? 'over')
      if (codeOf(before) === reason?.code) return
      if (reason === undefined) log(`${place.platform}: ${place.channel} takes posts again`, 'info')
      changed(place)
    },
    of: ({ place }) => {
      const { platform } = place
      return platforms.includes(platform) ? known.get(nameOf(place)) : problem('request.no-chat', { on: ON[platform] })
    },
    unannounced: (deployment) =>
      announcedAnywhere(deployment).flatMap((place) => {
        const refusal = known.get(nameOf(place))
        return refusal === undefined || refusal === 'over' ? [] : [{ channel: place.channel, refusal }]
      }),
  }
}

/** Whether a place is one where the deployment is told, or will be. */
export function isToldIn(deployment: Deployment, place: Place): boolean {
  return [deployment.place, ...announcedAnywhere(deployment)].some((each) => isSamePlace(each, place))
}

function announcedAnywhere(deployment: Deployment): readonly Place[] {
  return [...announcedIn(deployment, 'slack'), ...announcedIn(deployment, 'discord')]
}

function isSamePlace(one: Place, other: Place): boolean {
  return nameOf(one) === nameOf(other)
}

function nameOf({ platform, channel }: Place): string {
  return `${platform}/${channel}`
}

function codeOf(refusal: Problem | 'over' | undefined): string | undefined {
  return refusal === 'over' ? undefined : refusal?.code
}
