/**
 * `npm run test:soak`: deployments of three projects through Slack and Discord at once, with random faults and kills, for a
 * while. It ends with a table, and with exit code 1 where something was doubled, lost, stuck or unfinished, where the bot fell
 * over, grew or had to be killed, or where too little happened to judge.
 */
import { rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { useMemoryDisk } from '../crash/memory-disk.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { soak } from './soak.ts'
import { faultsOf, tableOf } from './table.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    deployments: { type: 'string', default: '200' },
    /** Leaves data and transcript also where all is well. */
    keep: { type: 'boolean', default: false },
  },
})

await useMemoryDisk()
const folder = await newFolder()
const { minutes, seed } = values
say(`Seed ${seed}, ${minutes} minutes, at most ${values.deployments} deployments, in ${folder}`)
const result = await soak({
  folder,
  seed: Number(seed),
  ms: Number(minutes) * 60_000,
  most: Number(values.deployments),
})
for (const line of tableOf(result)) say(line)
const faults = faultsOf(result)
for (const fault of faults) say(`WRONG ${fault}`)
if (faults.length > 0)
  say(`again: npm run test:soak -- --seed ${seed} --minutes ${minutes}\nleft: ${folder}/data, transcript.log`)
else if (!values.keep) await rm(folder, { recursive: true, force: true })
process.exit(faults.length > 0 ? 1 : 0)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
