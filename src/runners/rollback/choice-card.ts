/** The question of a rollback in words, for somebody who was asleep: what users have, what each plan does, and what stays. */
import type { Section } from '../../release/card.ts'
import { cutLine } from '../../release/text.ts'
import { componentsOf } from '../../release/undo.ts'
import type { Context } from '../step.ts'
import { type Plan, stepsOf, titleOf } from './choice-steps.ts'
import { SILENT, type WorldNow } from './world-now.ts'

const SHOWN = 20
const WIDEST = 200

/** Everything above the buttons. */
export function choiceSections(context: Context, plans: readonly Plan[], now: WorldNow): readonly Section[] {
  return [
    { kind: 'fields', fields: usersHave(context, now) },
    ...danger(context),
    ...cause(context),
    ...warnings(now),
    ...plans.map(
      (plan): Section => ({ kind: 'list', title: titleOf(context, plan), items: stepsOf(context, plan, now) }),
    ),
    { kind: 'list', title: 'What no rollback takes back', items: stays(context, plans, now) },
  ]
}

function usersHave({ facts }: Context, { served, aur, origin, servers }: WorldNow): readonly [string, string][] {
  const { repository, aur: rules } = facts.project
  const commit = (hash: string) => (hash === SILENT ? SILENT : spoken(hash, facts.left.commit))
  const rows: (readonly [string, string] | false)[] = [
    ['Goes back', `from ${facts.release.full} to ${facts.previous?.full ?? 'what was before'}`],
    ...served,
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

/** Where troubleshooting knows better than a rollback, as with a certificate, that is said before anybody presses. */
function cause({ deployment }: Context): readonly Section[] {
  const { advice } = deployment.stops.at(-1) ?? {}
  return advice === undefined ? [] : [{ kind: 'text', text: `What troubleshooting came to: ${advice}` }]
}

/** What will keep a step from doing its work, or what it will be done on top of. */
function warnings({ servers, aur, origin }: WorldNow): readonly Section[] {
  const dirty = servers
    .filter(({ changed }) => changed.length > 0)
    .map(({ name, changed }) => `${name}: changed by hand, and not put back while it is so: ${changed.join(', ')}`)
  const silent = servers
    .filter(({ commit }) => commit === SILENT)
    .map(({ name }) => `${name} does not answer; the plan will try again`)
  const lost = servers
    .filter(({ gone }) => gone.length > 0)
    .map(({ name, gone }) => `${name}: what was kept is no longer there, so it cannot be put back: ${gone.join(', ')}`)
  const others = (aur?.above ?? []).map((line) => `on the AUR, on top of ours: ${line}. Kept in its history`)
  const pushed = (origin?.above ?? []).map((line) => `on the branch, on top of ours, and left alone: ${line}`)
  const items = [...silent, ...dirty, ...lost, ...others, ...pushed]
    .slice(0, SHOWN)
    .map((line) => cutLine(line, WIDEST))
  return items.length === 0 ? [] : [{ kind: 'list', title: 'Look at these first', items }]
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
    ...(onAur
      ? [
          `Whoever installed ${name} ${version} keeps it: pacman takes no lower version by itself. What fixes it needs a new version: this one a second time would not reach them.`,
        ]
      : []),
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
