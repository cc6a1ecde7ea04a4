/**
 * rollback.choose: the question before anything is taken back. Every plan that can be chosen is collected from the world as it is
 * now, with the very commands of its steps, and is bound to a digest of its own.
 */
import { askHead, cloneAur, fetchHead } from '../../argv/aur.ts'
import { approvalOf, approvedOption, digestOf } from '../../release/approvals.ts'
import { configurationDigest } from '../../release/canonical.ts'
import type { Deployment, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import type { GateContent } from '../../release/gate.ts'
import type { PlannedStep } from '../../release/plan.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { appsOf } from '../../release/served.ts'
import { CHOOSE, type UndoChoice, undoChoices, undoPlan } from '../../release/undo.ts'
import { actionText } from '../action-text.ts'
import { factsFor } from '../facts.ts'
import { versionAddress } from '../served-version.ts'
import { type Action, type Context, step } from '../step.ts'
import { fetchOf, headOf } from '../version/remote-branch.ts'
import { STATUS } from '../vps/checkout.ts'
import { checkoutGit } from '../vps/server.ts'
import { choiceSections } from './choice-card.ts'
import type { Plan } from './choice-steps.ts'
import { UNDO_STEPS } from './undo-steps.ts'
import { type WorldNow, worldNow } from './world-now.ts'

type Actions = ReturnType<typeof describe>

export const choose = step({ describe, ask: contentOf, run })

function describe(facts: Facts) {
  const { vps, aur } = facts.project
  const hosts = vps?.hosts ?? []
  return {
    origin: [fetchOf(facts), headOf(facts)],
    aur: aur === undefined ? [] : [cloneAur(facts), askHead(facts), fetchHead(facts)],
    servers: hosts.map(({ name }) => checkoutGit({ ...facts, item: name }, STATUS)),
    served: appsOf(facts.project).map((app) => ({ do: 'request', url: versionAddress(app) }) satisfies Action),
  }
}

/** Everything is collected again: what was approved is what is there now, or it is asked once more. */
async function run(context: Context<Actions>): Promise<Outcome> {
  const content = await contentOf(context)
  if (isProblem(content)) return { ok: false, problem: content }
  const name = approvedOption(context.deployment, CHOOSE)
  const approved = approvalOf(context.deployment, CHOOSE)?.presses.at(-1)?.digest
  const option = content.options?.find((each) => each.name === name)
  const now = option && digestOf({ ...content.bound, ...option.bound })
  if (now === undefined || now !== approved) return { ok: false, changed: content }
  return { ok: true, evidence: { rollbackPlan: option?.name ?? '' } }
}

async function contentOf(context: Context<Actions>): Promise<GateContent | Problem> {
  const { facts, deployment } = context
  const choices = undoChoices(deployment).map((choice): Plan => ({ choice, steps: undoPlan(deployment, choice) }))
  if (choices.length === 0) return problem('rollback.nothing', { number: facts.number })
  const now = await worldNow(context)
  const texts = choices.map(({ steps }) => commandsOf(deployment, facts, steps))
  const options = choices.map(({ choice, steps }, at) => ({
    name: choice.name,
    label: choice.label,
    bound: {
      plan: choice.name,
      steps: steps.map(({ id }) => id).join(' '),
      commands: texts[at] ?? '',
      ...boundTo(choice, now),
    },
  }))
  const bound = {
    deployment: `#${facts.number}`,
    from: facts.release.full,
    to: facts.previous?.full ?? '',
    releaseCommit: String(facts.left.commit ?? ''),
    configuration: configurationDigest(facts.project),
  }
  const files = choices.map(({ choice }, at) => ({ name: `rollback-${choice.name}.txt`, text: texts[at] ?? '' }))
  return { bound, options, card: { sections: choiceSections(context, choices, now), files } }
}

/** What a plan would be carried out on: it is bound to its own components alone, so that a change elsewhere leaves it. */
function boundTo({ components }: UndoChoice, { origin, aur, servers }: WorldNow): Readonly<Record<string, string>> {
  const git = components.includes('git') && origin ? { originHead: origin.head } : {}
  const onAur = components.includes('aur') && aur ? { aurHead: aur.head, aurVersion: aur.version ?? '' } : {}
  const onServers = components.includes('vps')
    ? servers.flatMap(({ name, commit, changed }) => [
        [`commit on ${name}`, commit],
        [`changed on ${name}`, changed.join('\n')],
      ])
    : []
  return { ...git, ...onAur, ...Object.fromEntries(onServers) }
}

/** The commands of a plan as a person reads them, step by step; what only the run can know stands in angle brackets. */
function commandsOf(deployment: Deployment, { folders }: Facts, steps: readonly PlannedStep[]): string {
  const blocks = steps.flatMap((planned) => {
    if (!isUndoing(planned.name)) return []
    const actions = UNDO_STEPS[planned.name].describe(factsFor(deployment, planned, { folders, dryRun: true }))
    const lines = Object.values(actions).flat().map(actionText)
    return [`${planned.title}\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}\n`).join('')}`]
  })
  return blocks.join('\n')
}

function isUndoing(name: string): name is keyof typeof UNDO_STEPS {
  return Object.hasOwn(UNDO_STEPS, name)
}
