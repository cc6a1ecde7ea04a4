/** How a deployment ended: what exists now, and what can be done from here. */

import { basename } from 'node:path'
import { approvalsIn } from '../approvals.ts'
import type { Button, Card, CardFile, Picture, Section } from '../card.ts'
import type { Deployment, DeploymentStatus } from '../deployment.ts'
import { isRefused } from '../machine/phases.ts'
import { scriptsOf } from '../machine/slot.ts'
import { personToCall, rolesToCall } from '../mentions.ts'
import { certificatePicture } from '../picture/certificate.ts'
import { timelinePicture } from '../picture/timeline.ts'
import type { Component } from '../recovery.ts'
import { lookFirst } from '../runbook.ts'
import { componentsOf, hasReachedUsers, isEndedHalfWay, standingComponents, TITLES, undoChoices } from '../undo.ts'
import { rollbackButton } from './problem.ts'
import { STATUS, titled } from './progress.ts'
import { reached, usersHave } from './reached.ts'
import { afterRollback, rollbackState } from './rollback.ts'
import { between, clock, lasting, listed, short, spelled, type View } from './view.ts'

/** The result, or undefined while the deployment has not ended. */
export function resultCard(deployment: Deployment, view: View): Card | undefined {
  if (deployment.endedAt === undefined) return undefined
  const SECTIONS: Partial<Record<DeploymentStatus, typeof unfinished>> = {
    complete: completed,
    'rolled back': rolledBack,
  }
  const sections = (SECTIONS[deployment.status] ?? unfinished)(deployment, view)
  const files = deployment.status === 'complete' ? certificates(deployment) : []
  const { project, requester } = deployment
  const mentions = isRefused(deployment) ? rolesToCall(project, project.onCall) : personToCall(project, requester)
  const tone = STATUS[deployment.status].tone
  return {
    title: titled(deployment),
    tone,
    sections,
    buttons: buttonsOf(deployment),
    files,
    pictures: picturesOf(deployment),
    mentions,
  }
}

/** What can be taken back is asked about; what users have now can be looked at. */
function buttonsOf(deployment: Deployment): readonly Button[] {
  const { status, number, project } = deployment
  const verify = { label: 'Verify', style: 'plain', command: `verify --project ${project.name}` } as const
  return [
    ...(mayUndo(deployment) ? [rollbackButton(number)] : []),
    ...(status === 'complete' || status === 'rolled back' ? [verify] : []),
  ]
}

/** The title under which the text of the certificate stands. */
const CERTIFICATE = 'Certificate'

/** What was let go half way has little to show; `/timeline` draws it all the same. */
const TIMED: readonly DeploymentStatus[] = ['complete', 'rolled back', 'emergency']

/** Where the time went, and, of a release that nothing is wrong with, the certificate to look at. */
function picturesOf(deployment: Deployment): readonly Picture[] {
  const { status, endedAt = 0, startedAt } = deployment
  return [
    ...(status === 'complete' ? [certificatePicture(deployment)] : []),
    ...(startedAt === undefined || !TIMED.includes(deployment.status) ? [] : [timelinePicture(deployment, endedAt)]),
  ]
}

function completed(deployment: Deployment, view: View): readonly Section[] {
  const { requester, startedAt = 0, endedAt = 0, commit, project } = deployment
  const approvals = deployment.gates
    .filter(({ status }) => status === 'approved')
    .flatMap((gate) => approvalsIn(deployment, gate))
  return [
    { kind: 'text', text: 'Every check from outside passed.' },
    {
      kind: 'fields',
      fields: [
        ['Took', lasting(between(startedAt, endedAt))],
        ['Asked by', requester.name],
        ...(approvals.length === 0
          ? []
          : ([['Approved by', listed(approvals.map(({ actor }) => actor.name))]] as const)),
        ...(commit === undefined
          ? []
          : ([['Release commit', `${short(commit)} on ${project.repository.branch}`]] as const)),
      ],
    },
    ...exists(deployment, 'What exists now'),
    ...certificate(deployment),
    { kind: 'text', text: `${spelled(view, `verify --project ${project.name}`)} checks it again at any time.` },
  ]
}

