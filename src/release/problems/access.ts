/** Refusals of who sent it. */
import type { Wording } from './wording.ts'

export const ACCESS = {
  'access.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
