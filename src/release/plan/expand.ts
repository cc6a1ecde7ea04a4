/** The plan of one project: the table with its targets and hosts written out, and without what its configuration leaves out. */
import { type GateName, type Part, PLAN, type PlannedStep, type ReleaseStepName, type StepRow } from '../plan.ts'
import type { Project } from '../project.ts'

/**
 * The steps of a project's release, in the order of the table, targets and hosts written out. A step without its part of the
 * configuration is left out, and whoever needed it needs what it would have needed, so that no order is lost.
 */
export function planFor(project: Project): readonly PlannedStep[] {
  const names = (Object.keys(PLAN) as ReleaseStepName[]).filter((name) => itemsOf(project, name).length > 0)
  return names.flatMap((name) => itemsOf(project, name).map((item) => plannedStep(project, name, item)))
}

function plannedStep(project: Project, name: ReleaseStepName, item: string): PlannedStep {
  const row: StepRow = PLAN[name]
  const gate = gateOf(project, name, item)
  return {
    id: idOf(name, item),
    name,
    ...(item === '' ? {} : { item }),
    phase: row.phase,
    title: item === '' ? row.title : `${row.title}: ${item}`,
    effect: row.effect,
    minutes: row.minutes,
    needs: [
      ...new Set([
        ...needsOf(project, row, item),
        ...batchNeeds(project, name, item),
        ...(gate === 'publish' ? madeBefore(project) : []),
      ]),
    ],
    ...(gate === undefined ? {} : { gate }),
    settles: row.settles ?? false,
    interruptible: row.interruptible ?? row.effect !== 'outside',
  }
}

/**
 * One gate asks: before the AUR, without it before the first host, and without both before the package is public, which then is
 * what reaches users.
 */
function gateOf(project: Project, name: ReleaseStepName, item: string): GateName | undefined {
  const row: StepRow = PLAN[name]
  if (row.gate === 'publish') return name === publicStep(project) ? row.gate : undefined
  if (row.gate !== 'vps-switch') return row.gate
  return project.aur === undefined && item === project.vps?.hosts[0]?.name ? row.gate : undefined
}

/** The step that asks before anything is public, where nothing after it asks. A forge may act on a tag as soon as it is there. */
export function publicStep({ aur, vps, build, repository }: Project): ReleaseStepName | undefined {
  if (aur !== undefined || vps !== undefined || build.publish === undefined) return undefined
  return repository.tag.when === 'publish' ? 'build.tag' : 'build.publish'
}

/** Everything that can be undone comes before the question. */
function madeBefore(project: Project): readonly string[] {
  const names = ['build.target', 'build.package'] as const
  return names.flatMap((name) => itemsOf(project, name).map((item) => idOf(name, item)))
}

function needsOf(project: Project, row: StepRow, item: string): readonly string[] {
  return row.needs.flatMap((need) => resolveNeed(project, row, need, item))
}

function resolveNeed(project: Project, row: StepRow, need: string, item: string): readonly string[] {
  const [name, marker] = need.split(':') as [ReleaseStepName, string | undefined]
  const needed: StepRow = PLAN[name]
  const items = itemsOf(project, name)
  if (items.length === 0) return needsOf(project, needed, item)
  const only = marker === undefined ? sameItem(row, needed, item) : markedItem(project, marker)
  if (only === null) return []
  return (only === undefined ? items : [only]).map((each) => idOf(name, each))
}

/** Two steps of the same `each` go item by item; anything else waits for all items (undefined). */
function sameItem(row: StepRow, needed: StepRow, item: string): string | undefined {
  return row.each !== undefined && row.each === needed.each ? item : undefined
}

/** The target a marker names; null where the project has none, so that nothing is waited for. */
function markedItem(project: Project, marker: string): string | null {
  return (marker === '{package}' ? project.build.package?.target : project.vps?.upload?.target) ?? null
}

/** Hosts are switched in batches, the first one alone: a host waits until the batch before it was verified. */
function batchNeeds(project: Project, name: ReleaseStepName, item: string): readonly string[] {
  if (name !== 'vps.pull' || project.vps === undefined) return []
  const { hosts, batch } = project.vps
  const index = hosts.findIndex((host) => host.name === item)
  if (index <= 0) return []
  const start = 1 + Math.floor((index - 1) / batch) * batch
  const before = start === 1 ? hosts.slice(0, 1) : hosts.slice(start - batch, start)
  return before.map((host) => idOf('vps.status', host.name))
}

/** The items of a step: one nameless item for an ordinary one, none where its part is not configured. */
function itemsOf(project: Project, name: ReleaseStepName): readonly string[] {
  const row: StepRow = PLAN[name]
  if (row.part !== undefined && !hasPart(project, row.part)) return []
  if (row.each === 'target') return project.build.targets.map((target) => target.name)
  if (row.each === 'host') return project.vps?.hosts.map((host) => host.name) ?? []
  return ['']
}

function hasPart(project: Project, part: Part): boolean {
  const { publish } = project.build
  const PARTS: Record<Part, boolean> = {
    package: project.build.package !== undefined,
    publish: publish !== undefined && publish.kind !== 'tag',
    archive: publish?.kind === 'tag',
    public: publish !== undefined,
    aur: project.aur !== undefined,
    vps: project.vps !== undefined,
    'tag-first': project.repository.tag.when === 'publish',
    'tag-last': project.repository.tag.when === 'finish',
  }
  return PARTS[part]
}

function idOf(name: string, item: string): string {
  return item === '' ? name : `${name}:${item}`
}
