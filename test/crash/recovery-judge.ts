/** What has to be true when a recovery has ended, however often its bot was killed: all that one leaves that was never killed, and nothing twice. */
import { readFile } from 'node:fs/promises'
import { readWorld } from '../../sandbox/check.ts'
import { FAULTS } from '../../sandbox/faults.ts'
import { git } from '../../sandbox/git.ts'
import type { World } from '../../sandbox/world.ts'
import { createJournal } from '../../src/tools/journal.ts'
import { faultsOf as faultsAtTheEnd } from '../faults/judge.ts'
import { deploymentOf, type Left } from './judge.ts'
import { readEntries } from './platform.ts'

/** Counts and names that a kill must not change. */
export interface Trace {
  readonly recovery: readonly string[]
  readonly attempts: Readonly<Record<string, number>>
  readonly gates: readonly string[]
  readonly cards: readonly string[]
  readonly pushesToOrigin: readonly string[]
  readonly pushesToAur: readonly string[]
  readonly commitsOnAur: readonly string[]
  readonly scriptRuns: number
  readonly restarts: number
  readonly locks: number
  readonly published: readonly string[]
}

/** Every push leaves a line in a log of the repository, also where a later one takes it back. */
export async function logPushes({ origin, aur }: World): Promise<void> {
  for (const { folder } of [origin, aur]) await git(folder, ['config', 'core.logAllRefUpdates', 'always'])
}

/** What is wrong at the fault's end, and what it left. */
export async function judged(name: string, left: Left): Promise<{ faults: readonly string[]; trace?: Trace }> {
  const deployment = await deploymentOf(left.dataFolder)
  const end = FAULTS[name]?.end
  if (typeof deployment === 'string' || end === undefined) return { faults: [String(deployment)] }
  const { locks } = await createJournal(left.dataFolder, { onDamaged: () => {} })
  const book = locks.read('harbour')
  const posted = readEntries(left.chatFile).flatMap((entry) => (entry.did === 'posted' ? [entry.key] : []))
  const after = await readWorld(left.world)
  const { origin, aur } = left.world
  const trace: Trace = {
    recovery: deployment.plan
      .filter(({ phase }) => phase === 'troubleshoot' || phase === 'rollback')
      .map(({ id }) => id),
    attempts: Object.fromEntries(Object.entries(deployment.steps).map(([id, { attempt }]) => [id, attempt])),
    gates: deployment.gates.map(({ id, status }) => `${id} ${status}`),
    cards: posted.map((key) => key.replace(/problems:\d+$/, 'problems')).toSorted(),
    pushesToOrigin: await pushes(origin.folder),
    pushesToAur: await pushes(aur.folder),
    commitsOnAur: await subjects(aur.folder, left.before.aurHead),
    scriptRuns: await linesOf(left.scriptRuns),
    restarts: await linesOf(left.restarts),
    locks: book.changes?.length ?? 0,
    published: Object.keys(after.publishedFiles),
  }
  return { faults: faultsAtTheEnd(end, { deployment, before: left.before, after, locks: book, cards: posted }), trace }
}

/** Where the two differ, in words. */
export function differences(found: Trace, wanted: Trace): readonly string[] {
  return Object.keys(wanted).flatMap((key) => {
    const [is, should] = [found, wanted].map((trace) => JSON.stringify(trace[key as keyof Trace]))
    return is === should ? [] : [`${key}: ${is}, not ${should} as where nothing was killed`]
  })
}

/** The names of the references that moved, one a push, sorted: the order of a colleague's is their own. */
async function pushes(folder: string): Promise<readonly string[]> {
  const moved = await git(folder, ['reflog', '--all', '--format=%gD'])
  return moved
    .split('\n')
    .map((line) => line.replace(/@\{\d+\}$/, ''))
    .toSorted()
}

async function subjects(folder: string, from: string): Promise<readonly string[]> {
  return (await git(folder, ['log', '--format=%s', '--reverse', `${from}..master`])).split('\n')
}

async function linesOf(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').length - 1
}
