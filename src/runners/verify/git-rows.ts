/** The rows about the origin: its branch is fetched, and the files of the release commit are read out of it. */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import type { Expected, Row } from '../../release/matrix/rows.ts'
import type { Reading } from '../../release/matrix.ts'
import { isProblem } from '../../release/problems.ts'
import type { VersionFile } from '../../release/project.ts'
import { readVersion } from '../../release/version-files.ts'
import { fetchOf, holdsOf, trackingRef } from '../version/remote-branch.ts'
import { lagOf, programFault, type Reader, type Round } from './look.ts'

const LISTED_COMMITS = 5

/** The version that a file of the release commit names, where the branch of the origin holds that commit. */
export const gitVersion: Reader = {
  describe: (facts, { commit }, row) => [
    fetchOf(facts),
    holdsOf(facts, commit),
    show(facts, commit, fileOf(facts, row).file),
  ],
  async read(round, row) {
    const branch = await branchState(round)
    if (branch !== 'holds') return branch
    const { facts, expected, execute } = round
    const file = fileOf(facts, row)
    const exit = await execute(show(facts, expected.commit, file.file))
    if (exit.code !== 0) return { fault: programFault(exit) }
    const version = readVersion(file, exit.stdout, row.expected)
    return isProblem(version) ? { fault: version.what } : { found: version.text }
  },
}

/** Commits of the release that the branch of the origin lacks. */
export const gitUnpushed: Reader = {
  describe: (facts, { commit }) => [fetchOf(facts), unpushed(facts, commit)],
  async read(round) {
    const fetched = await fetchedBranch(round)
    if (fetched !== 'fetched') return fetched
    const exit = await round.execute(unpushed(round.facts, round.expected.commit))
    if (exit.code !== 0) return { fault: programFault(exit) }
    return { found: exit.stdout.trim() === '' ? 'nothing' : exit.stdout.trim().split('\n').join(', ') }
  },
}

function branchState(round: Round): Promise<'holds' | Reading> {
  const { facts, expected, execute } = round
  return round.once(`holds ${expected.commit}`, async () => {
    const fetched = await fetchedBranch(round)
    if (fetched !== 'fetched') return fetched
    const held = await execute(holdsOf(facts, expected.commit))
    const { branch } = facts.project.repository
    return held.code === 0 ? 'holds' : { found: `nothing: ${branch} does not hold ${expected.commit.slice(0, 12)}` }
  })
}

/** The branch as the origin has it now, fetched once a round. */
export function fetchedBranch({ facts, execute, once }: Round): Promise<'fetched' | Reading> {
  return once('fetch', async () => {
    const exit = await execute(fetchOf(facts), { timeoutMs: 60_000 })
    return exit.code === 0 ? 'fetched' : { fault: programFault(exit), lag: lagOf('the origin') }
  })
}

/** The version file behind a row: the source, the one its id names, or the PKGBUILD. */
function fileOf({ project: { version } }: Facts, { id }: Row): VersionFile {
  const wanted = id.slice(id.indexOf(':') + 1)
  const found = version.sync.find(({ file, kind }) => (id === 'pkgbuild' ? kind === 'pkgbuild' : file === wanted))
  return found ?? version.source
}

function show({ folders }: Facts, commit: Expected['commit'], file: string): GitCommand {
  return git(folders.clone, ['show', '--no-textconv', `${commit}:${file}`])
}

function unpushed(facts: Facts, commit: string): GitCommand {
  const range = `${trackingRef(facts)}..${commit}`
  return git(facts.folders.clone, ['log', `--max-count=${LISTED_COMMITS}`, '--format=%h', range, '--'])
}
