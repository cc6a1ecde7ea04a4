/** The question of a rollback in words, for somebody who was asleep: what users have, what each plan does, and what stays. */
import type { Section } from '../../release/card.ts'
import type { PlannedStep } from '../../release/plan.ts'
import type { Component } from '../../release/recovery.ts'
import { cutLine } from '../../release/text.ts'
import { componentsOf, type UndoChoice } from '../../release/undo.ts'
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

const SHOWN = 20
const WIDEST = 200

/** Everything above the buttons. */
export function choiceSections(context: Context, plans: readonly Plan[], now: WorldNow): readonly Section[] {
  return [
    { kind: 'fields', fields: usersHave(context, now) },
    ...danger(context),
    ...warnings(now),
    ...plans.map(
      (plan): Section => ({ kind: 'list', title: titleOf(context, plan), items: stepsOf(context, plan, now) }),
    ),
    { kind: 'list', title: 'What no rollback takes back', items: stays(context, plans, now) },
  ]
}

function usersHave({ facts }: Context, { served, aur, origin, servers }: WorldNow): readonly [string, string][] {
  const { verify, repository, aur: rules } = facts.project
  const commit = (hash: string) => (hash === SILENT ? SILENT : spoken(hash, facts.left.commit))
  const rows: (readonly [string, string] | false)[] = [
    ['Goes back', `from ${facts.release.full} to ${facts.previous?.full ?? 'what was before'}`],
    verify.app !== undefined && [verify.app, `serves ${served ?? 'nothing'}`],
    aur !== undefined && [`${rules?.package} on the AUR`, aur.version ?? aur.head],
    ...servers.map(({ name, commit: hash }) => [`Server ${name}`, commit(hash)] as const),
    origin !== undefined && [`${repository.branch} of the origin`, commit(origin.head)],
  ]
  return rows.flatMap((row) => (row === false ? [] : [[row[0], row[1]] as [string, string]]))
}

function spoken(hash: string, release: unknown): string {
  return `${hash.slice(0, 12)}${hash === release ? ', the release' : ''}`
}

/** Migrations and the like: the code goes back, what they did does not. */
function danger({ facts }: Context): readonly Section[] {
  const { irreversible } = facts.left
  if (!Array.isArray(irreversible) || irreversible.length === 0) return []
  const files = irreversible.slice(0, SHOWN).map(String)
  const more = irreversible.length > SHOWN ? [`and ${irreversible.length - SHOWN} more`] : []
  const text = `Not safe: ${facts.release.full} changed files whose effect stays (below). ${facts.previous?.full} may not work with what they did, such as a changed database. Speak with whoever wrote them before you press.`
  return [
    { kind: 'text', text },
    { kind: 'list', title: 'Changed and not taken back', items: [...files, ...more] },
  ]
}

/** What will keep a step from doing its work, or what it will be done on top of. */
function warnings({ servers, aur, origin }: WorldNow): readonly Section[] {
  const dirty = servers
    .filter(({ changed }) => changed.length > 0)
    .map(({ name, changed }) => `${name}: changed by hand, and not put back while it is so: ${changed.join(', ')}`)
  const silent = servers
    .filter(({ commit }) => commit === SILENT)
    .map(({ name }) => `${name} does not answer; the plan will try again`)
  const others = (aur?.above ?? []).map((line) => `on the AUR, on top of ours: ${line}. Kept in its history`)
  const pushed = (origin?.above ?? []).map((line) => `on the branch, on top of ours, and left alone: ${line}`)
  const items = [...silent, ...dirty, ...others, ...pushed].slice(0, SHOWN).map((line) => cutLine(line, WIDEST))
  return items.length === 0 ? [] : [{ kind: 'list', title: 'Look at these first', items }]
}

