/** Failures on a server. */
import type { Wording } from './wording.ts'

export const VPS = {
  'vps.example': { what: '{what}', why: '', remedy: '' },
} as const satisfies Record<string, Wording>
