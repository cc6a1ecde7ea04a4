/**
 * The plan: every phase and step as a table. Minutes are the workflow's own estimate; `needs` name steps of this table.
 * A need on an `each` step means every item, except between two steps of the same `each`, where it means the same item.
 */
import type { BranchName } from './diagnosis/tree.ts'
import type { ProblemCode } from './problems.ts'
import type { RecoveryName } from './recovery.ts'

export const PHASES = [
  { name: 'preflight', title: 'Pre-flight' },
  { name: 'version', title: 'Version' },
  { name: 'build', title: 'Build and package' },
  { name: 'aur', title: 'AUR' },
  { name: 'vps', title: 'Server' },
  { name: 'verify', title: 'Verification' },
  { name: 'finish', title: 'Documentation and certificate' },
] as const

/** The phases of recovery: planned only when something failed. */
export const RECOVERY_PHASES = [
  { name: 'troubleshoot', title: 'Troubleshooting' },
  { name: 'rollback', title: 'Rollback' },
] as const

export type PhaseName = (typeof PHASES)[number]['name'] | (typeof RECOVERY_PHASES)[number]['name']
export type GateName = 'aur-submit' | 'vps-switch' | 'publish' | 'rollback'
export type Effect = 'none' | 'local' | 'outside'
/** A part of the configuration that a step exists for; without it the step is left out of the plan. */
export type Part = 'package' | 'publish' | 'archive' | 'public' | 'aur' | 'vps' | 'tag-first' | 'tag-last'

export interface StepRow {
  readonly phase: PhaseName
  readonly title: string
  readonly effect: Effect
  readonly minutes: number
  /** `build.target:{package}` and `build.target:{upload}` name the one target that is packaged or uploaded. */
  readonly needs: readonly string[]
  readonly each?: 'target' | 'host'
  readonly part?: Part
  readonly gate?: GateName
  /** Runs to its end beside a failure, so that every finding stands on one card. */
  readonly settles?: true
  /** Changes something outside and can all the same be ended at once, leaving what can be named. Others end by themselves. */
  readonly interruptible?: true
}

const check = { phase: 'preflight', effect: 'none', minutes: 0.45, settles: true } as const
const version = { phase: 'version', effect: 'local' } as const
const build = { phase: 'build', effect: 'local' } as const
const aur = { phase: 'aur', effect: 'local', part: 'aur' } as const
const vps = { phase: 'vps', effect: 'outside', part: 'vps', each: 'host' } as const
const finish = { phase: 'finish', effect: 'local' } as const

const CHECKS = [
  'preflight.origin',
  'preflight.tools',
  'preflight.credentials',
  'preflight.disk',
  'preflight.version',
  'preflight.pkgbuild',
  'preflight.aur',
  'preflight.address',
  'preflight.hosts',
  'preflight.access',
  'preflight.rollback',
] as const

const BEFORE_SUBMIT = ['aur.srcinfo', 'version.push', 'build.target', 'build.download', 'vps.stage'] as const

