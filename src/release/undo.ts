/**
 * The rollback plan, from evidence: in reverse order what took effect, and nothing else. Which of it is taken back is a choice
 * that a person makes at the gate.
 */
import type { Deployment, DeploymentStatus } from './deployment.ts'
import { mayStand, stands } from './machine/states.ts'
import type { PhaseName, PlannedStep, StepName } from './plan.ts'
import { type Component, UNDO, type UndoName } from './recovery.ts'

/** The step that asks which rollback it is to be. */
export const CHOOSE = 'rollback.choose'

export const COMPONENTS: readonly Component[] = ['vps', 'aur', 'build', 'git']

/** One rollback that can be chosen. */
export interface UndoChoice {
  readonly name: 'phase' | 'everything' | 'everything-epoch' | Component
  readonly label: string
  /** The components it takes back, in the order it does. */
  readonly components: readonly Component[]
  readonly epoch: boolean
}

/** What an outside step that took effect is taken back by. Those that leave nothing anybody meets are not named. */
const UNDONE_BY: Readonly<Partial<Record<StepName, readonly [UndoName, Component]>>> = {
  'version.push': ['rollback.git', 'git'],
  'finish.push': ['rollback.git', 'git'],
  'build.tag': ['rollback.tag', 'git'],
  'finish.tag': ['rollback.tag', 'git'],
  'build.target': ['rollback.build', 'build'],
  'build.publish': ['rollback.publish', 'build'],
  'aur.submit': ['rollback.aur', 'aur'],
  'vps.pull': ['rollback.server', 'vps'],
  'vps.deploy': ['rollback.server', 'vps'],
}

/** The order of undoing: what users meet first. Package and tag leave only once the AUR no longer leads to them. */
const ORDER: readonly UndoName[] = [
  'rollback.server',
  'rollback.aur',
  'rollback.publish',
  'rollback.tag',
  'rollback.build',
  'rollback.git',
]

const OF_PHASE: Readonly<Partial<Record<PhaseName, readonly Component[]>>> = {
  version: ['git'],
  build: ['build'],
  aur: ['aur'],
  vps: ['vps'],
  verify: ['vps', 'aur'],
}

/** What can be chosen: the failing phase alone, everything, and everything with a raised epoch. Empty where nothing can be taken back. */
export function undoChoices(deployment: Deployment): readonly UndoChoice[] {
  if (deployment.previous === undefined) return []
  const all = componentsOf(deployment)
  if (all.length === 0) return []
  const only = deployment.rollback?.only ?? deployment.undoes?.only
  if (only !== undefined) return all.includes(only) ? [choice(only, `Roll back ${TITLES[only]} alone`, [only])] : []
  const phase = failingComponents(deployment).filter((component) => all.includes(component))
  const part = phase.length === 0 || phase.length === all.length ? [] : [phaseChoice(phase)]
  const everything = choice('everything', 'Roll back everything', all)
  const epoch = { ...choice('everything-epoch', 'Roll back everything, raise the epoch', all), epoch: true }
  return [...part, everything, ...(all.includes('aur') ? [epoch] : [])]
}

/** The undo steps of a choice, one after the other, whatever becomes of each; then the verification and the incident. */
export function undoPlan(deployment: Deployment, { components, epoch }: UndoChoice): readonly PlannedStep[] {
  const undone = effectsOf(deployment).flatMap(({ name, item }) => {
    const [undo, component] = UNDONE_BY[name] ?? []
    if (undo === undefined || component === undefined || !components.includes(component)) return []
    return [itemOf(undo, item, epoch)]
  })
  const once = undone.filter((one, at) => undone.findIndex((other) => idOf(other) === idOf(one)) === at)
  const inOrder = ORDER.flatMap((name) => once.filter((one) => one.name === name).toReversed())
  return chained([...inOrder, { name: 'rollback.verify' }, { name: 'rollback.incident' }])
}

/** The question that comes before every undo step. */
export function chooseStep(): PlannedStep {
  return { ...undoStep({ name: CHOOSE }), gate: 'rollback' }
}

/** Only the record: what a rollback that was refused leaves behind. */
export function incidentStep(): PlannedStep {
  return undoStep({ name: 'rollback.incident' })
}

