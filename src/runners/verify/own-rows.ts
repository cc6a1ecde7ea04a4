/** The rows that the configuration adds: the product's own checks, run in a fresh clone of the release commit. */
import { git, gitClone } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import type { Expected, Row } from '../../release/matrix/rows.ts'
import type { VerifyRow } from '../../release/project.ts'
import { handOver } from '../hand-over.ts'
import { fetchOf } from '../version/remote-branch.ts'
import { fetchedBranch } from './git-rows.ts'
import { programFault, type Reader, scratch } from './look.ts'

/** Exit code 0 of every command. What they print is in the step's log. */
export const ownCheck: Reader = {
  describe: (facts, expected, row) => [
    fetchOf(facts),
    ...describeClone(facts, expected, row),
    ...describeCheck(facts, row),
  ],
  async read(round, row) {
    const { facts, ports, expected, execute } = round
    const folder = folderOf(facts, row)
    await fetchedBranch(round)
    await ports.files.remove(folder)
    for (const command of describeClone(facts, expected, row)) {
      const exit = await execute(command)
      if (exit.code !== 0) return { fault: `no clone to run it in: ${programFault(exit)}` }
    }
    await handOver({ facts, ports }, folder)
    for (const command of describeCheck(facts, row)) {
      const exit = await execute(command)
      if (exit.ended === 'not-found') return { fault: `${command.argv[0]} is not installed` }
      if (exit.code !== 0) return { found: exit.code === null ? exit.ended : `exit ${exit.code}` }
    }
    return { found: 'exit 0' }
  },
}

function describeClone(facts: Facts, { commit }: Expected, row: Row) {
  const folder = folderOf(facts, row)
  return [
    gitClone(facts.folders.clone, folder, { agent: false }, ['--no-hardlinks', '--no-checkout']),
    git(folder, ['remote', 'remove', 'origin']),
    git(folder, ['checkout', '--quiet', '--detach', commit, '--']),
  ]
}

function describeCheck(facts: Facts, row: Row) {
  const cwd = folderOf(facts, row)
  const isolated = { writes: cwd, network: true }
  return checkOf(facts, row).run.map((argv) => ({ do: 'command' as const, argv, cwd, isolated }))
}

function checkOf({ project }: Facts, { id }: Row): VerifyRow {
  const check = project.verify.rows.find(({ name }) => id === `own:${name}`)
  if (check === undefined) throw new Error(`a row names a check that the configuration lacks: ${id}`)
  return check
}

/** Numbered, since a check's name may hold anything. */
function folderOf(facts: Facts, row: Row): string {
  return scratch(facts, `own-${facts.project.verify.rows.indexOf(checkOf(facts, row))}`)
}
