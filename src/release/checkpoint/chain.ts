/** Whether the checkpoints follow from each other: each names the one before it, so that none can go without being missed. */
import { type CheckpointFile, openCheckpoint, placeOf, type SignedCheckpoint, sha256 } from '../checkpoint.ts'

/** What is wrong with the chain, one sentence each, and the checkpoints that can be believed. `keys` are PEM. */
export function auditChain(files: readonly CheckpointFile[], keys: readonly string[]) {
  const inOrder = files.toSorted((a, b) => orderOf(a) - orderOf(b))
  const opened = inOrder.map((file) => ({ file, signed: openCheckpoint(file, keys) }))
  const unsigned = opened.flatMap(({ file, signed }) =>
    signed === undefined ? [`${numberOf(file.name)}: the signature of its checkpoint ${file.name} does not hold`] : [],
  )
  const links = opened.flatMap(({ signed }, at) => (signed === undefined ? [] : linkFaults(signed, inOrder[at - 1])))
  return { faults: [...unsigned, ...links], signed: opened.flatMap(({ signed }) => signed ?? []) }
}

/** `before`: what lies there in its place. */
function linkFaults({ name, said }: SignedCheckpoint, before: CheckpointFile | undefined): readonly string[] {
  const named = said.before
  if (named?.file === before?.name)
    return named === undefined || before === undefined || named.sha256 === sha256(before.text)
      ? []
      : [`${numberOf(before.name)}: its checkpoint ${before.name} is not the one that ${name} names`]
  return named === undefined
    ? [`${numberOf(name)}: its checkpoint ${name} names none before it, and ${before?.name} lies before it`]
    : [`${numberOf(named.file)}: its checkpoint ${named.file} is gone, and ${name} names it`]
}

function orderOf({ name }: CheckpointFile): number {
  return placeOf(name)?.place ?? Number.POSITIVE_INFINITY
}

function numberOf(name: string): string {
  return `#${placeOf(name)?.deployment ?? '?'}`
}
