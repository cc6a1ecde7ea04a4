/**
 * The walk through the troubleshooting tree: from a failure, by what the probes found, to a fix or to a person. It is read off
 * the deployment, so it is at the same place after a restart.
 */
import type { Deployment, StepState } from './deployment.ts'
import { branchOf } from './diagnosis/branches.ts'
import { type BranchName, type Lead, type Question, TREE } from './diagnosis/tree.ts'
import { ancestors } from './machine/due.ts'
import { mayStand } from './machine/states.ts'
import type { PlannedStep, Walk } from './plan.ts'
import type { Problem } from './problems.ts'
import type { Project } from './project.ts'
import { FIXES, type FixName, PROBES, type ProbeName } from './recovery.ts'
import { appOf, appsOf, ownApps } from './served.ts'

/** What comes next. `run`: a probe, or a fix that is safe. `offer`: a fix that a person presses for. `person`: no fix is left. */
export type Verdict =
  | { readonly do: 'run' | 'offer'; readonly step: PlannedStep }
  | { readonly do: 'person'; readonly why?: string }

/** A step that failed, with its problem. */
export interface Failure {
  readonly step: string
  readonly problem: Problem
}

/** At most two rounds of fixing for one failure, until a person has had it tried again. */
const ROUNDS = 2

/** Where the walk stands for what has failed now; at least one failure is handed in. */
export function diagnose(deployment: Deployment, failures: readonly Failure[]): Verdict {
  const cause = isBegun(deployment, failures) ? causeOf(failures) : undefined
  if (cause === undefined) return { do: 'person' }
  const walk = walkFor(deployment, cause, failures)
  if (roundsBefore(deployment, walk) >= ROUNDS) return { do: 'person', why: 'Two rounds of fixing did not help.' }
  return follow(deployment, walk, cause.branch, [])
}

/** Every probe of a branch, for a deployment of which nothing has failed. */
export function probesOf(deployment: Deployment, branch: BranchName): readonly PlannedStep[] {
  const walk: Walk = { number: 1, step: '', code: 'troubleshoot.blind', branch, retries: 0, opens: [] }
  return TREE[branch].questions.flatMap(({ probe }) =>
    itemsOf(deployment, walk, probe).map((host) => probeStep(walk, probe, host)),
  )
}

/** The walks so far, in order: the planned probes and fixes of each. */
export function walksOf({ plan }: Deployment): ReadonlyMap<number, readonly PlannedStep[]> {
  const numbers = [...new Set(plan.flatMap(({ walk }) => walk?.number ?? []))]
  return new Map(numbers.map((number) => [number, plan.filter(({ walk }) => walk?.number === number)]))
}

/** What a probe of the walk answered; undefined where it could not look. */
export function answerOf(state: StepState | undefined): string | undefined {
  return state?.status === 'done' ? String(state.evidence.answer ?? '') : undefined
}

/** While the pre-flight stops it, nothing has begun, and whoever asked for it is still there: they are told at once. */
function isBegun({ plan }: Deployment, failures: readonly Failure[]): boolean {
  const failed = plan.filter(({ id }) => failures.some(({ step }) => step === id))
  return failed.some(({ phase }) => phase !== 'preflight')
}

/** The failure that the walk is for. Where one belongs to no branch, none of the known fixes would get the release going. */
function causeOf(failures: readonly Failure[]): (Failure & { readonly branch: BranchName }) | undefined {
  const known = failures.map((failure) => ({ ...failure, branch: branchOf(failure.problem) }))
  const found = known.flatMap((each) => (each.branch === undefined ? [] : [{ ...each, branch: each.branch }]))
  return found.length === failures.length ? found[0] : undefined
}

