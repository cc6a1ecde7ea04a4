/**
 * The plan: every phase and step as a table. Minutes are the workflow's own estimate; `needs` name steps of this table.
 * A need on an `each` step means every item, except between two steps of the same `each`, where it means the same item.
 */
import type { Project } from './project.ts'

export const PHASES = [
  { name: 'preflight', title: 'Pre-flight' },
  { name: 'version', title: 'Version' },
  { name: 'build', title: 'Build and package' },
  { name: 'aur', title: 'AUR' },
  { name: 'vps', title: 'Server' },
  { name: 'verify', title: 'Verification' },
  { name: 'finish', title: 'Documentation and certificate' },
] as const

export type PhaseName = (typeof PHASES)[number]['name']
export type GateName = 'aur-submit' | 'vps-switch' | 'rollback'
export type Effect = 'none' | 'local' | 'outside'
/** A part of the configuration that a step exists for; without it the step is left out of the plan. */
export type Part = 'package' | 'publish' | 'aur' | 'vps' | 'tag-first'

export interface StepRow {
  readonly phase: PhaseName
  readonly title: string
  readonly effect: Effect
  readonly minutes: number
  readonly needs: readonly string[]
  readonly each?: 'target' | 'host'
  readonly part?: Part
  readonly gate?: GateName
  /** Goes on to its end beside a failure, so that every finding stands on one card. */
  readonly settles?: true
}

const row = (
  phase: PhaseName,
  title: string,
  effect: Effect,
  minutes: number,
  needs: readonly string[],
  more: Partial<StepRow> = {},
): StepRow => ({ phase, title, effect, minutes, needs, ...more })
const check = (title: string, needs: readonly string[], part?: Part): StepRow =>
  row('preflight', title, 'none', 5, needs, { settles: true, ...(part ? { part } : {}) })

const PREFLIGHT = [
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

export const PLAN = {
  'preflight.origin': row('preflight', 'Origin reachable, nothing left over', 'local', 5, [], { settles: true }),
  'preflight.tools': check('Tools and their versions', []),
  'preflight.credentials': check('Credentials', ['preflight.origin']),
  'preflight.disk': check('Disk space', []),
  'preflight.version': check('Version allowed', ['preflight.origin']),
  'preflight.pkgbuild': check('PKGBUILD', ['preflight.origin'], 'aur'),
  'preflight.aur': check('Package on the AUR', [], 'aur'),
  'preflight.address': check('Public address still free', ['preflight.origin'], 'publish'),
  'preflight.hosts': check('Servers and their host keys', [], 'vps'),
  'preflight.access': check('Who may answer the gates', []),
  'preflight.rollback': check('What a rollback would take', ['preflight.origin']),

  'version.set': row('version', 'Set the version', 'local', 3, PREFLIGHT),
  'version.sync': row('version', 'Sync every reference', 'local', 1, ['version.set']),
  'version.search': row('version', 'Search for the old version', 'none', 1, ['version.sync']),
  'version.commit': row('version', 'Commit', 'local', 1, ['version.search']),
  'version.push': row('version', 'Push', 'outside', 4, ['version.commit']),

  'build.clean': row('build', 'Clean clone', 'local', 1, ['version.commit'], { each: 'target' }),
  'build.target': row('build', 'Build', 'local', 9, ['build.clean'], { each: 'target' }),
  'build.package': row('build', 'Package', 'local', 3, ['build.target'], { part: 'package' }),
  'build.tag': row('build', 'Tag', 'outside', 0.5, ['version.push'], { part: 'tag-first' }),
  'build.publish': row('build', 'Publish', 'outside', 1, ['build.package', 'version.push', 'build.tag'], {
    part: 'publish',
  }),
  'build.download': row('build', 'Download and compare', 'none', 1, ['build.publish'], { part: 'publish' }),

  'aur.pkgbuild': row('aur', 'Update PKGBUILD', 'local', 3, ['build.package'], { part: 'aur' }),
  'aur.test-package': row('aur', 'Test the package', 'local', 10, ['aur.pkgbuild', 'build.download'], { part: 'aur' }),
  'aur.srcinfo': row('aur', 'Generate .SRCINFO', 'local', 1, ['aur.test-package'], { part: 'aur' }),
  'aur.submit': row(
    'aur',
    'Submit to the AUR',
    'outside',
    5,
    ['aur.srcinfo', 'version.push', 'build.target', 'build.download', 'vps.stage'],
    { part: 'aur', gate: 'aur-submit' },
  ),

  'vps.connect': row('vps', 'Connect', 'none', 1, ['version.push'], { each: 'host', part: 'vps' }),
  'vps.record': row('vps', 'Record and keep what serves', 'outside', 1, ['vps.connect'], { each: 'host', part: 'vps' }),
  'vps.stage': row('vps', 'Stage', 'outside', 8, ['vps.record', 'build.target'], { each: 'host', part: 'vps' }),
  'vps.pull': row('vps', 'Pull', 'outside', 1, ['vps.stage', 'aur.submit'], {
    each: 'host',
    part: 'vps',
    gate: 'vps-switch',
  }),
  'vps.deploy': row('vps', 'Run the deployment script', 'outside', 2, ['vps.pull'], { each: 'host', part: 'vps' }),
  'vps.status': row('vps', 'Verify the server', 'none', 5, ['vps.deploy'], { each: 'host', part: 'vps' }),

  'verify.matrix': row(
    'verify',
    'Success matrix',
    'none',
    10,
    ['vps.deploy', 'aur.submit', 'build.download', 'build.target', 'version.push'],
    { settles: true },
  ),

  'finish.tag': row('finish', 'Tag', 'outside', 0.5, ['verify.matrix', 'vps.status']),
  'finish.documentation': row('finish', 'Update the documentation', 'local', 3, ['finish.tag']),
  'finish.push': row('finish', 'Push the documentation', 'outside', 1, ['finish.documentation']),
  'finish.certificate': row('finish', 'Certificate', 'local', 0.5, ['finish.push']),
} as const satisfies Record<string, StepRow>

export type StepName = keyof typeof PLAN

/** A step of one deployment: `id` is its name, with `:item` where the plan has one for each target or host. */
export interface PlannedStep {
  readonly id: string
  readonly name: StepName
  readonly item?: string
  readonly phase: PhaseName
  readonly title: string
  readonly effect: Effect
  readonly minutes: number
  readonly needs: readonly string[]
  readonly gate?: GateName
  readonly settles: boolean
}
