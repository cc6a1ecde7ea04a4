/** What has to be true when a deployment with a fault has ended: read past the bot, with git and from the disk. */
import type { WorldState } from '../../sandbox/check.ts'
import type { End } from '../../sandbox/faults.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import type { LockBook } from '../../src/release/lock.ts'

export interface Left {
  readonly deployment: Deployment
  readonly before: WorldState
  readonly after: WorldState
  readonly locks: LockBook
  /** Keys of the cards that were posted. */
  readonly cards: readonly string[]
}

/** Everything that is not as it should be at that end, in words. */
export function faultsOf(end: End, left: Left): readonly string[] {
  const { status } = left.deployment
  if (status !== end) return [`it ended ${status}, not ${end}: ${failures(left.deployment)}`]
  return JUDGES[end](left).flatMap((wrong) => wrong ?? [])
}

const JUDGES: Readonly<Record<End, (left: Left) => readonly (string | undefined)[]>> = {
  complete: ({ deployment, after }) => [
    differs('the tag', after.tags['v3.1.3+001'], deployment.commit),
    differs('the AUR', [after.aurVersion, after.aurSrcinfoVersion], ['3.1.3-1', '3.1.3-1']),
    differs('the server', [after.serverCommit, after.servedVersion], [deployment.commit, '3.1.3+001']),
    ...sameFiles(after, '3.1.3'),
  ],
  'rolled back': (left) => [
    ...back(left),
    differs('the server', [left.after.serverCommit, left.after.servedVersion], [left.before.serverCommit, '3.1.2+001']),
    locked(left),
    posted(left, 'incident'),
    posted(left, 'rollback-matrix'),
  ],
  /** Not whole, and nobody can miss it: locked, with the runbook and the incident in the thread. */
  emergency: (left) => [locked(left), posted(left, 'emergency'), posted(left, 'incident')],
}

/** Git, tag and AUR say the version before, and what was published before still is what it was. */
function back({ before, after }: Left): readonly (string | undefined)[] {
  return [
    differs('tags', after.tags, before.tags),
    ...sameFiles(after, '3.1.2'),
    differs('the AUR', [after.aurVersion, after.aurSrcinfoVersion], [before.aurVersion, before.aurSrcinfoVersion]),
    ...Object.entries(before.publishedFiles).map(([name, sum]) => differs(name, after.publishedFiles[name], sum)),
  ]
}

function sameFiles({ versionFiles }: WorldState, version: string): readonly (string | undefined)[] {
  return Object.entries(versionFiles).map(([file, said]) => differs(file, said.split('+')[0], version))
}

function locked({ locks, deployment }: Left): string | undefined {
  return differs('the lock', locks.lock?.rollback, deployment.number)
}

function posted({ cards, deployment }: Left, name: string): string | undefined {
  return cards.includes(`${deployment.number}/${name}`) ? undefined : `no card ${name} was posted`
}

function differs(what: string, found: unknown, wanted: unknown): string | undefined {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)]
  return is === should ? undefined : `${what}: ${is}, not ${should}`
}

/** What failed, for whoever reads why it ended elsewhere. */
function failures({ plan, steps }: Deployment): string {
  return plan
    .flatMap(({ id }) => {
      const { problem } = steps[id] ?? {}
      return problem === undefined ? [] : [`${id}: ${problem.code}, ${problem.what} ${problem.details.join(' | ')}`]
    })
    .join('; ')
}
