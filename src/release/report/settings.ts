/** Told in the thread of a deployment that began under another configuration than the one that stands now. */
import { whoMay } from '../access.ts'
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import type { ChangedSetting, Reconfigured } from '../project.ts'
import { isRule } from '../settings.ts'
import { listed, spelled, type View } from './view.ts'

export function settingsCard(deployment: Deployment, now: Reconfigured, view: View): Card {
  const { number, kind, project } = deployment
  const next = now.gone
    ? `${project.title} is not in it any more, so nothing new is deployed of it.`
    : 'The next one uses the new.'
  return {
    title: now.gone
      ? `#${number}: ${project.title} is no longer in slipway.yaml`
      : `#${number}: slipway.yaml has changed`,
    tone: 'neutral',
    sections: [
      ...changes(now),
      { kind: 'text', text: `This ${kind} goes on with what it began with. ${next}` },
      ...oldRules(deployment, now, view),
    ],
    buttons: [],
    files: [],
  }
}

function changes({ changes, more }: Reconfigured): readonly Section[] {
  if (changes.length === 0) return []
  const items = changes.map(line)
  return [{ kind: 'list', title: 'What changed', items: more === 0 ? items : [...items, `and ${more} more`] }]
}

function line({ name, before = 'not set', after = 'not set' }: ChangedSetting): string {
  return `${name}: ${before} -> ${after}`
}

/** Whoever was just left out of a role, or a project that is gone: that somebody can still press is no surprise afterwards. */
function oldRules(
  { number, kind, project }: Deployment,
  { changes, gone }: Reconfigured,
  view: View,
): readonly Section[] {
  if (gone === undefined && !changes.some(({ name }) => isRule(name))) return []
  const who = whoMay(project, 'approve')
  const may = who.length === 0 ? 'nobody' : listed(who, 'or')
  const text = `Its questions are still answered by the old rules: ${may} may approve. If this ${kind} is not to go on like that, cancel it:`
  return [
    { kind: 'text', text },
    { kind: 'code', text: spelled(view, `cancel #${number}`), copy: true },
  ]
}