/** What took effect outside, or may have, in the order of the plan. A rollback of its own carries what another deployment did. */
export function effectsOf(deployment: Deployment): readonly { readonly name: StepName; readonly item?: string }[] {
  if (deployment.undoes !== undefined) return deployment.undoes.effects
  return deployment.plan.filter(({ id, name }) => UNDONE_BY[name] !== undefined && mayStand(deployment.steps[id]))
}

/** What took effect, as components in the order of undoing. */
export function componentsOf(deployment: Deployment): readonly Component[] {
  return componentsIn(effectsOf(deployment))
}

export function componentsIn(effects: ReturnType<typeof effectsOf>): readonly Component[] {
  const found = effects.map(({ name }) => UNDONE_BY[name]?.[1])
  return COMPONENTS.filter((component) => found.includes(component))
}

/** Whether what a step made in the world is taken back by now. */
export function isTakenBack({ plan, steps }: Deployment, { name, item }: Pick<PlannedStep, 'name' | 'item'>): boolean {
  const [undo] = UNDONE_BY[name as StepName] ?? []
  const isItsOwn = (step: PlannedStep) => undo !== 'rollback.server' || step.item === item
  return plan.some((step) => step.name === undo && isItsOwn(step) && steps[step.id]?.status === 'done')
}

/** What took effect and no undo step has taken back, as components in the order of undoing. */
export function standingComponents(deployment: Deployment): readonly Component[] {
  return componentsIn(effectsOf(deployment).filter((effect) => !isTakenBack(deployment, effect)))
}

const HALF_WAY: readonly DeploymentStatus[] = ['cancelled', 'denied', 'failed', 'rolled back']

/** Ended without having released or taken back everything, so that something of it may be left to take back. */
export function isEndedHalfWay({ status }: Pick<Deployment, 'status'>): boolean {
  return HALF_WAY.includes(status)
}

/** Whether installs or visitors may have met it already. */
export function hasReachedUsers(deployment: Deployment): boolean {
  return componentsOf(deployment).some(isMetByUsers)
}

/** Whether that is known of any of it, and not only that it was attempted. */
export function hasSurelyReachedUsers({ plan, steps }: Deployment): boolean {
  return componentsIn(plan.filter(({ id }) => stands(steps[id]))).some(isMetByUsers)
}

function isMetByUsers(component: Component): boolean {
  return component === 'aur' || component === 'vps'
}

export const TITLES: Readonly<Record<Component, string>> = {
  vps: 'the server',
  aur: 'the AUR',
  build: 'the build',
  git: 'git',
}

function choice(name: UndoChoice['name'], label: string, components: readonly Component[]): UndoChoice {
  return { name, label, components, epoch: false }
}

function phaseChoice(components: readonly Component[]): UndoChoice {
  return choice(
    'phase',
    `Roll back ${components.map((component) => TITLES[component]).join(' and ')} alone`,
    components,
  )
}

/** The components of the phases in which a step failed; the newest stop tells. */
function failingComponents({ stops, plan }: Deployment): readonly Component[] {
  const steps = stops.at(-1)?.failed.map(({ step }) => step) ?? []
  const phases = plan.filter(({ id }) => steps.includes(id)).map(({ phase }) => phase)
  return COMPONENTS.filter((component) => phases.some((phase) => OF_PHASE[phase]?.includes(component)))
}

interface Undone {
  readonly name: UndoName
  readonly item?: string
}

function itemOf(name: UndoName, item: string | undefined, epoch: boolean): Undone {
  if (name === 'rollback.server' && item !== undefined) return { name, item }
  return name === 'rollback.aur' && epoch ? { name, item: 'epoch' } : { name }
}

function idOf({ name, item }: Undone): string {
  return item === undefined ? name : `${name}:${item}`
}

function chained(undone: readonly Undone[]): readonly PlannedStep[] {
  return undone.map((one, at) => ({
    ...undoStep(one),
    needs: [CHOOSE],
    after: undone.slice(0, at).map(idOf),
  }))
}

function undoStep(one: Undone): PlannedStep {
  const { title, minutes, effect } = UNDO[one.name]
  return {
    id: idOf(one),
    name: one.name,
    ...(one.item !== undefined && { item: one.item }),
    phase: 'rollback',
    title: one.item === undefined ? title : `${title}: ${one.item}`,
    effect,
    minutes,
    needs: [],
    settles: true,
    interruptible: false,
  }
}