function unfinished(deployment: Deployment, view: View): readonly Section[] {
  return [
    { kind: 'text', text: why(deployment, view) },
    ...mayStillRun(deployment),
    { kind: 'text', text: usersHave(deployment) },
    ...rollbackState(deployment),
    ...exists(deployment, 'What exists already'),
    ...waysOn(deployment, view),
  ]
}

/** What the release had done is no longer so, and is left to the incident. */
function rolledBack(deployment: Deployment, view: View): readonly Section[] {
  return [
    { kind: 'text', text: why(deployment, view) },
    { kind: 'text', text: nowHave(deployment) },
    ...rollbackState(deployment),
    ...waysOn(deployment, view),
  ]
}

/** What users meet of a component that is left as the release made it. */
const STILL: Readonly<Partial<Record<Component, string>>> = {
  vps: 'the server goes on with',
  aur: 'the AUR goes on offering',
}

/** What users have after a rollback, of which only a part may have been chosen. */
function nowHave(deployment: Deployment): string {
  const { full } = deployment.release
  if (!hasReachedUsers(deployment)) return `Nothing of ${full} had reached users: they have what they had before.`
  const still = standingComponents(deployment).flatMap((component) => STILL[component] ?? [])
  return still.length === 0
    ? `Who got ${full} meanwhile keeps it; everybody else has what they had before.`
    : `Who got ${full} meanwhile keeps it. Not rolled back: ${still.map((goesOn) => `${goesOn} ${full}`).join('; ')}.`
}

/** After an admin has freed the slot: what nobody saw the end of, and where to look. */
function mayStillRun(deployment: Deployment): readonly Section[] {
  const { freed, steps, plan, number } = deployment
  if (freed === undefined) return []
  const scripts = scriptsOf(deployment)
  const items = plan.flatMap(({ id, title }) => {
    const script = scripts.find(({ step }) => step === id)
    if (script !== undefined)
      return `${title}: its script in ${script.folder} on ${script.host}. Nothing is deployed to ${script.host} until it answers and the script is gone.`
    return steps[id]?.problem?.code === 'step.freed' ? `${title}, here: \`ps -ef\` shows what runs of it.` : []
  })
  const title = `${freed.actor.name} freed the slot of #${number}. This may still run`
  return items.length === 0 ? [] : [{ kind: 'list', title, items }]
}

/** Who or what ended it, and when. */
function why(deployment: Deployment, view: View): string {
  const { cancel, gates, endedAt = 0, requestedAt, project, status } = deployment
  const when = clock(endedAt, requestedAt, view)
  const denial = gates.findLast((gate) => gate.status === 'denied')?.presses.at(-1)
  const reason = denial?.reason === undefined ? '' : ` Reason: ${denial.reason}`
  const WHY: Partial<Record<DeploymentStatus, string>> = {
    cancelled: `${cancel?.actor.name ?? 'Somebody'} cancelled it; ended ${when}.`,
    denied: `${denial?.actor.name ?? 'Somebody'} denied it; ended ${when}.${reason}`,
    'rolled back': `Rolled back to ${deployment.previous?.release.full ?? 'what was before'}${inPart(deployment)} and verified from outside; ended ${when}. ${project.title} stays locked until somebody unlocks it.`,
    emergency: `${deployment.emergency?.answered?.actor.name ?? 'Somebody'} took it over by hand, ${when}. ${project.title} stays locked until somebody unlocks it.`,
    failed: isRefused(deployment)
      ? `${denial?.actor.name ?? 'Somebody'} denied the rollback; ended ${when}.${reason} ${project.title} is locked, and the people on call are named here.`
      : `It was stopped for ${project.waitHours} h and nobody retried or cancelled it; ended ${when}.`,
  }
  return WHY[status] ?? `Ended ${when}.`
}

