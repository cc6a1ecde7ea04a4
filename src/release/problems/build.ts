/** Failures of building, packaging and publishing. */
import type { Wording } from './wording.ts'

export const BUILD = {
  'build.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
