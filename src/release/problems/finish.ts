/** Failures of tag, documentation and certificate. */
import type { Wording } from './wording.ts'

export const FINISH = {
  'finish.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
