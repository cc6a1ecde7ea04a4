/** The ways back: which versions can be gone back to, and what a rollback with a number of its own would take back. */
import type { Journal } from '../ports/journal.ts'
import type { Baseline, Deployment, Evidence, Undoes } from '../release/deployment.ts'
import { evidenceOf } from '../release/evidence.ts'
import { replay } from '../release/machine.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { effectsOf } from '../release/undo.ts'
import type { Release } from '../release/version.ts'

/** How many deployments are looked through for what was kept when a version was replaced. */
const LOOK_BACK = 20
/** Of how many releases servers keep what they replaced: older folders are removed there (argv/server.ts). */
const WAYS_BACK = 3

/** What is taken back, and to what. */
export interface WayBack {
  readonly release: Release
  readonly previous: Baseline
  readonly undoes: Undoes
}

/** Versions that deployments of this journal replaced and nothing has brought back since, newest first. */
export async function goodVersions(journal: Journal, project: Project): Promise<readonly Baseline[]> {
  return replacedBy(await releasedBy(journal, project))
}

function replacedBy(released: readonly Deployment[]): readonly Baseline[] {
  const found = released.flatMap(({ previous }) => previous ?? [])
  return found.filter(({ release }, at) => found.findIndex((other) => other.release.full === release.full) === at)
}

/**
 * To a version that was released before. Git history is left alone; the AUR and the servers go back, to what was recorded
 * and kept when that version was replaced; where one of them kept nothing then, there is no way back.
 */
export async function wayBackTo(journal: Journal, project: Project, version: string): Promise<WayBack | Problem> {
  const released = await releasedBy(journal, project)
  const meant = ({ previous }: Deployment) =>
    previous?.release.full === version || previous?.release.version === version
  const at = released.findIndex(meant)
  const replaced = released[at]
  const [newest] = released
  if (replaced?.previous === undefined || newest === undefined) {
    const known = replacedBy(released).map(({ release }) => release.full)
    return problem('request.rollback-unknown', { version }, known)
  }
  const since = released.slice(0, at + 1)
  const users = effectsOf(newest).filter(({ name }) => name === 'aur.submit' || name.startsWith('vps.'))
  const kept = keptBy(replaced)
  const places = users.filter(
    ({ name, item }) => kept[name === 'aur.submit' ? 'aurHead' : `keptCommit:${item}`] === undefined,
  )
  if (places.length > 0) {
    const named = new Set(places.map(({ item }) => item ?? 'the AUR'))
    return problem('rollback.not-kept', { version: replaced.previous.release.full, places: [...named].join(', ') })
  }
  const undoes = {
    numbers: since.map(({ number }) => number),
    effects: users,
    // What the newest of them kept is from before itself, not from before all of them.
    evidence: { ...withoutKept(evidenceOf(newest)), ...kept },
    ...(newest.commit !== undefined && { commit: newest.commit }),
  }
  return { release: newest.release, previous: replaced.previous, undoes }
}

/** What an ended deployment left half way. */
export function wayBackFrom(deployment: Deployment): WayBack | undefined {
  const { number, previous, release, commit } = deployment
  const effects = effectsOf(deployment)
  if (previous === undefined || effects.length === 0) return undefined
  const undoes = {
    numbers: [number],
    effects,
    evidence: evidenceOf(deployment),
    ...(commit !== undefined && { commit }),
  }
  return { release, previous, undoes }
}

/** Facts about what was there before a deployment, under the names in which it left them. */
const KEPT = /^(?:aurHead|(?:job|kept|keptPaths|keptCommit|servedVersion|servedAlone|origin):.*)$/

function keptBy(deployment: Deployment): Evidence {
  return Object.fromEntries(Object.entries(evidenceOf(deployment)).filter(([name]) => KEPT.test(name)))
}

function withoutKept(evidence: Evidence): Evidence {
  return Object.fromEntries(Object.entries(evidence).filter(([name]) => !KEPT.test(name)))
}

/** The newest releases that stand, newest first: those that a later rollback took back are not among them. */
async function releasedBy(journal: Journal, project: Project): Promise<readonly Deployment[]> {
  const standing: Deployment[] = []
  let back: string | undefined
  for (const { number, status } of await journal.history(LOOK_BACK, project.name)) {
    if (standing.length === WAYS_BACK) break
    if (status !== 'complete' && status !== 'rolled back') continue
    const deployment = replay((await journal.read(number)) ?? [])
    if ('brokenAt' in deployment) continue
    if (back !== undefined && deployment.release.full !== back) continue
    if (status === 'complete') {
      back = undefined
      standing.push(deployment)
    } else if (deployment.kind === 'rollback') back = deployment.previous?.release.full
  }
  return standing
}
