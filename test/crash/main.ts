/**
 * `npm run test:crash`: makes a whole release again and again, each time in a world of its own and each time killed at another
 * point, and prints how many ended right. Exits with 1 where one did not.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { useMemoryDisk } from './memory-disk.ts'
import { recoveryTrialNamed, recoveryTrials, tryUndisturbed } from './recovery.ts'
import { tryRelease } from './release.ts'
import { sampleOf, trialsAfter } from './trials.ts'
import { type Tried, tryAll } from './try-all.ts'

const { values } = parseArgs({
  options: {
    /** A release waits about as long as it works, so that two keep a core busy. */
    workers: { type: 'string', default: `${2 * availableParallelism()}` },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** One trial by its name, or all whose names begin so. */
    only: { type: 'string' },
    /** Releases in which something goes wrong, killed while they recover. */
    recovery: { type: 'boolean', default: false },
  },
})

await useMemoryDisk()
process.exitCode = await main()

async function main(): Promise<number> {
  const began = Date.now()
  if (values.recovery) return recoveries(began)
  const undisturbed = await tryRelease({})
  if (undisturbed.faults.length > 0) return report([['not killed', undisturbed]], began)
  const { names: trials, same } = trialsAfter(undisturbed.passed)
  const names = chosenOf(trials)
  const code = report(await tryAll(names, { workers: Number(values.workers), told: tellOf(names) }), began)
  say(`Not tried are ${same} kill points that are the same instant as one of all these.`)
  return code
}

/** Each fault once without a kill, then killed at the points that it came past. */
async function recoveries(began: number): Promise<number> {
  const undisturbed = await tryUndisturbed(values.only?.split(': ')[0])
  const wrong = undisturbed.filter(({ verdict }) => verdict.faults.length > 0)
  if (wrong.length > 0)
    return report(
      wrong.map(({ fault, verdict }) => [`${fault}, not killed`, verdict]),
      began,
    )
  const names = chosenOf(recoveryTrials(undisturbed))
  const trial = (name: string) => recoveryTrialNamed(name, undisturbed)
  return report(await tryAll(names, { workers: Number(values.workers), told: tellOf(names), trial }), began)
}

function chosenOf(trials: readonly string[]): readonly string[] {
  const all = trials.filter((name) => values.only === undefined || name.startsWith(values.only))
  return values.sample === undefined ? all : sampleOf(all, Number(values.sample), Number(values.seed))
}

function tellOf(names: readonly string[]) {
  return ([name, { faults, ms }]: Tried, count: number) => {
    say(`${count}/${names.length} ${faults.length === 0 ? 'right' : 'WRONG'} ${name}, ${seconds(ms)}`)
    for (const fault of faults) say(`  ${fault}`)
  }
}

function report(verdicts: readonly Tried[], began: number): number {
  const wrong = verdicts.filter(([, { faults }]) => faults.length > 0)
  const [kills, others] = [verdicts.filter(([, { killed }]) => killed), verdicts.filter(([, { killed }]) => !killed)]
  const right = (of: typeof verdicts) => of.filter(([, { faults }]) => faults.length === 0).length
  for (const [name, { killed, faults }] of wrong) {
    say(`\nWRONG ${name}${killed ? ` (${killed})` : ''}`)
    for (const fault of faults) say(`  ${fault}`)
    say(`  again: npm run test:crash -- ${values.recovery ? '--recovery ' : ''}--only '${name}'`)
  }
  say(`\n${kills.length} kill points, ${right(kills)} ended right`)
  if (others.length > 0) say(`${others.length} lost connections and lost answers, ${right(others)} ended right`)
  say(`${seconds(Date.now() - began)}`)
  return wrong.length === 0 ? 0 : 1
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
