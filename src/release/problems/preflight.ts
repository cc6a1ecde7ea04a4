/** What the pre-flight checks find. */
import type { Wording } from './wording.ts'

export const PREFLIGHT = {
  'preflight.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
