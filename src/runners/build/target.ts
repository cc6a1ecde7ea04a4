/** Build: the target's commands in its clone, and then a look at what they left. */
import type { Outcome } from '../../release/deployment.ts'
import { isProblem } from '../../release/problems.ts'
import { cloneOf, packedOutput, targetOf } from '../artifacts.ts'
import { type Action, type Context, step } from '../step.ts'
import { type CommandAction, failedBuild, runAll } from './commands.ts'
import { outputNames } from './output.ts'

type TargetActions = { readonly build: readonly CommandAction[]; readonly keep: Action }

export const target = step<TargetActions>({
  describe(facts) {
    const cwd = cloneOf(facts, facts.item)
    const { run, output } = targetOf(facts, facts.item)
    return {
      build: run.map((argv) => ({ do: 'command', argv, cwd, isolated: { writes: cwd, network: true } })),
      keep: { do: 'own', what: `pack ${output} into ${packedOutput(facts, facts.item)}` },
    }
  },

  async run(context) {
    const { facts, actions, ports } = context
    const began = ports.clock.now()
    const failure = await runAll(context, actions.build)
    if (failure) return failedBuild(context, facts.item, failure, 'build.failed')
    return keepOutput(context, Math.round((ports.clock.now() - began) / 1000))
  },
})

/** Packs the output at once: from here on nothing that executes repository content can reach it. */
async function keepOutput({ facts, ports, log }: Context<TargetActions>, seconds: number): Promise<Outcome> {
  const name = facts.item
  const names = await outputNames(facts, ports.files, name)
  if (isProblem(names)) return { ok: false, problem: names }
  const to = packedOutput(facts, name)
  const mtime = Number(facts.known.commitTime)
  const packed = await ports.files.pack(`${cloneOf(facts, name)}/${targetOf(facts, name).output}`, {
    to,
    root: 'output',
    mtime,
  })
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
