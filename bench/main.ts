/**
 * `npm run bench`: every row of the table, measured and held against its goals. `-- --only 2` runs one row; `--json FILE` names
 * the file that the numbers go to; `--write` puts them into bench/README.md too. Exits with 1 where a goal is missed.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Judged, judge, summaryOf, tableOf } from './judge.ts'
import { type Findings, ROWS } from './table.ts'

const README = join(import.meta.dirname, 'README.md')

const { values: wish } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string', default: 'bench/results.json' },
    write: { type: 'boolean', default: false },
  },
})
const numbers = wish.only === undefined ? ROWS.map((_, index) => index + 1) : wish.only.split(',').map(Number)
process.exitCode = await bench(numbers)

async function bench(numbers: readonly number[]): Promise<number> {
  const before = load()
  const judged: Judged[] = []
  for (const number of numbers) {
    const row = ROWS[number - 1]
    if (row === undefined) throw new Error(`There is no row ${number}; there are 1 to ${ROWS.length}.`)
    say(`${number}  ${row.title}`)
    const found = judge(number, row, await findingsOf(number))
    for (const line of found) say(`   ${line.text}`)
    judged.push(...found)
  }
  const machine = { at: new Date().toISOString(), cores: availableParallelism(), load: { before, after: load() } }
  await writeFile(wish.json, `${JSON.stringify({ ...machine, goals: judged }, undefined, 2)}\n`)
  if (wish.write) await refresh(tableOf(judged, machine))
  say(`${machine.cores} cores, load ${before} before and ${machine.load.after} after; numbers in ${wish.json}`)
  say(summaryOf(judged))
  return judged.every(({ met }) => met) ? 0 : 1
}

/** What the row's process found; nothing where it failed, and what it said of that stands above. */
async function findingsOf(number: number): Promise<Findings> {
  const child = fork(join(import.meta.dirname, 'row.ts'), [String(number)])
  let findings: Findings = {}
  child.on('message', (message) => {
    findings = message as Findings
  })
  await once(child, 'close')
  return findings
}

/** The table in the README stands between two marks. */
async function refresh(table: string): Promise<void> {
  const text = await readFile(README, 'utf8')
  await writeFile(
    README,
    text.replace(/(<!-- measured -->\n)[\s\S]*(<!-- end -->)/, (_, begin, end) => `${begin}${table}\n${end}`),
  )
}

function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
