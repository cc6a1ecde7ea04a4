/** The first card of a thread: what is being released, from what, by whom, and how long it should take. */
import type { Card, Section } from '../card.ts'
import type { Deployment, Override } from '../deployment.ts'
import { spent } from '../picture/spent.ts'
import { PHASES, phasesLeftOut } from '../plan.ts'
import { estimate } from '../timeline.ts'
import { waitFields } from './queued.ts'
import { clock, lasting, listed, type View } from './view.ts'

/** The title of what a release changes. */
export const NOTES = 'Release notes'

/** What each gate keeps back until somebody approves. */
export const HELD = {
  'aur-submit': 'the submit to the AUR',
  'vps-switch': 'the switch of the servers',
  publish: 'the publication of the package',
  rollback: 'the rollback',
} as const

/** Edited only while it waits for its turn, and once when that comes. */
export function firstCard(deployment: Deployment, now: number, view: View): Card {
  const { number, project, release, previous } = deployment
  const sections: Section[] = [{ kind: 'fields', fields: fields(deployment, now, view) }]
  const items = previous?.disagreements ?? []
  if (items.length > 0) sections.push({ kind: 'list', title: 'What is live does not agree', items })
  sections.push(...releaseNotes(deployment))
  return {
    title:
      deployment.kind === 'rollback' ? goingBack(deployment) : `#${number}: release ${project.title} ${release.full}`,
    tone: 'neutral',
    sections,
    buttons: [],
    files: [],
  }
}

/** What people asked to be said of the release, or else what its commits say, once they are known. */
export function releaseNotes({ notes, steps }: Deployment): readonly Section[] {
  if (notes !== undefined) return [{ kind: 'code', title: NOTES, text: notes }]
  const changes = steps['preflight.origin']?.evidence.changes
  if (!Array.isArray(changes) || changes.length === 0) return []
  return [{ kind: 'list', title: NOTES, items: changes.map(String) }]
}

function goingBack({ number, project, release, previous }: Deployment): string {
  return `#${number}: roll ${project.title} ${release.full} back to ${previous?.release.full ?? 'what was before'}`
}

function fields(deployment: Deployment, now: number, view: View): readonly (readonly [string, string])[] {
  const { requester, requestedAt, override } = deployment
  if (deployment.kind === 'rollback') return wayBack(deployment, now, view)
  const leftOut = phasesLeftOut(deployment.plan).map(
    (phase) => PHASES.find(({ name }) => name === phase)?.title ?? phase,
  )
  return [
    ...(override === undefined ? [] : [['Override', spokenOverride(override)] as const]),
    ['Replaces', before(deployment)],
    ['Asked by', `${requester.name} on ${requester.platform}, ${clock(requestedAt, requestedAt, view)}`],
    ['Estimate', estimated(deployment)],
    ['Waits for', questions(deployment)],
    ...waitFields(deployment, now, view),
    ...(leftOut.length === 0 ? [] : ([['Left out', `${listed(leftOut)}: not configured`]] as const)),
  ]
}

/** What a rollback takes back, and whom it waits for. */
function wayBack(deployment: Deployment, now: number, view: View): readonly (readonly [string, string])[] {
  const { requester, requestedAt, undoes } = deployment
  const taken = listed((undoes?.numbers ?? []).map((number) => `#${number}`))
  return [
    ['Takes back', taken],
    ['Asked by', `${requester.name} on ${requester.platform}, ${clock(requestedAt, requestedAt, view)}`],
    ['Waits for', 'an approval of one of its plans; nothing is rolled back before'],
    ...waitFields(deployment, now, view),
  ]
}

/** `ana deploys in the freeze friday, 16:00-24:00 (Europe/Berlin): users cannot log in`. */
function spokenOverride({ actor, reason, freeze }: Override): string {
  return `${actor.name} deploys in the freeze ${freeze}: ${reason}`
}

function before({ previous }: Deployment): string {
  if (previous === undefined) return 'nothing: this is the first release'
  return `${previous.release.full}, read from ${listed(previous.sources)}`
}

/** The longest way through the plan, and what is known of it. */
function estimated({ plan, requestedAt }: Deployment): string {
  const { totalMinutes } = estimate(plan, {}, requestedAt)
  const runs = Math.max(0, ...plan.map(({ usual }) => usual?.runs ?? 0))
  const learned = runs === 0 ? '' : `, learned from the last ${runs === 1 ? 'release' : `${runs} releases`}`
  const long = totalMinutes < 1 ? spent(totalMinutes) : lasting(totalMinutes)
  return `${long}${learned}, without the time people take to answer`
}

function questions({ plan }: Deployment): string {
  const held = plan.flatMap(({ gate }) => (gate === undefined || gate === 'rollback' ? [] : [HELD[gate]]))
  return held.length === 0 ? 'nobody' : `an approval before ${listed(held)}`
}
