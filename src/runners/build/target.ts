/** Build: the target's commands in its clone, then a look at what they left, and a question to it. */
import { join } from 'node:path'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem } from '../../release/problems.ts'
import { cloneOf, packedOutput, targetOf } from '../artifacts.ts'
import { judgeSmoke, SMOKE_MS } from '../smoke.ts'
import { type Action, type Context, step } from '../step.ts'
import { type CommandAction, failedBuild, runAll, withLog } from './commands.ts'
import { outputNames } from './output.ts'

type TargetActions = {
  readonly clear: readonly CommandAction[]
  readonly build: readonly CommandAction[]
  readonly keep: Action
  readonly copy: readonly CommandAction[]
  readonly smoke?: CommandAction
}

export const target = step<TargetActions>({
  describe(facts) {
    const cwd = cloneOf(facts, facts.item)
    const { run, output } = targetOf(facts, facts.item)
    const { clear, ...ask } = describeSmoke(facts)
    return {
      clear,
      build: run.map((argv) => ({ do: 'command', argv, cwd, isolated: { writes: cwd, network: true } })),
      keep: { do: 'own', what: `pack ${output} into ${packedOutput(facts, facts.item)}` },
      ...ask,
    }
  },

  async run(context) {
    const { facts, actions, ports } = context
    const began = ports.clock.now()
    const failure = await runAll(context, [...actions.clear, ...actions.build])
    if (failure) return failedBuild(context, facts.item, failure, 'build.failed')
    const kept = await keepOutput(context, Math.round((ports.clock.now() - began) / 1000))
    return kept.ok ? asked(context, kept) : kept
  },
})

/**
 * A program may write beside itself: it is asked in a copy, so that the output stays what was built, also where it is built once
 * more. The copy lies beside the output, since what was built may name its neighbours. A whole clone has no place for one.
 */
function describeSmoke(facts: Facts): Pick<TargetActions, 'clear' | 'copy' | 'smoke'> {
  const { output: written, smoke } = targetOf(facts, facts.item)
  if (smoke === undefined) return { clear: [], copy: [] }
  const cwd = cloneOf(facts, facts.item)
  const output = join(written, '.')
  const inClone = (...argv: readonly string[]): CommandAction => ({
    ...{ do: 'command', argv, cwd, isolated: { writes: cwd, network: false } },
  })
  if (output === '.') return { clear: [], copy: [], smoke: inClone(...smoke) }
  const copy = `${output}.smoke`
  return {
    clear: [inClone('rm', '--recursive', '--force', '--', copy)],
    copy: [inClone('cp', '--archive', '--no-target-directory', '--', output, copy)],
    smoke: { ...inClone(...smoke), cwd: join(cwd, copy) },
  }
}

/** Packs the output at once: from here on nothing that executes repository content can reach it. */
async function keepOutput({ facts, ports, log }: Context<TargetActions>, seconds: number): Promise<Outcome> {
  const name = facts.item
  const names = await outputNames(facts, ports.files, name)
  if (isProblem(names)) return { ok: false, problem: names }
  const to = packedOutput(facts, name)
  const mtime = Number(facts.known.commitTime)
  const { output: below } = targetOf(facts, name)
  const packed = await ports.files.pack(cloneOf(facts, name), { to, below, root: 'output', mtime })
  const evidence = {
    [`output:${name}`]: packed.sha256,
    [`outputFile:${name}`]: to,
    [`outputBytes:${name}`]: packed.bytes,
    [`outputFiles:${name}`]: names.length,
    [`seconds:${name}`]: seconds,
    [`log:${name}`]: log,
  }
  return { ok: true, evidence }
}

/** A build that ended well may have compiled an old version: here it can still be made again under the same number. */
async function asked(context: Context<TargetActions>, kept: Outcome & { readonly ok: true }): Promise<Outcome> {
  const { facts, actions } = context
  if (actions.smoke === undefined) return kept
  const failure = await runAll(context, actions.copy)
  if (failure) return failedBuild(context, facts.item, failure, 'build.failed')
  const exit = await context.execute(actions.smoke, { timeoutMs: SMOKE_MS })
  await runAll(context, actions.clear)
  const { item: target, release, previous } = facts
  const { said, problem } = judgeSmoke({ program: 'built', target, argv: actions.smoke.argv, release, previous }, exit)
  if (problem) return withLog(context, problem)
  return { ...kept, evidence: { ...kept.evidence, [`said:${facts.item}`]: said.slice(0, 500) } }
}
