/** Tag before publishing, where the publishing place needs the tag, as a GitHub release does. */
import { tagStep } from '../tag.ts'

export const tag = tagStep()
