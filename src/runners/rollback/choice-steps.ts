/** A plan of a rollback in words: what each of its steps does, how long it takes, and for how long nothing serves. */
import type { PlannedStep } from '../../release/plan.ts'
import type { Component } from '../../release/recovery.ts'
import { COMPONENTS, componentsOf, type UndoChoice } from '../../release/undo.ts'
import { publicAddress } from '../artifacts.ts'
import { factsFor } from '../facts.ts'
import type { Context } from '../step.ts'
import { placeOf } from './public-places.ts'
import { keptPaths } from './server-actions.ts'
import { SILENT, type WorldNow } from './world-now.ts'

/** A plan that can be chosen, with its steps. */
export interface Plan {
  readonly choice: UndoChoice
  readonly steps: readonly PlannedStep[]
}

/** How long a plan takes, and for how long nothing serves. */
export function titleOf(context: Context, plan: Plan): string {
  const minutes = Math.max(1, Math.round(plan.steps.reduce((sum, step) => sum + minutesOf(context, step), 0)))
  return `${plan.choice.label}: about ${minutes} min, ${outageOf(context, plan)}`
}

function outageOf(context: Context, { steps }: Plan): string {
  const servers = steps.filter(({ name }) => name === 'rollback.server')
  const rebuilt = servers.filter((step) => !isKept(context, step))
  if (servers.length === 0) return 'no outage'
  const restarts = context.facts.project.vps?.restart !== undefined
  if (rebuilt.length === 0) return restarts ? 'no build, down only while the services restart' : 'no build, no outage'
  const minutes = rebuilt.reduce((sum, step) => sum + minutesOf(context, step), 0)
  return `rollback rebuilds, site down about ${Math.round(minutes)} min`
}

/** Verification takes as long as its deadline only where something is wrong. */
function minutesOf(context: Context, step: PlannedStep): number {
  if (step.name === 'rollback.verify') return 1
  if (step.name !== 'rollback.server' || isKept(context, step)) return step.minutes
  const release = context.deployment.plan.filter(
    ({ name, item }) => item === step.item && (name === 'vps.deploy' || name === 'vps.status'),
  )
  return release.length === 0 ? SCRIPT_MINUTES : release.reduce((sum, { minutes }) => sum + minutes, 0)
}

/** What a deployment script and a look afterwards take, by the workflow's own estimate. */
const SCRIPT_MINUTES = 7

function isKept({ deployment, facts }: Context, { item }: PlannedStep): boolean {
  const at = factsFor(deployment, { ...(item !== undefined && { item }) }, { folders: facts.folders, dryRun: true })
  return keptPaths(at).length > 0
}

/** What a plan does, a line each, and which versions then live side by side. */
export function stepsOf(context: Context, { choice, steps }: Plan, now: WorldNow): readonly string[] {
  if (choice.epoch) return [RAISED]
  const lines = steps.flatMap((step) => sentenceOf(context, step, now) ?? [])
  return [...lines, ...differs(context, choice, now)]
}

const RAISED =
  'The same, and the commit on the AUR raises the epoch, so that installs of the new version go back with their next upgrade'

function sentenceOf(context: Context, step: PlannedStep, now: WorldNow): string | undefined {
  const { facts } = context
  const { branch } = facts.project.repository
  const before = facts.previous?.full ?? 'what was before'
  switch (step.name) {
    case 'rollback.server':
      return serverSentence(context, step, before)
    case 'rollback.aur':
      return facts.left.aurHead === ''
        ? 'AUR: nothing, there are no files of before'
        : `AUR: a new commit with the files of ${before}, never forced`
    case 'rollback.publish':
      return placeOf(facts).mayWithdraw
        ? `Package: withdrawn from ${publicAddress(facts)}, which then answers nothing`
        : `Package: stays at ${publicAddress(facts)}, the bot knows no way to withdraw it`
    case 'rollback.tag':
      return 'Tag: removed, where it is on the release commit'
    case 'rollback.git':
      return gitSentence(branch, now)
    case 'rollback.build':
      return 'Build: what was built here is cleaned away'
    case 'rollback.verify':
      return `Then everything is looked at from outside, against ${before}`
    default:
      return undefined
  }
}

function serverSentence(context: Context, step: PlannedStep, before: string): string {
  const { vps } = context.facts.project
  const restart = vps?.restart === undefined ? '' : `, then ${vps.restart.join(' ')}`
  const ended = mayRun(context, step) ? 'its script, which may still run there, is ended; ' : ''
  if (isKept(context, step))
    return `${step.item}: ${ended}${before} is put back as it was kept, without a build${restart}`
  const minutes = Math.round(minutesOf(context, step))
  return `${step.item}: ${ended}nothing was kept, so ${vps?.deploy.join(' ')} builds ${before} again, about ${minutes} min, site down`
}

/** The release's script was started there, and nobody has seen it end. */
function mayRun({ deployment }: Context, { item }: PlannedStep): boolean {
  return deployment.steps[`vps.deploy:${item}`]?.job !== undefined
}

function gitSentence(branch: string, { origin }: WorldNow): string {
  if (origin === undefined || origin.head === SILENT) return `Git: the release commits are taken back on ${branch}`
  if (origin.own === 0) return `Git: nothing, none of our commits is on ${branch}`
  const commits = origin.own === 1 ? 'the release commit' : `${origin.own} commits of the release`
  return origin.above.length === 0
    ? `Git: ${branch} is set back to before ${commits}, or gets a revert where it takes no force push`
    : `Git: ${commits} reverted on top of what others pushed to ${branch}`
}

/** Which versions then live side by side, for a plan that leaves something. A rollback of its own leaves git alone. */
function differs({ deployment, facts }: Context, { components }: UndoChoice, now: WorldNow): readonly string[] {
  const { branch } = facts.project.repository
  const touched: readonly Component[] = [...componentsOf(deployment), ...(deployment.undoes ? (['git'] as const) : [])]
  const left = COMPONENTS.filter((component) => touched.includes(component) && !components.includes(component))
  const SAYS: Readonly<Record<Component, string>> = {
    vps: `the server goes on with ${facts.release.full}`,
    aur: `the AUR goes on offering ${now.aur?.version ?? facts.release.full}`,
    build: `the package of ${facts.release.full} stays public`,
    git: `${branch} goes on naming ${facts.release.full}`,
  }
  if (left.length === 0) return []
  const again = left.includes('git') && components.includes('vps')
  return [
    `Afterwards the versions differ: ${left.map((each) => SAYS[each]).join('; ')}`,
    ...(again
      ? [`Until ${branch} goes back too, a git pull on the server by hand brings ${facts.release.full} again`]
      : []),
  ]
}
