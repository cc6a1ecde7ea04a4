/** What a deployment has done to the world so far, in sentences, from the evidence of its outside steps. */
import type { Deployment, Evidence } from '../deployment.ts'
import { evidenceOf } from '../evidence.ts'
import { isChosen } from '../machine/phases.ts'
import { mayStand } from '../machine/states.ts'
import type { PlannedStep, StepName } from '../plan.ts'
import { hasReachedUsers, hasSurelyReachedUsers, isTakenBack } from '../undo.ts'
import { short } from './view.ts'

type Sentence = (told: { readonly deployment: Deployment; readonly item: string; readonly fact: Fact }) => string
type Fact = (name: string) => string

/** What stays in the world of each outside step; those that leave nothing anybody would meet are not named. */
const SENTENCES: Partial<Record<StepName, Sentence>> = {
  'version.push': ({ deployment, fact }) =>
    `Origin has the release commit ${short(fact('commit'))} on ${deployment.project.repository.branch}.`,
  'build.tag': ({ fact }) => `Origin has the tag ${fact('tag')}.`,
  'build.publish': ({ fact }) => `The package is public at ${fact('publishedUrl')}.`,
  'aur.submit': ({ deployment, fact }) =>
    `The AUR has ${deployment.project.aur?.package} as ${deployment.release.version}-${fact('pkgrel')}, commit ${short(fact('aurCommit'))}. Installs get it from now on.`,
  'vps.stage': ({ item }) => `${item} has the release staged beside what serves.`,
  'vps.pull': ({ item }) => `${item} has the release commit checked out.`,
  'vps.deploy': ({ item, deployment }) => `${item} has run its deployment script for ${deployment.release.full}.`,
  'finish.tag': ({ fact }) => `Origin has the tag ${fact('tag')}.`,
  'finish.push': ({ fact }) => `Origin has the documentation, commit ${short(fact('documentationCommit'))}.`,
}

/** A later step of the same item says it all: what was staged needs no word once it serves. */
const SAID_BY: Partial<Record<StepName, StepName>> = { 'vps.stage': 'vps.pull', 'vps.pull': 'vps.deploy' }

/** Sentences for what took effect and stands, in the order of the plan, and for what was begun and is not known to be done. */
export function reached(deployment: Deployment): readonly string[] {
  const standing = deployment.plan.filter((planned) => !isTakenBack(deployment, planned))
  return standing.flatMap((planned) => sentenceOf(deployment, planned) ?? [])
}

/** The same with what a rollback took back, each with a word on that. */
export function everReached(deployment: Deployment): readonly string[] {
  return deployment.plan.flatMap((planned) => {
    const sentence = sentenceOf(deployment, planned)
    if (sentence === undefined) return []
    return [isTakenBack(deployment, planned) ? `${sentence} The rollback took it back.` : sentence]
  })
}

/** What users have now, in one sentence: the first question at night. */
export function usersHave(deployment: Deployment): string {
  const { kind, release } = deployment
  if (kind === 'rollback')
    return isChosen(deployment)
      ? `What of ${release.full} is not back is listed below.`
      : `Nothing was rolled back: users have what they had, ${release.full}.`
  if (isVerified(deployment)) return `Users have ${release.full}, and every check from outside passed.`
  const isKnown = hasSurelyReachedUsers(deployment)
  if (hasReachedUsers(deployment) && deployment.emergency !== undefined)
    return `Some of ${release.full} ${isKnown ? 'had' : 'may have'} reached users. What is not back is listed below.`
  if (hasReachedUsers(deployment))
    return `Some of ${release.full} ${isKnown ? 'has' : 'may have'} reached users; what exactly is listed below.`
  const before = deployment.previous === undefined ? 'what they had' : deployment.previous.release.full
  return `Users still have ${before}: nothing has reached their installs or the server's visitors.`
}

/** What failed since comes after what users have, such as the documentation. */
function isVerified(deployment: Deployment): boolean {
  const { plan, steps } = deployment
  return !isChosen(deployment) && plan.some(({ id, name }) => name === 'verify.matrix' && steps[id]?.status === 'done')
}

function sentenceOf(deployment: Deployment, planned: PlannedStep): string | undefined {
  const state = deployment.steps[planned.id]
  const sentence = SENTENCES[planned.name]
  if (sentence === undefined || state === undefined) return undefined
  const stands = state.status === 'done' ? state.evidence : state.left
  if (stands === undefined) return begunOnly(deployment, planned)
  const later = SAID_BY[planned.name]
  const said = deployment.plan.some(
    ({ name, item, id }) => name === later && item === planned.item && isDone(deployment, id),
  )
  if (said) return undefined
  return sentence({ deployment, item: planned.item ?? '', fact: factsOf(deployment, stands, planned) })
}

function begunOnly(deployment: Deployment, planned: PlannedStep): string | undefined {
  if (!touched(deployment, planned)) return undefined
  return `${planned.title} was begun, and whether it took effect is not known. Look before doing it again.`
}

/** Done, or begun in earnest: from the intent on, an effect may have happened. */
function touched(deployment: Deployment, { id }: PlannedStep): boolean {
  const state = deployment.steps[id]
  return mayStand(state) && state?.status !== 'running'
}

function isDone(deployment: Deployment, id: string): boolean {
  return deployment.steps[id]?.status === 'done'
}

/** A fact by its name: of the step, of its item, or of any step that left it. */
function factsOf(deployment: Deployment, own: Evidence, { item }: PlannedStep): Fact {
  const all = evidenceOf(deployment)
  return (name) => String(own[name] ?? own[`${name}:${item}`] ?? all[name] ?? 'unknown')
}
