/** Is the toolchain well, and do the locked dependencies fit what is declared? */
import { git } from '../../../argv/git.ts'
import { LOCKS, missingFromLock } from '../../../release/locked-dependencies.ts'
import { cloneOf } from '../../artifacts.ts'
import { endOf } from '../../build/commands.ts'
import { handOver } from '../../hand-over.ts'
import type { Action } from '../../step.ts'
import { answer, blind, leftBy, probe } from '../probe.ts'

type Command = Action & { readonly do: 'command' }

/** A toolchain that looks at all of itself takes a while. */
const DOCTOR_MS = 3 * 60_000

/** `build.doctor`, isolated like a build, in the first target's clone, where a check of the product's own finds its files. */
export const doctor = probe({
  patienceMs: DOCTOR_MS,
  describe(facts) {
    const [first] = facts.project.build.targets
    const cwd = first ? cloneOf(facts, first.name) : `${facts.folders.builds}/doctor`
    const commands = (facts.project.build.doctor ?? []).map(
      (argv): Command => ({ do: 'command', argv, cwd, isolated: { writes: cwd, network: true } }),
    )
    return { commands }
  },
  async look(context) {
    const { actions, execute } = context
    const [first] = actions.commands
    if (first?.cwd === undefined) return answer('none', 'build.doctor in slipway.yaml names no check of the toolchain')
    if (!(await context.ports.files.exists(first.cwd))) {
      if (context.dryRun) return answer('none', 'nothing has been built, so there is no folder to look from')
      await handOver(context, first.cwd)
    }
    for (const action of actions.commands) {
      const exit = await execute(action)
      const said = worst(`${exit.stdout}\n${exit.stderr}`)
      if (exit.code !== 0) return answer('ill', `${action.argv.join(' ')} ended with ${endOf(exit)}: ${said}`)
    }
    return answer('well', `${actions.commands.map(({ argv }) => argv.join(' ')).join(', ')} found nothing wrong`)
  },
})

/** Manifest and lock of the release commit, of the package managers that are known. */
export const dependencies = probe({
  describe: ({ folders: { clone }, known }) => ({
    files: LOCKS.flatMap(({ manifest, lock }) => [manifest, lock]).map((file) =>
      git(clone, ['show', '--no-textconv', `${known.commit}:${file}`]),
    ),
  }),
  async look({ facts, actions, execute }) {
    if (leftBy(facts, 'commit') === undefined) return blind('there is no release commit yet')
    const texts: (string | undefined)[] = []
    for (const action of actions.files) {
      const exit = await execute(action)
      texts.push(exit.code === 0 ? exit.stdout : undefined)
    }
    const there = LOCKS.map((kind, at) => ({ kind, manifest: texts[2 * at], lock: texts[2 * at + 1] }))
    const locked = there.find(({ manifest, lock }) => manifest !== undefined && lock !== undefined)
    if (locked?.manifest === undefined || locked.lock === undefined)
      return answer('none', 'the release commit locks no dependencies: each build takes the newest that fit')
    const missing = missingFromLock(locked.kind, locked.manifest, locked.lock)
    const { manifest, lock } = locked.kind
    if (missing.length > 0) return answer('stale', `${lock} lacks ${missing.join(', ')}, which ${manifest} declares`)
    return answer('fit', `${lock} names everything that ${manifest} declares`)
  },
})

/** The line of a check that says most: what it marks as wrong, or its last. */
function worst(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /✗|\berror\b|not found|missing/i.test(line)) ?? lines.at(-1) ?? 'nothing was said'
}