export const PLAN = {
  'preflight.origin': {
    ...check,
    title: 'Origin reachable, nothing left over',
    effect: 'local',
    minutes: 0.5,
    needs: [],
  },
  'preflight.tools': { ...check, title: 'Tools and their versions', needs: [] },
  'preflight.credentials': { ...check, title: 'Credentials', needs: ['preflight.origin'] },
  'preflight.disk': { ...check, title: 'Disk space', needs: [] },
  'preflight.version': { ...check, title: 'Version allowed', needs: ['preflight.origin'] },
  'preflight.pkgbuild': { ...check, title: 'PKGBUILD', needs: ['preflight.origin'], part: 'aur' },
  'preflight.aur': { ...check, title: 'Package on the AUR', needs: [], part: 'aur' },
  'preflight.address': { ...check, title: 'Public address still free', needs: ['preflight.origin'], part: 'public' },
  'preflight.hosts': { ...check, title: 'Servers and their host keys', needs: [], part: 'vps' },
  'preflight.access': { ...check, title: 'Who may answer the gates', needs: [] },
  'preflight.rollback': { ...check, title: 'What a rollback would take', needs: ['preflight.origin'] },

  'version.set': { ...version, title: 'Set the version', minutes: 3, needs: CHECKS },
  'version.sync': { ...version, title: 'Sync every reference', minutes: 1, needs: ['version.set'] },
  'version.search': {
    ...version,
    title: 'Search for the old version',
    effect: 'none',
    minutes: 1,
    needs: ['version.sync'],
  },
  'version.commit': { ...version, title: 'Commit', minutes: 1, needs: ['version.search'] },
  'version.push': { ...version, title: 'Push', effect: 'outside', minutes: 4, needs: ['version.commit'] },

  'build.clean': { ...build, title: 'Clean clone', minutes: 0.5, needs: ['version.commit'], each: 'target' },
  'build.target': { ...build, title: 'Build', minutes: 9.5, needs: ['build.clean'], each: 'target' },
  'build.package': { ...build, title: 'Package', minutes: 3, needs: ['build.target:{package}'], part: 'package' },
  'build.tag': {
    ...build,
    title: 'Tag',
    effect: 'outside',
    minutes: 0.5,
    needs: ['version.push'],
    part: 'tag-first',
    gate: 'publish',
  },
  'build.publish': {
    ...build,
    title: 'Publish',
    effect: 'outside',
    minutes: 1,
    needs: ['build.package', 'version.push', 'build.tag'],
    part: 'publish',
    gate: 'publish',
  },
  'build.archive': {
    ...build,
    title: 'Take the archive of the tag',
    minutes: 1,
    needs: ['build.tag'],
    part: 'archive',
  },
  'build.download': {
    ...build,
    title: 'Download and compare',
    effect: 'none',
    minutes: 1,
    needs: ['build.publish', 'build.archive'],
    part: 'public',
  },

  'aur.pkgbuild': {
    ...aur,
    title: 'Update PKGBUILD',
    minutes: 3,
    needs: ['build.package', 'build.archive', 'version.commit'],
  },
  'aur.test-package': { ...aur, title: 'Test the package', minutes: 11, needs: ['aur.pkgbuild', 'build.download'] },
  'aur.srcinfo': { ...aur, title: 'Generate .SRCINFO', minutes: 1, needs: ['aur.test-package'] },
  'aur.submit': {
    ...aur,
    title: 'Submit to the AUR',
    effect: 'outside',
    minutes: 5,
    needs: BEFORE_SUBMIT,
    gate: 'aur-submit',
  },

  'vps.connect': { ...vps, title: 'Connect', effect: 'none', minutes: 1, needs: ['version.push'] },
  'vps.record': { ...vps, title: 'Record and keep what serves', minutes: 1, needs: ['vps.connect'] },
  'vps.stage': { ...vps, title: 'Stage', minutes: 5, needs: ['vps.record', 'build.target:{upload}'] },
  'vps.pull': {
    ...vps,
    title: 'Pull',
    minutes: 1,
    needs: ['vps.stage', 'build.target', 'build.download', 'aur.submit'],
    gate: 'vps-switch',
  },
  'vps.deploy': { ...vps, title: 'Run the deployment script', minutes: 2, needs: ['vps.pull'], interruptible: true },
  'vps.status': { ...vps, title: 'Verify the server', effect: 'none', minutes: 5, needs: ['vps.deploy'] },

  'verify.matrix': {
    phase: 'verify',
    title: 'Success matrix',
    effect: 'none',
    minutes: 10,
    needs: ['vps.deploy', 'aur.submit', 'build.download', 'build.target', 'version.push'],
    settles: true,
  },

  'finish.tag': {
    ...finish,
    title: 'Tag',
    effect: 'outside',
    minutes: 0.5,
    needs: ['verify.matrix', 'vps.status'],
    part: 'tag-last',
  },
  'finish.documentation': { ...finish, title: 'Update the documentation', minutes: 3, needs: ['finish.tag'] },
  'finish.push': {
    ...finish,
    title: 'Push the documentation',
    effect: 'outside',
    minutes: 1,
    needs: ['finish.documentation'],
  },
  'finish.certificate': { ...finish, title: 'Write the certificate', minutes: 0.5, needs: ['finish.push'] },
} as const satisfies Record<string, StepRow>

export type ReleaseStepName = keyof typeof PLAN
export type StepName = ReleaseStepName | RecoveryName

/** Minutes, decimal, of the last runs of one step, and how many they were. */
export interface Usual {
  readonly median: number
  /** Nine of ten runs took at most as long. */
  readonly p90: number
  readonly runs: number
}

/** A step of one deployment: `id` is its name, with `:item` where the plan has one for each target or host. */
export interface PlannedStep {
  readonly id: string
  readonly name: StepName
  readonly item?: string
  readonly phase: PhaseName
  readonly title: string
  readonly effect: Effect
  /** The workflow's own estimate. */
  readonly minutes: number
  /** What the last releases of the project took, when this one was asked for. */
  readonly usual?: Usual
  readonly needs: readonly string[]
  readonly gate?: GateName
  readonly settles: boolean
  /** Ended at once by a cancel; otherwise the effect is let to its end first. */
  readonly interruptible: boolean
  /** Steps that have to have settled before, well or not: an undo step runs whatever became of the one before it. */
  readonly after?: readonly string[]
  /** Of a probe or a fix: the walk through the troubleshooting tree that it belongs to. */
  readonly walk?: Walk
}

/** One walk through the troubleshooting tree, for one failure. */
export interface Walk {
  /** Counts up in the deployment. */
  readonly number: number
  /** The step that failed, and with what. */
  readonly step: string
  readonly code: ProblemCode
  readonly branch: BranchName
  /** How often a person had it tried again before: after that, every fix may be tried anew. */
  readonly retries: number
  /** Of a fix: the steps that are open again once it is done. */
  readonly opens: readonly string[]
}

/** The parts of the plan that a project's configuration leaves out, as phases with no step left. */
export function phasesLeftOut(plan: readonly PlannedStep[]): readonly PhaseName[] {
  return PHASES.map(({ name }) => name).filter((name) => !plan.some(({ phase }) => phase === name))
}
