/**
 * The steps of recovery as tables: probes look at the world, fixes change it, undo steps take back what took effect.
 * They are planned when a deployment needs them, journaled and observed like the steps of a release.
 */

/** `safe`: done and told. `asks`: offered as a button that says what will be run. */
export type Risk = 'safe' | 'asks'

interface RecoveryRow {
  readonly title: string
  readonly minutes: number
  readonly effect: 'none' | 'local' | 'outside'
  readonly each?: 'host'
}

/** What a fix makes open again: the step that failed, or everything from a step on. A host's steps are those of the same host. */
type Opens = 'cause' | 'version.set' | 'build.clean' | 'aur.pkgbuild' | 'vps.pull' | 'vps.deploy' | 'vps.status'

interface FixRow extends RecoveryRow {
  readonly risk: Risk
  readonly opens: Opens
  /** Only while nothing has been published, submitted or switched: afterwards the release commit and the package stay as they are. */
  readonly early?: true
}

const look = { effect: 'none', minutes: 0.2 } as const

export const PROBES = {
  'probe.versions': { ...look, title: 'Which version does every place name?' },
  'probe.disk': { ...look, title: 'Is there room on this machine?' },
  'probe.doctor': { ...look, title: 'Is the toolchain well?', minutes: 1 },
  'probe.dependencies': { ...look, title: 'Do the locked dependencies fit what is declared?' },
  'probe.pkgbuild': { ...look, title: 'Is the PKGBUILD sound?' },
  'probe.public-package': { ...look, title: 'Is the public package the one that was built?' },
  'probe.sums': { ...look, title: 'Are the sums in the PKGBUILD those of our package?' },
  'probe.srcinfo': { ...look, title: 'Does the .SRCINFO say what the PKGBUILD says?' },
  'probe.aur-head': { ...look, title: 'Has somebody else pushed to the AUR?' },
  'probe.server-log': { ...look, title: 'What do the last log lines of the server say?', each: 'host' },
  'probe.ssh': { ...look, title: 'Can the server be reached over ssh?', each: 'host' },
  'probe.server-disk': { ...look, title: 'Is there room on the server?', each: 'host' },
  'probe.server-git': { ...look, title: 'Is the server at the release commit?', each: 'host' },
  'probe.script': { ...look, title: 'How did the deployment script end?', each: 'host' },
  'probe.server-status': { ...look, title: 'Do the services of the server run?', each: 'host' },
  'probe.certificate': { ...look, title: 'Is the certificate of the site valid?' },
  'probe.server-site': { ...look, title: 'What does the server serve at its own address?', each: 'host' },
  'probe.site': { ...look, title: 'What does the site serve?' },
  'probe.connection': { ...look, title: 'Does this machine reach anything outside?' },
  'probe.names': { ...look, title: 'Do the names resolve?' },
  'probe.reach': { ...look, title: 'Can what is needed be reached?' },
  'probe.clock': { ...look, title: 'Is the clock of this machine right?' },
} as const satisfies Record<string, RecoveryRow>

export const FIXES = {
  'fix.wait': { title: 'Wait until it answers again', minutes: 2, effect: 'none', risk: 'safe', opens: 'cause' },
  'fix.address-family': {
    title: 'Use the address family that answers',
    minutes: 0.2,
    effect: 'local',
    risk: 'safe',
    opens: 'cause',
  },
  'fix.rebuild': {
    title: 'Clean and rebuild from scratch',
    minutes: 0.5,
    effect: 'local',
    risk: 'safe',
    opens: 'build.clean',
    early: true,
  },
  'fix.sync': {
    title: 'Set the version everywhere again, commit and push',
    minutes: 0.5,
    effect: 'local',
    risk: 'asks',
    opens: 'version.set',
    early: true,
  },
  'fix.regenerate': {
    title: 'Make PKGBUILD and .SRCINFO again from our package',
    minutes: 0.5,
    effect: 'local',
    risk: 'safe',
    opens: 'aur.pkgbuild',
  },
  'fix.restart': {
    title: 'Restart the services',
    minutes: 1,
    effect: 'outside',
    each: 'host',
    risk: 'asks',
    opens: 'vps.status',
  },
  'fix.pull': {
    title: 'Pull the release commit again',
    minutes: 1,
    effect: 'none',
    each: 'host',
    risk: 'asks',
    opens: 'vps.pull',
  },
  'fix.redeploy': {
    title: 'Run the deployment script again',
    minutes: 0.5,
    effect: 'outside',
    each: 'host',
    risk: 'asks',
    opens: 'vps.deploy',
  },
} as const satisfies Record<string, FixRow>

/** In the order in which they run: what users meet first, then what was only made for it. */
export const UNDO = {
  'rollback.choose': { title: 'Roll back', minutes: 0.2, effect: 'none' },
  'rollback.tag': { title: 'Remove the tag', minutes: 0.2, effect: 'outside' },
  'rollback.server': { title: 'Put back what served before', minutes: 2, effect: 'outside', each: 'host' },
  'rollback.aur': { title: 'Put the previous files on the AUR', minutes: 1, effect: 'outside' },
  'rollback.publish': { title: 'Withdraw the published package', minutes: 0.5, effect: 'outside' },
  'rollback.build': { title: 'Clean the build, restore the previous artifacts', minutes: 0.2, effect: 'local' },
  'rollback.git': { title: 'Take back the release commits', minutes: 0.5, effect: 'outside' },
  'rollback.verify': { title: 'Verify the rollback', minutes: 10, effect: 'none' },
  'rollback.incident': { title: 'Document the incident', minutes: 0.2, effect: 'outside' },
} as const satisfies Record<string, RecoveryRow>

/** A part of what took effect that can be named alone: `--only vps`. */
export type Component = 'git' | 'build' | 'aur' | 'vps'

export type ProbeName = keyof typeof PROBES
export type FixName = keyof typeof FIXES
export type UndoName = keyof typeof UNDO
export type RecoveryName = ProbeName | FixName | UndoName
