/** The rows of a matrix as a step left them: evidence is read back from the journal, and may be older than this version. */
import type { Json } from '../deployment.ts'

export interface SeenRow {
  readonly component: string
  readonly check: string
  readonly expected: string
  readonly found: string
  readonly verdict: string
  readonly command: string
  /** When it was looked at, ms since the epoch. */
  readonly at?: number
}

/** A missing cell reads `unknown`, which is not a pass. */
export function rowsSeen(evidence: Json | undefined): readonly SeenRow[] {
  if (!Array.isArray(evidence)) return []
  return evidence.flatMap((row) => (isRecord(row) ? [rowOf(row)] : []))
}

export function hasPassed({ verdict }: Pick<SeenRow, 'verdict'>): boolean {
  return verdict === 'pass'
}

function rowOf(row: Readonly<Record<string, Json>>): SeenRow {
  const cell = (name: string) => (row[name] === undefined ? 'unknown' : String(row[name]))
  return {
    component: cell('component'),
    check: cell('check'),
    expected: cell('expected'),
    found: cell('found'),
    verdict: cell('verdict'),
    command: row.command === undefined ? '' : String(row.command),
    ...(typeof row.at === 'number' && { at: row.at }),
  }
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
