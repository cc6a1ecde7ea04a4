/** The places that show which version is released, each read by itself: the journal, the tags, the AUR, the server. */
import { git } from '../argv/git.ts'
import type { Summary } from '../ports/journal.ts'
import type { Project } from '../release/project.ts'
import { ownApps } from '../release/served.ts'
import { compareReleases, isMisread, type Release, readRelease, readTemplate } from '../release/version.ts'
import { aurInfo } from './aur-info.ts'
import { servedVersion } from './served-version.ts'
import type { Ports } from './step.ts'

/** One place that was asked: what it names, or why that is not known. Neither: it answered that there is nothing. */
export interface Reading {
  readonly source: string
  readonly release?: Release
  readonly commit?: string
  readonly silent?: string
  /** The place names X.Y.Z alone, such as the AUR; a build number cannot disagree with it. */
  readonly withoutBuild?: true
}

const PATIENCE_MS = 8_000

/** The newest deployment of this project that was verified to its end. */
export function readJournal(project: Project, history: readonly Summary[]): Reading {
  const newest = history.find((one) => one.project === project.name && one.status === 'complete')
  const release = newest && releaseIn(newest.version)
  if (newest === undefined || release === undefined) return { source: 'the journal' }
  const { number, commit } = newest
  return { source: `deployment #${number}`, release, ...(commit !== undefined && { commit }) }
}

/** The highest tag of the project's template, and the commit it stands on: `^{}` names what an annotated tag points to. */
export async function readTags({ shell, processes }: Ports, { repository }: Project): Promise<Reading> {
  const { url, ssh, tag } = repository
  const command = git('/', ['ls-remote', '--tags', '--', url], { access: ssh })
  const env = { ...processes.environment(['PATH', 'HOME', ...(ssh.agent ? ['SSH_AUTH_SOCK'] : [])]), ...command.env }
  const exit = await shell.run({ argv: command.argv, env }, { timeoutMs: PATIENCE_MS, keepBytes: 8 * 1024 ** 2 })
  if (exit.code !== 0)
    return { source: 'tags', silent: reasonIn(exit.stderr) || `git ended with ${exit.code ?? exit.ended}` }
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
export async function readAur({ http }: Ports, { aur, verify }: Project): Promise<readonly Reading[]> {
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

export async function readServer({ http }: Ports, project: Project): Promise<readonly Reading[]> {
  const { app } = project.verify
  const shared = app === undefined ? [] : [{ source: 'the server', app }]
  const alone = ownApps(project).map((own) => ({ source: `the server ${own.name}`, app: own.app }))
  return Promise.all([...shared, ...alone].map((place) => readServed(http, project, place)))
}

async function readServed(
  http: Ports['http'],
  project: Project,
  { source, app }: { readonly source: string; readonly app: string },
): Promise<Reading> {
  const served = await servedVersion(http, project, app)
  const release = served.release && releaseIn(served.release.full)
  return release ? { source, release } : { source, silent: served.said }
}

function releaseIn(text: string): Release | undefined {
  const read = readRelease(text, true)
  return isMisread(read) ? undefined : read
}

/** The highest; of the same version the one with a build number, which orders above the one without. */
export function highest(readings: readonly Reading[]): Reading | undefined {
  const named = readings.filter((one): one is Reading & { readonly release: Release } => one.release !== undefined)
  return named.sort((a, b) => compareReleases(b.release, a.release))[0]
}

/** What ssh said stands before what git adds to it, which is the same for every failure. */
function reasonIn(text: string): string {
  return lastLine(text.replace(/^fatal: Could not read from remote repository\.[\s\S]*/m, '')) || lastLine(text)
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