/** Which part alone went back, where something of the release stays. */
function inPart(deployment: Deployment): string {
  const standing = standingComponents(deployment)
  if (standing.length === 0) return ''
  const parts = componentsOf(deployment).filter((component) => !standing.includes(component))
  return `, ${listed(parts.map((component) => TITLES[component]))} alone,`
}

function exists(deployment: Deployment, title: string): readonly Section[] {
  const items = reached(deployment)
  if (deployment.kind === 'rollback' || (items.length === 0 && deployment.emergency !== undefined)) return []
  return items.length === 0
    ? [{ kind: 'text', text: 'It left nothing outside this machine.' }]
    : [{ kind: 'list', title, items }]
}

/** Ended half way, with something in the world that can be taken back. */
function mayUndo(deployment: Deployment): boolean {
  if (!isEndedHalfWay(deployment)) return false
  return undoChoices(deployment).length > 0 && standingComponents(deployment).length > 0
}

/** What becomes of what stands, where nothing more is done. */
function leftAsItIs(deployment: Deployment): string {
  return hasReachedUsers(deployment)
    ? 'Left as it is, users keep what is listed above, until a release or a rollback goes over it.'
    : 'Leaving all of it as it is does no harm: the next release goes over it.'
}

/** Ask again, take back, or leave: each with its command. */
function waysOn(deployment: Deployment, view: View): readonly Section[] {
  const { kind, release, commit, project, steps, status, number } = deployment
  const back = spelled(view, `rollback #${number}`)
  if (status === 'rolled back' || status === 'emergency') {
    const { verify, unlock } = afterRollback(deployment, view)
    const rest = mayUndo(deployment) ? ` ${back} asks what of the rest to take back too.` : ''
    return [{ kind: 'text', text: `${unlock} lets releases go on; ${verify} checks it again.${rest}` }]
  }
  if (kind === 'rollback') return mayUndo(deployment) ? [{ kind: 'text', text: `${back} asks again.` }] : []
  const first = isRefused(deployment) ? `${afterRollback(deployment, view).unlock} lets releases go on; then ` : ''
  const again = `${first}${spelled(view, `deploy ${release.full} --project ${project.name}`)} starts it again`
  const pushed = commit !== undefined && steps['version.push']?.status === 'done'
  if (!pushed) return [{ kind: 'text', text: `${again}.` }]
  const text = `${again} with the same commit. ${leftAsItIs(deployment)}`
  if (mayUndo(deployment)) return [{ kind: 'text', text: `${text} ${back} asks what of it to take back.` }]
  const { branch } = project.repository
  return [
    { kind: 'text', text },
    {
      kind: 'code',
      title: 'To take the version commit back, in a clone of the product',
      text: [...lookFirst(deployment), `git revert --no-edit ${commit}`, `git push origin ${branch}`].join('\n'),
    },
  ]
}

/** Whether a section of the result is the certificate, which is as long as a page. */
export function isCertificate(section: Section): section is Section & { readonly kind: 'code' } {
  return section.kind === 'code' && section.title === CERTIFICATE
}

/** The certificate as it is to be read. */
function certificate({ steps }: Deployment): readonly Section[] {
  const text = steps['finish.certificate']?.evidence.certificateText
  return typeof text === 'string' ? [{ kind: 'code', title: CERTIFICATE, text }] : []
}

/** The files of the certificate: every path that the step left under a name that begins with `certificate`. */
function certificates({ steps }: Deployment): readonly CardFile[] {
  const evidence = Object.entries(steps['finish.certificate']?.evidence ?? {})
  return evidence.flatMap(([name, path]) =>
    name.startsWith('certificate') && typeof path === 'string' && path.startsWith('/')
      ? [{ name: basename(path), path }]
      : [],
  )
}
