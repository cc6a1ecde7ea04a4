import { expect, test } from 'vitest'
import type { JobStatus } from '../../../src/argv/ssh.ts'
import type { Context } from '../../../src/runners/step.ts'
import { createJobLog } from '../../../src/runners/vps/job-log.ts'

/** What a step was told of a job's log, in a log that holds 1 MB. */
function bench() {
  const [noted, shown]: [string[], string[]] = [[], []]
  const context = {
    log: '/data/logs/vps.deploy.one.1.log',
    ports: { files: { logBytes: 1024 ** 2, list: async () => [] } },
    note: async (line: string) => void noted.push(line),
    progress: (line: string) => void shown.push(line),
  } as unknown as Context
  return { noted, shown, log: createJobLog(context, 'one') }
}

const answer = (text: string, bytes: number): JobStatus => ({
  started: true,
  alive: true,
  bytes,
  take: Buffer.byteLength(text),
  text,
})

test('a line whose beginning was left out is shown nowhere: it might be half a secret', async () => {
  const { noted, shown, log: made } = bench()
  const log = await made
  expect(await log.take(answer('first words\n', 5_000_000))).toBe(false)
  expect(log.next()).toBe(5_000_000 - 65_536)
  await log.take(answer('nter2-hunter2', 5_000_000 + 13))
  expect([noted.slice(0, 2), shown]).toEqual([
    ['first words', `[${5_000_000 - 65_536 + 1} bytes left out; the log on one has them]`],
    ['first words'],
  ])
  await log.take(answer('\nall is well\n', 5_000_000 + 26))
  expect(noted.at(-1)).toContain('all is well')
})

test('what fits is passed on whole, however many answers it takes', async () => {
  const { noted, log: made } = bench()
  const log = await made
  expect(await log.take(answer('one\n', 8))).toBe(true)
  expect(log.next()).toBe(4)
  expect(await log.take(answer('two\n', 8))).toBe(false)
  await log.end(async () => {
    throw new Error('nothing was left out')
  })
  expect(noted).toEqual(['one', 'two'])
})
