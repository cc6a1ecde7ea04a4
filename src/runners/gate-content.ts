/**
 * What every gate shows and binds, whatever else it asks about: the commits, the package, the servers and what they will run.
 * It is collected from the world each time, so that an approval holds only while the world stays as it was shown.
 */
import { type GitCommand, git } from '../argv/git.ts'
import { canonical, configurationDigest } from '../release/canonical.ts'
import type { Section } from '../release/card.ts'
import type { Facts } from '../release/facts.ts'
import type { GateContent } from '../release/gate.ts'
import { publicStep } from '../release/plan/expand.ts'
import { isProblem, type Problem } from '../release/problems.ts'
import type { Argv, Vps } from '../release/project.ts'
import { cutLine } from '../release/text.ts'
import { changedArtifact, packedOutput, publicAddress } from './artifacts.ts'
import type { Context } from './step.ts'
import { fetchOf, holdsOf, lookAtBranch, withdrawal } from './version/remote-branch.ts'

/** What `commonContent` runs: a gated step's `describe` holds these among its own. */
export type CommonActions = { readonly [name in 'commits' | 'branch' | 'moved' | 'holds']: GitCommand }

const SHOWN_COMMITS = 30
const WIDEST_COMMIT = 200

/**
 * The commits since the last release, read in the bot's own clone; the newest ones for a first release. And a look at the release
 * branch, which is fetched only where it moved.
 */
export function commonActions(facts: Facts): CommonActions {
  const range =
    facts.previousCommit === undefined ? facts.known.commit : `${facts.previousCommit}..${facts.known.commit}`
  const args = ['log', `--max-count=${SHOWN_COMMITS + 1}`, '--format=%h%x09%an%x09%s', range, '--']
  return {
    commits: git(facts.folders.clone, args),
    branch: lookAtBranch(facts),
    moved: fetchOf(facts),
    holds: holdsOf(facts, facts.known.commit),
  }
}

/**
 * The part of a gate's content that does not depend on what is asked, or a problem where what was built is not there as it was,
 * or the release commit is no longer on its branch.
 */
export async function commonContent(context: Context<CommonActions>): Promise<GateContent | Problem> {
  const { facts } = context
  const [made, gone] = await Promise.all([artifacts(context), withdrawal(context, context.actions.branch)])
  if (isProblem(made)) return made
  if (gone) return gone
  const bound = {
    version: facts.release.full,
    releaseCommit: facts.known.commit,
    ...made,
    ...serverBound(facts.project.vps),
    configuration: configurationDigest(facts.project),
    isolation: JSON.stringify(facts.project.build.isolation),
  }
  return { bound, card: { sections: [...(await versionSections(context, made)), ...serverSections(facts)], files: [] } }
}

/** Sums of what was built, taken again now and compared with what the steps left. */
async function artifacts({ facts, ports, deployment }: Context): Promise<Record<string, string> | Problem> {
  const { build, vps } = facts.project
  const address = publicAddress(facts)
  const wanted: [name: string, file: string, sum: string][] = []
  if (build.package || (build.publish?.kind === 'tag' && publicStep(facts.project) === undefined))
    wanted.push(['package', facts.known.packageFile, facts.known.packageSha256])
  if (vps?.upload) {
    const { target } = vps.upload
    const evidence = deployment.steps[`build.target:${target}`]?.evidence ?? {}
    wanted.push(['upload', packedOutput(facts, target), String(evidence[`output:${target}`])])
  }
  for (const [, file, sum] of wanted) {
    const changed = await changedArtifact(ports.files, file, sum)
    if (changed) return changed
  }
  const sums = Object.fromEntries(wanted.map(([name, , sum]) => [name, sum]))
  return address === undefined ? sums : { ...sums, address }
}

function serverBound(vps: Vps | undefined): Record<string, string> {
  if (vps === undefined) return {}
  const { stage, deploy } = vps
  return {
    hosts: canonical(vps.hosts.map(({ name, user, host, port, directory }) => ({ name, user, host, port, directory }))),
    commands: canonical({ stage, deploy }),
  }
}

async function versionSections(
  context: Context<CommonActions>,
  made: Record<string, string>,
): Promise<readonly Section[]> {
  const { facts } = context
  const fields: [string, string][] = [
    ['Version', facts.previous ? `${facts.release.full}, after ${facts.previous.full}` : facts.release.full],
    ['Release commit', facts.known.commit],
  ]
  if (made.package) fields.push(['Package', `sha256 ${made.package}, ${facts.known.packageBytes} bytes`])
  if (made.address) fields.push(['Public address', made.address])
  fields.push(['Configuration', `sha256 ${configurationDigest(facts.project)}`])
  return [{ kind: 'fields', fields }, ...contentSections(context), await commitSection(context)]
}

/** Which files the package gained and lost, where the one before was still there to compare with. */
function contentSections({ deployment }: Context): readonly Section[] {
  const evidence = deployment.steps['build.package']?.evidence ?? {}
  const kinds = [
    ['Files added to the package', evidence.packageAdded],
    ['Files no longer in the package', evidence.packageRemoved],
  ] as const
  return kinds.flatMap(([title, names]): readonly Section[] =>
    Array.isArray(names) && names.length > 0 ? [{ kind: 'list', title, items: names.map(String) }] : [],
  )
}

async function commitSection({ facts, actions, execute }: Context<CommonActions>): Promise<Section> {
  const exit = await execute(actions.commits)
  const title = facts.previous ? `Commits since ${facts.previous.full}` : 'Newest commits'
  if (exit.code !== 0) return { kind: 'list', title, items: ['could not be read'] }
  const lines = exit.stdout.split('\n').filter((line) => line !== '')
  const items = lines.slice(0, SHOWN_COMMITS).map(commitLine)
  return { kind: 'list', title, items: lines.length > SHOWN_COMMITS ? [...items, 'and earlier ones'] : items }
}

function commitLine(line: string): string {
  const [hash = '', author = '', ...subject] = line.split('\t')
  return cutLine(`${hash} ${subject.join(' ')} (${author})`, WIDEST_COMMIT)
}

function serverSections({ project }: Facts): readonly Section[] {
  const { vps } = project
  if (vps === undefined) return []
  const hosts = vps.hosts.map(
    ({ name, user, host, port, directory }) => `${name}: ${user}@${host}:${port} ${directory}`,
  )
  const commands = [...vps.stage, vps.deploy]
  const web = vps.upload
    ? `The build of ${vps.upload.target} goes to ${vps.upload.to}.`
    : 'The server builds the web itself.'
  return [
    { kind: 'list', title: 'Servers', items: hosts },
    { kind: 'code', title: 'Commands there', text: commands.map(shown).join('\n') },
    { kind: 'text', text: web },
  ]
}

/** An argument list as a person reads it: words that are not plain are quoted, so that where each ends is seen. */
function shown(argv: Argv): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
}
