/** Reads the rows of the success matrix, all at once, each against the world and never against what a step claimed. */
import type { Facts } from '../../release/facts.ts'
import type { Expected, Row } from '../../release/matrix/rows.ts'
import type { Reading } from '../../release/matrix.ts'
import type { Action } from '../step.ts'
import { aurLive, aurSrcinfo, packageDigest } from './aur-rows.ts'
import { gitUnpushed, gitVersion } from './git-rows.ts'
import type { Place, Reader } from './look.ts'
import { ownCheck } from './own-rows.ts'
import { serverCommit, serverVersion, site, webVersion } from './server-rows.ts'

/** By the first part of a row's id. */
const READERS: Readonly<Record<string, Reader>> = {
  git: gitVersion,
  assets: gitVersion,
  pkgbuild: gitVersion,
  web: webVersion,
  served: serverVersion,
  site,
  aur: aurLive,
  srcinfo: aurSrcinfo,
  package: packageDigest,
  commit: serverCommit,
  unpushed: gitUnpushed,
  own: ownCheck,
}

/** What reading these rows runs and asks; what several rows share is named once. */
export function describeMatrix(facts: Facts, expected: Expected, rows: readonly Row[]): readonly Action[] {
  const actions = rows.flatMap((row) => readerOf(row)?.describe(facts, expected, row) ?? [])
  return [...new Map(actions.map((action) => [JSON.stringify(action), action])).values()]
}

/** A reading for each row, by its id. Needs no deployment, only a place to look from and what is expected. */
export async function readMatrix(
  place: Place,
  expected: Expected,
  rows: readonly Row[],
): Promise<Readonly<Record<string, Reading>>> {
  const round = { ...place, expected, once: asksOnce() }
  const readings = rows.map(async (row): Promise<[string, Reading]> => {
    const reader = readerOf(row)
    return [row.id, reader ? await reader.read(round, row) : { fault: 'nobody knows how to look at this' }]
  })
  return Object.fromEntries(await Promise.all(readings))
}

function readerOf({ id }: Row): Reader | undefined {
  return READERS[id.replace(/:.*$/s, '')]
}

function asksOnce() {
  const asked = new Map<string, Promise<unknown>>()
  return <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const answer = asked.get(name) ?? ask()
    asked.set(name, answer)
    return answer as Promise<T>
  }
}
