/** Tag before publishing, where the publishing place needs the tag, as a GitHub release does. */
import { tagStep } from '../tag.ts'
import { askedFirst } from './asked-first.ts'

export const tag = askedFirst('build.tag', tagStep())
