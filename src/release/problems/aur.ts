/** Failures of the AUR phase. */
import type { Wording } from './wording.ts'

export const AUR = {
  'aur.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
