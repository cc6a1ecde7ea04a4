/** Mismatches the verification finds. */
import type { Wording } from './wording.ts'

export const VERIFY = {
  'verify.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
