/** What is released, read where it shows: verified deployments and tags decide, the AUR and the server are asked as well. */
import { git } from '../argv/git.ts'
import type { Summary } from '../ports/journal.ts'
import type { Baseline } from '../release/deployment.ts'
import { type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { compareReleases, isMisread, type Release, readRelease, readTemplate, releaseOf } from '../release/version.ts'
import { aurInfo } from './aur-info.ts'
import { servedVersion } from './served-version.ts'
import type { Ports } from './step.ts'

/** What is released and what each place said, asked at that moment. */
export interface BaselineReading {
  /** Absent for a first release, and beside a problem. */
  readonly baseline?: Baseline
  readonly live: readonly { readonly source: string; readonly version: string }[]
  /** One sentence each: a place that names another version, or that did not answer. */
  readonly disagreements: readonly string[]
  /** Nothing named a version, and the tags, which decide, could not be read. */
  readonly problem?: Problem
}

/** One place that was asked: what it names, or why that is not known. Neither: it answered that there is nothing. */
interface Reading {
  readonly source: string
  readonly release?: Release
  readonly commit?: string
  readonly silent?: string
  /** The place names X.Y.Z alone, such as the AUR; a build number cannot disagree with it. */
  readonly withoutBuild?: true
}

const PATIENCE_MS = 8_000

/**
 * Asks everything at once, for fifteen seconds at most, and changes nothing. Released is the highest of what was verified
 * (complete deployments in `history`, newest first) and what is tagged; only where there is neither, what the AUR and the server
 * show. A place that fails does not stop the others.
 */
export async function readBaseline(
  ports: Ports,
  project: Project,
  history: readonly Summary[],
): Promise<BaselineReading> {
  const journal = readJournal(project, history)
  const [tags, aur, server] = await Promise.all([
    readTags(ports, project),
    readAur(ports, project),
    readServer(ports, project),
  ])
  const live = [tags, ...aur, ...server]
  const baseline = decide([journal, tags], [...aur, ...server])
  const all = [journal, ...live]
  return {
    ...(baseline && {
      baseline: { ...baseline, sources: all.filter((one) => agrees(one, baseline.release)).map(nameOf) },
    }),
    live: live.flatMap(({ source, release }) => (release ? [{ source, version: release.full }] : [])),
    disagreements: all.flatMap((one) => disagreement(one, baseline?.release)),
    ...(baseline === undefined && tags.silent !== undefined && { problem: unread(live) }),
  }
}

function decide(firm: readonly Reading[], shown: readonly Reading[]): Omit<Baseline, 'sources'> | undefined {
  const best = highest(firm) ?? highest(shown)
  if (best?.release === undefined) return undefined
  return { release: best.release, ...(best.commit !== undefined && { commit: best.commit }) }
}

/** The highest; of the same version the one with a build number, which orders above the one without. */
function highest(readings: readonly Reading[]): Reading | undefined {
  const named = readings.filter((one): one is Reading & { readonly release: Release } => one.release !== undefined)
  return named.sort((a, b) => compareReleases(b.release, a.release))[0]
}

/** The newest deployment of this project that was verified to its end. */
function readJournal(project: Project, history: readonly Summary[]): Reading {
  const newest = history.find((one) => one.project === project.name && one.status === 'complete')
  const release = newest && releaseIn(newest.version)
  if (newest === undefined || release === undefined) return { source: 'the journal' }
  const { number, commit } = newest
  return { source: `deployment #${number}`, release, ...(commit !== undefined && { commit }) }
}

/** The highest tag of the project's template, and the commit it stands on: `^{}` names what an annotated tag points to. */
async function readTags({ shell, processes }: Ports, { repository }: Project): Promise<Reading> {
  const { url, ssh, tag } = repository
  const command = git('/', ['ls-remote', '--tags', '--', url], { access: ssh })
  const env = { ...processes.environment(['PATH', 'HOME', ...(ssh.agent ? ['SSH_AUTH_SOCK'] : [])]), ...command.env }
  const exit = await shell.run({ argv: command.argv, env }, { timeoutMs: PATIENCE_MS, keepBytes: 8 * 1024 ** 2 })
  if (exit.code !== 0)
    return { source: 'tags', silent: lastLine(exit.stderr) || `git ended with ${exit.code ?? exit.ended}` }
  const lines = exit.stdout.split('\n').map((line) => line.split('\t'))
  const tags = lines.flatMap(([commit = '', ref = '']) => {
    const name = ref.replace(/^refs\/tags\//, '').replace(/\^\{\}$/, '')
    const release = readTemplate(tag.name, name)
    return release ? [{ source: `the tag ${name}`, release, commit, isPeeled: ref.endsWith('^{}') }] : []
  })
  const best = highest(tags)
  const peeled = tags.find((one) => one.isPeeled && one.source === best?.source)
  return best ? { ...best, ...(peeled && { commit: peeled.commit }) } : { source: 'tags' }
}

/** The AUR's version is pkgver and pkgrel, perhaps after an epoch; the build number is not in it. */
async function readAur({ http }: Ports, { aur, verify }: Project): Promise<readonly Reading[]> {
  if (aur === undefined) return []
  const source = 'the AUR'
  const info = await aurInfo(http, aur, verify.ca, PATIENCE_MS)
  if (info.answer === 'silent') return [{ source, silent: info.said }]
  if (info.answer === 'unknown') return [{ source }]
  const pkgver = info.version.replace(/^\d+:/, '').replace(/-[^-]*$/, '')
  const release = releaseIn(pkgver.replace(/^(\d+\.\d+\.\d+)([A-Za-z])/, '$1-$2'))
  return release
    ? [{ source, release, withoutBuild: true }]
    : [{ source, silent: `its version ${info.version} is not X.Y.Z` }]
}

async function readServer({ http }: Ports, project: Project): Promise<readonly Reading[]> {
  const { app } = project.verify
  if (app === undefined) return []
  const source = 'the server'
  const served = await servedVersion(http, project, app)
  const release = served.release && releaseIn(served.release.full)
  return [release ? { source, release } : { source, silent: served.said }]
}

function releaseIn(text: string): Release | undefined {
  const read = readRelease(text, true)
  return isMisread(read) ? undefined : read
}

/** Without a build number it is the version alone that can agree. */
function agrees({ release, withoutBuild }: Reading, released: Release): boolean {
  if (release === undefined) return false
  return compareReleases(release, withoutBuild ? releaseOf(released.version) : released) === 0
}

function disagreement(reading: Reading, released: Release | undefined): readonly string[] {
  const { source, release, silent } = reading
  if (silent !== undefined) return [`${source} could not be read: ${silent}`]
  if (release === undefined || released === undefined || agrees(reading, released)) return []
  return [
    `${source} ${source.startsWith('the tag') ? 'is there' : `says ${release.full}`}, released is ${released.full}`,
  ]
}

function nameOf({ source }: Reading): string {
  return source
}

function unread(live: readonly Reading[]): Problem {
  const details = live.flatMap(({ source, silent }) => (silent === undefined ? [] : [`${source}: ${silent}`]))
  return problem('preflight.baseline-unread', {}, details)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
