/**
 * `npm run test:crash`: makes a whole release again and again, each time in a world of its own and each time killed at another
 * point, and prints how many ended right. Exits with 1 where one did not.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { useMemoryDisk } from './memory-disk.ts'
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
  },
})

await useMemoryDisk()
process.exitCode = await main()

async function main(): Promise<number> {
  const began = Date.now()
  const undisturbed = await tryRelease({})
  if (undisturbed.faults.length > 0) return report([['not killed', undisturbed]], began)
  const { names: trials, same } = trialsAfter(undisturbed.passed)
  const all = trials.filter((name) => values.only === undefined || name.startsWith(values.only))
  const names = values.sample === undefined ? all : sampleOf(all, Number(values.sample), Number(values.seed))
  const tell = (tried: Tried, count: number) => {
    const [name, { faults, ms }] = tried
    say(`${count}/${names.length} ${faults.length === 0 ? 'right' : 'WRONG'} ${name}, ${seconds(ms)}`)
    for (const fault of faults) say(`  ${fault}`)
  }
  const code = report(await tryAll(names, Number(values.workers), tell), began)
  say(`Not tried are ${same} kill points that are the same instant as one of all these.`)
  return code
}

function report(verdicts: readonly Tried[], began: number): number {
  const wrong = verdicts.filter(([, { faults }]) => faults.length > 0)
  const [kills, others] = [verdicts.filter(([, { killed }]) => killed), verdicts.filter(([, { killed }]) => !killed)]
  const right = (of: typeof verdicts) => of.filter(([, { faults }]) => faults.length === 0).length
  for (const [name, { killed, faults }] of wrong) {
    say(`\n${name}${killed ? ` (${killed})` : ''}`)
    for (const fault of faults) say(`  ${fault}`)
    say(`  again: npm run test:crash -- --only '${name}'`)
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
