/** `npm run test:faults`: every fault of the sandbox, played to its end and judged by somebody who did not play. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { FAULTS } from '../../sandbox/faults.ts'
import { type Tried, tryFault } from './try-fault.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, workers: { type: 'string' }, thread: { type: 'boolean', default: false } },
})
const names = Object.keys(FAULTS).filter((name) => values.only === undefined || name.includes(values.only))
const results = await inParallel(names, Number(values.workers ?? availableParallelism()), async (name) => {
  const tried = await tryFault(name).catch((error: unknown) => broken(name, error))
  say(row(tried))
  if (values.thread) say(tried.thread)
  return tried
})
const wrong = results.filter((tried) => tried.wrong.length > 0)
for (const tried of wrong) say(`\nWRONG ${tried.name}\n${tried.wrong.map((line) => `  ${line}`).join('\n')}`)
say(`\n${results.length} faults, ${results.length - wrong.length} ended right, ${wrong.length} did not.`)
process.exitCode = wrong.length === 0 && results.length > 0 ? 0 : 1

function row({ name, branches, fixes, end, seconds, wrong: faults }: Tried): string {
  const mark = faults.length === 0 ? 'right' : 'WRONG'
  const cells = [name.padEnd(28), (branches.join(', ') || 'none').padEnd(14), (fixes.join(', ') || 'none').padEnd(40)]
  return [...cells, end.padEnd(12), `${seconds.toFixed(1)} s`.padStart(7), mark].join(' ')
}

function broken(name: string, error: unknown): Tried {
  const wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  return { name, branches: [], fixes: [], end: 'none', wrong, seconds: 0, thread: '' }
}

async function inParallel<T, R>(items: readonly T[], places: number, task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = [...items.entries()]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await task(next[1])
  }
  await Promise.all(Array.from({ length: Math.max(1, places) }, work))
  return results
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