/** The walk that goes on, or a new one once its fix was done or a person stepped in. */
function walkFor(
  deployment: Deployment,
  { step, problem, branch }: Failure & { readonly branch: BranchName },
  failures: readonly Failure[],
): Walk {
  const retries = deployment.stops.filter(({ retried }) => retried !== undefined).length
  const [number = 0, steps = []] = [...walksOf(deployment)].at(-1) ?? []
  const last = steps[0]?.walk
  const fixed = steps.some(({ id, name }) => isFix(name) && deployment.steps[id]?.status === 'done')
  const goesOn = last?.step === step && last.code === problem.code && last.retries === retries && !fixed
  const opens = failures.map((failure) => failure.step)
  return { number: goesOn ? number : number + 1, step, code: problem.code, branch, retries, opens }
}

function roundsBefore(deployment: Deployment, { number, step, retries }: Walk): number {
  const before = [...walksOf(deployment)].filter(([other]) => other < number)
  return before.filter(([, [first]]) => first?.walk?.step === step && first.walk.retries === retries).length
}

function follow(deployment: Deployment, walk: Walk, branch: BranchName, seen: readonly BranchName[]): Verdict {
  const { questions, late, spent } = TREE[branch]
  const why = deployment.frozen && late !== undefined ? late : spent
  const end: Verdict = { do: 'person', ...(why !== undefined && { why }) }
  if (seen.includes(branch)) return end
  for (const question of questions) {
    const found = answered(deployment, walk, question)
    if ('do' in found) return found
    for (const { lead, host } of found.leads) {
      if (lead === 'next') continue
      if ('person' in lead) return { do: 'person', why: lead.person }
      if ('branch' in lead) return follow(deployment, walk, lead.branch, [...seen, branch])
      const fix = fixFor(deployment, walk, lead, host)
      if (fix !== undefined) return fix
    }
  }
  return end
}

interface Answered {
  readonly leads: readonly { readonly lead: Lead; readonly host: string | undefined }[]
}

/** Where the question's answers lead, one for each host it is about; or the probe that has to look first. */
function answered(deployment: Deployment, walk: Walk, { probe, answers }: Question): Answered | Verdict {
  const leads: { lead: Lead; host: string | undefined }[] = []
  for (const host of itemsOf(deployment, walk, probe)) {
    const step = probeStep(walk, probe, host)
    const state = deployment.steps[step.id]
    if (state === undefined) return { do: 'run', step }
    leads.push({ lead: answers[answerOf(state) ?? ''] ?? 'next', host })
  }
  return { leads }
}

/** The hosts a probe is about: that of the failed step, or all of them; one nameless item for the others. */
function itemsOf(deployment: Deployment, { step }: Walk, probe: ProbeName): readonly (string | undefined)[] {
  const { project, plan } = deployment
  const failed = plan.find(({ id }) => id === step)
  const own = failed?.phase === 'vps' ? failed.item : undefined
  if (!('each' in PROBES[probe])) return applies(project, probe, own) ? [undefined] : []
  // Of one server alone probe.site asks the address that tells of it.
  if (probe === 'probe.server-site') return own === undefined ? ownApps(project).map(({ name }) => name) : []
  return own === undefined ? (project.vps?.hosts.map(({ name }) => name) ?? []) : [own]
}

function applies(project: Project, probe: ProbeName, own: string | undefined): boolean {
  const { site } = project.verify
  const NEEDS: Partial<Record<ProbeName, boolean>> = {
    'probe.certificate': appsOf(project).length > 0 || site !== undefined,
    'probe.site': appOf(project, own) !== undefined || site !== undefined,
    'probe.public-package': project.build.publish !== undefined,
    'probe.pkgbuild': project.aur !== undefined,
    'probe.sums': project.aur !== undefined,
    'probe.srcinfo': project.aur !== undefined,
    'probe.aur-head': project.aur !== undefined,
  }
  return NEEDS[probe] ?? true
}

