/** The lines of the record of refusals: each names the digest of the line before it, so that one that was changed shows. */
import { createHash } from 'node:crypto'
import type { Refusal } from './refusal.ts'

/** The name of the record in the data folder. */
export const REFUSALS_FILE = 'refusals.jsonl'

export function chainedLine(refusal: Refusal, before: string): string {
  return JSON.stringify({ ...refusal, previousDigest: digestOf(before) })
}

/** What the lines hold, and a sentence for each that is not as it was written. */
export function readChain(text: string): { readonly refusals: readonly Refusal[]; readonly faults: readonly string[] } {
  const lines = text.split('\n').slice(0, -1)
  const read = lines.map((line, index) => ({ said: parsed(line), before: lines[index - 1] ?? '', number: index + 1 }))
  return {
    refusals: read.flatMap(({ said }) => said ?? []),
    faults: read.flatMap(({ said, before, number }) =>
      said?.previousDigest === digestOf(before)
        ? []
        : [`${REFUSALS_FILE}: line ${number} does not follow from the one before it: one of the two was changed`],
    ),
  }
}

function parsed(line: string): (Refusal & { readonly previousDigest: string }) | undefined {
  try {
    const found = JSON.parse(line)
    return Array.isArray(found?.projects) && typeof found.actor === 'object' ? found : undefined
  } catch {
    return undefined
  }
}

/** Of the first line, the empty text. */
function digestOf(line: string): string {
  return line === '' ? '' : createHash('sha256').update(line).digest('hex')
}
