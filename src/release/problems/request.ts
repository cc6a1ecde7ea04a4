/** Refusals of what a person sent. */
import type { Wording } from './wording.ts'

export const REQUEST = {
  'request.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