function titleOf(context: Context, plan: Plan): string {
  const minutes = Math.max(1, Math.round(plan.steps.reduce((sum, step) => sum + minutesOf(context, step), 0)))
  return `${plan.choice.label}: about ${minutes} min, ${outageOf(context, plan)}`
}

function outageOf(context: Context, { steps }: Plan): string {
  const servers = steps.filter(({ name }) => name === 'rollback.server')
  const rebuilt = servers.filter((step) => !isKept(context, step))
  if (servers.length === 0) return 'no outage'
  if (rebuilt.length === 0) return 'no build, down only while the services restart'
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

function stepsOf(context: Context, { choice, steps }: Plan, now: WorldNow): readonly string[] {
  const lines = steps.flatMap((step) => sentenceOf(context, step, now) ?? [])
  return [...lines, ...differs(context, choice, now)]
}

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
        : `AUR: a new commit with the files of ${before}${step.item === 'epoch' ? ', with a raised epoch' : ''}, never forced`
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
  if (isKept(context, step)) return `${step.item}: ${before} is put back as it was kept, without a build${restart}`
  const minutes = Math.round(minutesOf(context, step))
  return `${step.item}: nothing was kept, so ${vps?.deploy.join(' ')} builds ${before} again, about ${minutes} min, site down`
}

function gitSentence(branch: string, { origin }: WorldNow): string {
  if (origin === undefined || origin.head === SILENT) return `Git: the release commits are taken back on ${branch}`
  if (origin.own === 0) return `Git: nothing, none of our commits is on ${branch}`
  const commits = origin.own === 1 ? 'the release commit' : `${origin.own} commits of the release`
  return origin.above.length === 0
    ? `Git: ${branch} is set back to before ${commits}, or they are reverted where it takes no force push`
    : `Git: ${commits} reverted on top of what others pushed to ${branch}`
}

/** Which versions then live side by side, for a plan that leaves something. */
function differs({ deployment, facts }: Context, { components }: UndoChoice, now: WorldNow): readonly string[] {
  const left = componentsOf(deployment).filter((component) => !components.includes(component))
  const SAYS: Readonly<Record<Component, string>> = {
    vps: `the server goes on with ${facts.release.full}`,
    aur: `the AUR goes on offering ${now.aur?.version ?? facts.release.full}`,
    build: `the package of ${facts.release.full} stays public`,
    git: `${facts.project.repository.branch} still names ${facts.release.full}`,
  }
  return left.length === 0 ? [] : [`Afterwards the versions differ: ${left.map((each) => SAYS[each]).join('; ')}`]
}

function stays(context: Context, plans: readonly Plan[], { aur }: WorldNow): readonly string[] {
  const { facts, deployment } = context
  const { release, previous, project } = facts
  const name = project.aur?.package
  const touched = componentsOf(deployment)
  const onAur = touched.includes('aur') && facts.left.aurHead !== ''
  const version = aur?.version ?? release.full
  const epoch = plans.some(({ choice }) => choice.epoch)
  return [
    ...(onAur ? [`Whoever installed ${name} ${version} keeps it: pacman takes no lower version by itself.`] : []),
    ...(onAur && epoch
      ? [
          `A raised epoch moves them back with their next upgrade, and can never be lowered: every later version of ${name} has to carry it.`,
        ]
      : []),
    ...(touched.includes('aur') && !onAur
      ? [`${name} was new on the AUR with this release: it stays there until it is deleted by hand.`]
      : []),
    ...(touched.includes('aur') ? ['What was pushed to the AUR stays in its history.'] : []),
    ...(touched.includes('git')
      ? [`Whoever pulled ${project.repository.branch} meanwhile keeps the release commits.`]
      : []),
    ...(touched.includes('build') ? [`Whoever downloaded the package of ${release.full} keeps it.`] : []),
    ...(touched.includes('vps')
      ? [
          `What visitors did with ${release.full} stays, and ${previous?.full ?? 'what was before'} has to cope with it.`,
        ]
      : []),
  ]
}
