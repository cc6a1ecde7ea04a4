/** How far a phase is, in plain characters, which are as wide as they look in every fixed-width font. */
import type { PhaseLine } from '../../src/release/card.ts'

/** `###.....`, that many characters wide. */
export function progressBar({ done, of }: Pick<PhaseLine, 'done' | 'of'>, width: number): string {
  const full = of === 0 ? 0 : Math.round(Math.max(0, Math.min(1, done / of)) * width)
  return '#'.repeat(full) + '.'.repeat(width - full)
}

/** Whole minutes; `<1` for less than one that is more than none. */
export function wholeMinutes(minutes: number): string {
  return minutes > 0 && minutes < 1 ? '<1' : String(Math.round(minutes))
}
