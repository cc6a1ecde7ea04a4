/** finish.tag: the verified release gets its name in git. Where it was tagged before publishing, it is already there. */
import { tagStep } from '../tag.ts'

export const tag = tagStep()