/** The fix an answer leads to, or the one in its place; undefined where neither can be used, or was used for this cause. */
function fixFor(
  deployment: Deployment,
  walk: Walk,
  { fix, or }: { readonly fix: FixName; readonly or?: FixName },
  host: string | undefined,
): Verdict | undefined {
  const itemOf = (name: FixName) => {
    if (name === 'fix.rebuild') return targetOf(deployment, walk)
    return 'each' in FIXES[name] ? (host ?? itemsOf(deployment, walk, 'probe.ssh')[0]) : host
  }
  const name = [fix, or].find((each) => each !== undefined && isUsable(deployment, walk, each, itemOf(each)))
  if (name === undefined) return undefined
  const step = fixStep(deployment, walk, name, itemOf(name))
  return { do: FIXES[name].risk === 'safe' ? 'run' : 'offer', step }
}

/** The target whose build failed: what the others built stays as it is. All of them where it was not a build. */
function targetOf({ plan }: Deployment, { step }: Walk): string | undefined {
  const failed = plan.find(({ id }) => id === step)
  return failed?.phase === 'build' ? failed.item : undefined
}

/** After waiting what failed is done once more: unasked only where it merely looks, or where its cause can pass by itself. */
function mayBeRepeated({ plan, steps }: Deployment, { step }: Walk): boolean {
  const planned = plan.find(({ id }) => id === step)
  return planned?.effect !== 'outside' || steps[step]?.problem?.passing === true
}

/** `item` is the host of a fix on a server, or the target of a rebuild. */
function isUsable(deployment: Deployment, walk: Walk, name: FixName, item: string | undefined): boolean {
  const { project, plan, frozen } = deployment
  if ('early' in FIXES[name] && (frozen || isPublished(deployment, item))) return false
  if (name === 'fix.wait' && !mayBeRepeated(deployment, walk)) return false
  if (name === 'fix.restart' && project.vps?.restart === undefined) return false
  if ('each' in FIXES[name] && item === undefined) return false
  return !plan.some(
    (planned) =>
      planned.name === name &&
      planned.item === item &&
      planned.walk?.step === walk.step &&
      planned.walk.code === walk.code &&
      planned.walk.retries === walk.retries,
  )
}

/** What was built again would have other bytes, and a public address keeps those it has. */
function isPublished({ steps, project }: Deployment, target: string | undefined): boolean {
  if (target !== undefined && target !== project.build.package?.target) return false
  return mayStand(steps['build.publish'])
}

function probeStep(walk: Walk, name: ProbeName, host: string | undefined): PlannedStep {
  const { title, minutes, effect } = PROBES[name]
  return troubleshooting({ ...walk, opens: [] }, name, host, { title, minutes, effect })
}

function fixStep(deployment: Deployment, walk: Walk, name: FixName, item: string | undefined): PlannedStep {
  const { title, minutes, effect } = FIXES[name]
  const opens = [...new Set([...opened(deployment, name, item), ...walk.opens])]
  return troubleshooting({ ...walk, opens }, name, item, { title, minutes, effect })
}

/** The step and all that waits for it; on a server only its own steps and the verification, so that no other host is touched again. */
function opened({ plan }: Deployment, name: FixName, item: string | undefined): readonly string[] {
  const { opens } = FIXES[name]
  const from = plan.filter((step) => step.name === opens && (item === undefined || step.item === item))
  const later = plan.filter(({ id }) => ancestors(plan, id).some((need) => from.some((step) => step.id === need)))
  const isOnServer = 'each' in FIXES[name]
  const meant = isOnServer ? later.filter((step) => step.item === item || step.name === 'verify.matrix') : later
  return [...from, ...meant].map(({ id }) => id)
}

function troubleshooting(
  walk: Walk,
  name: ProbeName | FixName,
  host: string | undefined,
  row: Pick<PlannedStep, 'title' | 'minutes' | 'effect'>,
): PlannedStep {
  return {
    id: `${name}${host === undefined ? '' : `:${host}`}.${walk.number}`,
    name,
    ...(host !== undefined && { item: host }),
    phase: 'troubleshoot',
    ...row,
    ...(host !== undefined && { title: `${row.title} (${host})` }),
    needs: [],
    settles: true,
    interruptible: row.effect !== 'outside',
    walk,
  }
}

function isFix(name: string): boolean {
  return name in FIXES
}
