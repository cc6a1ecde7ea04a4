/** The pre-flight checks of a release that nobody has asked for, told as findings. */
import type { Actor } from '../release/actor.ts'
import type { Deployment, Evidence, Outcome } from '../release/deployment.ts'
import { type Finding, findingOf } from '../release/finding.ts'
import { replay } from '../release/machine.ts'
import { planFor } from '../release/plan/expand.ts'
import { type PlannedStep, phasesLeftOut } from '../release/plan.ts'
import { isProblem, type Problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { listed } from '../release/report/view.ts'
import { resolveTarget } from '../release/target.ts'
import { type Release, releaseOf } from '../release/version.ts'

/** What is released, and where each place was asked. */
export interface Baseline {
  readonly baseline?: { readonly release: Release; readonly commit?: string; readonly sources: readonly string[] }
  readonly live: readonly { readonly source: string; readonly version: string }[]
  readonly disagreements: readonly string[]
  readonly problem?: Problem
}

export interface Checked {
  readonly planned: PlannedStep
  readonly outcome?: Outcome
}

export interface Looks {
  baseline(project: Project): Promise<Baseline>
  /** Makes the pre-flight checks of a deployment that is not carried out. */
  check(deployment: Deployment): Promise<readonly Checked[]>
  readonly now: number
  readonly requester: Actor
}

/** Everything about one project that can be known before its next release. */
export async function checkProject(project: Project, looks: Looks): Promise<readonly Finding[]> {
  const read = await looks.baseline(project)
  const released = releasedFindings(project, read)
  const deployment = imagined(project, read, looks)
  const checks = (await looks.check(deployment)).flatMap((one) => checkFindings(project, one))
  const isFirst = read.baseline === undefined
  return [...released, ...leftOut(project), ...checks.filter(({ code }) => !isExpected(code, isFirst)).map(plain)]
}

/** What is live where. Places that do not agree are worth knowing before the first release with Slipway. */
function releasedFindings({ name }: Project, { baseline, live, disagreements, problem }: Baseline): readonly Finding[] {
  const about = `${name}, what is released`
  if (problem !== undefined) return [findingOf(about, problem)]
  if (baseline === undefined)
    return [{ about, standing: 'note', what: 'nothing yet: the next one is the first release.' }]
  const places = live.map(({ source, version }) => `${source}: ${version}`)
  const what = `${baseline.release.full}, read from ${listed(baseline.sources)}.`
  if (disagreements.length === 0) return [{ about, standing: 'good', what, details: places }]
  const remedy = 'The next release brings them together; until then npm run slipway -- verify shows what users get.'
  return [{ about, standing: 'note', what, details: [...disagreements], remedy }]
}

function leftOut(project: Project): readonly Finding[] {
  const names = phasesLeftOut(planFor(project))
  const about = `${project.name}, phases`
  if (names.length === 0) return []
  return [{ about, standing: 'note', what: `not configured, and so left out: ${names.join(', ')}.` }]
}

/** The next patch; for a first release any version stands for it. */
function imagined(project: Project, { baseline }: Baseline, { now, requester }: Looks): Deployment {
  const hasBuild = project.version.source.kind === 'pubspec'
  const context = { hasBuild, packaged: project.aur !== undefined, buildAmbiguous: [] }
  const next = baseline && resolveTarget('patch', { ...context, released: baseline.release })
  const first = releaseOf('1.0.0', hasBuild ? '001' : undefined)
  const replayed = replay([
    {
      type: 'requested',
      kind: 'release',
      number: 0,
      project,
      release: next === undefined || isProblem(next) ? first : next,
      ...(baseline && { previous: baseline }),
      plan: planFor(project),
      requester,
      place: { platform: 'terminal', channel: '' },
      at: now,
      previousDigest: '',
    },
  ])
  if ('brokenAt' in replayed) throw new Error('a first event was void')
  return replayed
}

type Coded = Finding & { readonly code?: string }

/** Missing pins are told for each host, with what mends them; a first release's version was only imagined. */
function isExpected(code: string | undefined, isFirst: boolean): boolean {
  return code?.endsWith('host-key-unknown') === true || (isFirst && code === 'preflight.version-ahead')
}

function plain({ code: _, ...finding }: Coded): Finding {
  return finding
}

function checkFindings({ name }: Project, { planned, outcome }: Checked): readonly Coded[] {
  if (outcome === undefined) return []
  const about = `${name}, ${planned.title}`
  if ('problem' in outcome) return [{ ...findingOf(about, outcome.problem), ...ofCode(outcome.problem.code) }]
  if (!outcome.ok) return []
  const notes = outcome.notes ?? []
  return [
    { about, standing: 'good', what: factsIn(outcome.evidence) || 'as it should be.' },
    ...notes.map((what) => ({ about, standing: 'note', what }) as const),
  ]
}

/** A check that waits for another one says nothing of its own. */
function ofCode(code: Problem['code']): Pick<Coded, 'code'> & Partial<Finding> {
  return { code, ...(code === 'step.not-checked' && { standing: 'note' }) }
}

/** Versions that a person would ask for. */
function factsIn(evidence: Evidence): string {
  return Object.entries(evidence)
    .filter(([name]) => /^(git|ssh|makepkg)(:|$)/.test(name))
    .map(([name, value]) =>
      name === 'ssh' || name === 'makepkg' ? String(value) : `${name.replace(':', ' on ')} ${value}`,
    )
    .join(', ')
}
