/** The end of a deployment, told where a project wants it told besides. */
import type { Card } from '../card.ts'
import type { Deployment, Place } from '../deployment.ts'
import { releaseNotes } from './first.ts'
import { isCertificate, resultCard } from './result.ts'
import type { View } from './view.ts'
import { visibleCard } from './visible-card.ts'

interface Announcement {
  readonly key: string
  readonly card: Card
  readonly place: Place
}

/**
 * One post for each channel of the platform that is not the deployment's own, with what changed near its top. It calls nobody,
 * brings no files, and has no buttons: what is done about it is done where it is told.
 */
export function announcements(
  deployment: Deployment,
  platform: Place['platform'],
  view: View,
): readonly Announcement[] {
  const { number } = deployment
  const card = platform === 'terminal' ? undefined : resultCard(deployment, view)
  if (platform === 'terminal' || card === undefined) return []
  const { mentions: _, pictures: __, ...told } = card
  const notes = deployment.status === 'complete' ? releaseNotes(deployment) : []
  const [first, ...others] = told.sections.filter((section) => !isCertificate(section))
  const sections = [...(first === undefined ? [] : [first]), ...notes, ...others]
  return announcedIn(deployment, platform).map((place) => ({
    key: `${number}/announce:${platform}:${place.channel}`,
    place,
    card: visibleCard({ ...told, sections, buttons: [], files: [] }),
  }))
}

/** Where the end of a deployment is announced on a platform. */
export function announcedIn({ place, project }: Deployment, platform: 'slack' | 'discord'): readonly Place[] {
  const channels = project.announce[platform].filter((channel) => channel !== place.channel)
  return channels.map((channel) => ({ platform, channel }))
}
