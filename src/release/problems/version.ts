/** Failures of the version phase. */
import type { Wording } from './wording.ts'

export const VERSION = {
  'version.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
