/** The ways back: which versions can be gone back to, and what a rollback with a number of its own would take back. */
import type { Journal } from '../ports/journal.ts'
import type { Baseline, Deployment, Evidence, Undoes } from '../release/deployment.ts'
import { evidenceOf } from '../release/evidence.ts'
import { replay } from '../release/machine.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { effectsOf, isTakenBack, standingComponents } from '../release/undo.ts'
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
  return replacedBy(standingOf(await pastOf(journal, project)))
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
  const past = await pastOf(journal, project)
  const released = standingOf(past)
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
  const to = replaced.previous.release.full
  const before = past.filter(({ previous }) => previous?.release.full === to)
  const users = standingEffects(newest, before).filter(({ name }) => name === 'aur.submit' || name.startsWith('vps.'))
  const kept = keptBy(replaced)
  const places = users.filter(
    ({ name, item }) => kept[name === 'aur.submit' ? 'aurHead' : `keptCommit:${item}`] === undefined,
  )
  if (places.length > 0) {
    const named = new Set(places.map(({ item }) => item ?? 'the AUR'))
    return problem('rollback.not-kept', { version: to, places: [...named].join(', ') })
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

/** What an ended deployment left half way, or a rollback of a part left of it. */
export async function wayBackFrom(
  journal: Journal,
  project: Project,
  deployment: Deployment,
): Promise<WayBack | Problem | undefined> {
  const { number, previous, release, commit } = deployment
  const past = await pastOf(journal, project)
  const effects = standingEffects(deployment, past)
  if (previous === undefined || effects.length === 0) return undefined
  const later = past.find((each) => each.number > number && each.status === 'complete')
  if (later !== undefined)
    return problem('request.rollback-overtaken', { number, later: later.number, version: later.release.full })
  const undoes = {
    numbers: numbersOf(deployment),
    effects,
    evidence: evidenceOf(deployment),
    ...(commit !== undefined && { commit }),
  }
  return { release, previous, undoes }
}

/** What it did that neither its own rollback nor a later one of a part has taken back. */
function standingEffects(deployment: Deployment, past: readonly Deployment[]): Undoes['effects'] {
  const own = numbersOf(deployment)
  const rollbacks = [deployment, ...past.filter(({ undoes }) => undoes?.numbers.some((number) => own.includes(number)))]
  return effectsOf(deployment).filter((effect) => !rollbacks.some((rollback) => isTakenBack(rollback, effect)))
}

/** The deployments whose work it is: a rollback stands for those that it takes back. */
function numbersOf({ number, undoes }: Deployment): readonly number[] {
  return [number, ...(undoes?.numbers ?? [])]
}

/** Facts about what was there before a deployment, under the names in which it left them. */
const KEPT = /^(?:aurHead|(?:job|kept|keptPaths|keptCommit|servedVersion|servedAlone|origin):.*)$/

function keptBy(deployment: Deployment): Evidence {
  return Object.fromEntries(Object.entries(evidenceOf(deployment)).filter(([name]) => KEPT.test(name)))
}

function withoutKept(evidence: Evidence): Evidence {
  return Object.fromEntries(Object.entries(evidence).filter(([name]) => !KEPT.test(name)))
}

/** What was released or rolled back lately, newest first. */
async function pastOf(journal: Journal, project: Project): Promise<readonly Deployment[]> {
  const past: Deployment[] = []
  for (const { number, status } of await journal.history(LOOK_BACK, project.name)) {
    if (status !== 'complete' && status !== 'rolled back') continue
    const deployment = replay((await journal.read(number)) ?? [])
    if (!('brokenAt' in deployment)) past.push(deployment)
  }
  return past
}

/** The newest releases that stand, newest first: those that a later rollback took back whole are not among them. */
function standingOf(past: readonly Deployment[]): readonly Deployment[] {
  const standing: Deployment[] = []
  let back: string | undefined
  for (const deployment of past) {
    if (standing.length === WAYS_BACK) break
    if (back !== undefined && deployment.release.full !== back) continue
    if (deployment.status === 'complete') {
      back = undefined
      standing.push(deployment)
    } else if (deployment.kind === 'rollback' && standingComponents(deployment).length === 0)
      back = deployment.previous?.release.full
  }
  return standing
}
