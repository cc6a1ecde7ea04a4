/** Reads the rows of the success matrix, all at once, each against the world and never against what a step claimed. */
import type { Facts } from '../../release/facts.ts'
import type { Expected, Row } from '../../release/matrix/rows.ts'
import type { Reading } from '../../release/matrix.ts'
import type { Action } from '../step.ts'
import { aurLive, aurSrcinfo, packageDigest } from './aur-rows.ts'
import { gitUnpushed, gitVersion } from './git-rows.ts'
import type { Place, Reader, Round } from './look.ts'
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
  const looks = [...createLook(place)(expected, rows)]
  return Object.fromEntries(await Promise.all(looks.map(async ([id, reading]) => [id, await reading] as const)))
}

type Look = (expected: Expected, rows: readonly Row[]) => ReadonlyMap<string, Promise<Reading>>

/**
 * Begins to look at rows, all at once, and hands back the reading of each, with the time at which it came. What several of them
 * need is asked once, and what an earlier look is still asking is not asked beside it.
 */
export function createLook(place: Place): Look {
  const underWay = new Map<string, Promise<unknown>>()
  return (expected, rows) => {
    const round = { ...place, expected, once: asksOnce(underWay) }
    return new Map(rows.map((row) => [row.id, readRow(round, row)]))
  }
}

async function readRow(round: Round, row: Row): Promise<Reading> {
  const reader = readerOf(row)
  const reading: Reading = reader ? await reader.read(round, row) : { fault: 'nobody knows how to look at this' }
  return { ...reading, at: round.ports.clock.now() }
}

function readerOf({ id }: Row): Reader | undefined {
  return READERS[id.replace(/:.*$/s, '')]
}

function asksOnce(underWay: Map<string, Promise<unknown>>): Round['once'] {
  const asked = new Map<string, Promise<unknown>>()
  const begin = <T>(name: string, ask: () => Promise<T>) => {
    const answer = ask().finally(() => underWay.delete(name))
    underWay.set(name, answer)
    return answer
  }
  return <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const answer = asked.get(name) ?? underWay.get(name) ?? begin(name, ask)
    asked.set(name, answer)
    return answer as Promise<T>
  }
}
