/** Where a deployment is told. */
import { type Chat, SHELL } from '../ports/chat.ts'
import type { Place } from '../release/deployment.ts'
import type { Project } from '../release/project.ts'

/**
 * Where it was asked for. Nobody stays in a shell, so from there: in the project's own channel on a platform that the bot
 * speaks, or, where there is none, on the bot's terminal.
 */
export function homeOf(
  { channels }: Pick<Project, 'channels'>,
  place: Place,
  chats: readonly Pick<Chat, 'platform'>[],
): Place {
  if (place.platform !== 'terminal' || place.channel !== SHELL) return place
  for (const { platform } of chats) {
    const [channel] = platform === 'terminal' ? [] : channels[platform]
    if (channel !== undefined) return { platform, channel }
  }
  return { ...place, channel: 'terminal' }
}
