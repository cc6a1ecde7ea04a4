import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Hold, type Holder, type Patience, takeHold as takeWith } from '../../src/tools/instance.ts'
import { bootId, pidNamespace, readProcess } from '../../src/tools/process-table.ts'

const IMPATIENT: Patience = {
  clock: { now: Date.now, sleep: () => Promise.reject(new Error('it waited')) },
  tell: () => {},
}
const takeHold = (data: string, patience = IMPATIENT) => takeWith(data, patience)

let root = ''
let folder = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hold-'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'data-'))
})
afterAll(() => rm(root, { recursive: true }))

describe('a data folder', () => {
  test('is held by the bot that took it, and nobody else reads who', async () => {
    const hold = await taken(folder)
    const file = join(folder, 'bot.hold')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      pid: process.pid,
      started: readProcess(process.pid)?.started,
    })
    expect(await takeHold(folder)).toEqual({ heldBy: { pid: process.pid, since: expect.any(Number) } })
    await hold.release()
  })

  test('is free again after a clean stop, and nothing is left in it', async () => {
    await (await taken(folder)).release()
    expect(await readdir(folder)).toEqual([])
    await (await taken(folder)).release()
  })

  test('is made where it is missing, for nobody else to read', async () => {
    const missing = join(folder, 'new', 'data')
    await taken(missing)
    expect((await stat(missing)).mode & 0o777).toBe(0o700)
  })

  test('is not let go by a bot whose hold was replaced by hand', async () => {
    const hold = await taken(folder)
    await writeFile(join(folder, 'bot.hold'), 'somebody else')
    await hold.release()
    expect(await readdir(folder)).toEqual(['bot.hold'])
  })
})

const own = () => ({
  pid: process.pid,
  started: readProcess(process.pid)?.started,
  boot: bootId(),
  namespace: pidNamespace(),
  since: 1,
  nonce: 'n',
})
const STALE = [
  ['a dead process', async () => ({ ...own(), pid: await deadPid() })],
  ['a process whose number was given again', async () => ({ ...own(), started: 1 })],
  ['a process of before the last boot', async () => ({ ...own(), boot: 'another' })],
  ['a process of another container', async () => ({ ...own(), namespace: 'pid:[1]' })],
  ['a process that has ended and was not taken note of', async () => ({ ...own(), ...(await zombie()) })],
  ['nobody, since it is damaged', async () => 'half of a'],
] as const

describe.each(STALE)('a hold of %s', (_, claim) => {
  test('is taken over by exactly one of twenty who try at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const data = await mkdtemp(join(root, 'data-'))
      await writeFile(join(data, 'bot.hold'), JSON.stringify(await claim()))
      const results = await Promise.all(Array.from({ length: 20 }, (_, bot) => takeLater(data, bot * round)))
      const winners = results.filter(isHold)
      expect(winners).toHaveLength(1)
      expect((await readdir(data)).filter((name) => !name.endsWith('.part'))).toEqual(['bot.hold'])
      await winners[0]?.release()
      expect(await readdir(data)).toEqual([])
    }
  })
})

test('a takeover that was killed half way is taken over itself', async () => {
  const dead = await deadPid()
  const claims = ['first', 'second', 'third'].map((nonce) => JSON.stringify({ ...own(), pid: dead, nonce }))
  const after = (claim: string) => `bot.hold.after-${sha256(claim)}`
  const [first = '', second = '', third = ''] = claims
  await writeFile(join(folder, 'bot.hold'), first)
  await writeFile(join(folder, after(first)), second)
  await writeFile(join(folder, after(second)), third)
  const results = await Promise.all(Array.from({ length: 10 }, () => takeHold(folder)))
  expect(results.filter(isHold)).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['bot.hold'])
})

test('of processes that take over at once one wins, and the others name it', async () => {
  const module = JSON.stringify(new URL('../../src/tools/instance.ts', import.meta.url).href)
  const script = `
    import { takeHold } from ${module}
    process.stdout.write('ready ')
    process.stdin.once('data', async () => {
      const result = await takeHold(${JSON.stringify(folder)}, { clock: { now: Date.now }, tell: () => {} })
      process.stdout.write(JSON.stringify('heldBy' in result ? result.heldBy : { pid: process.pid, won: true }) + ' ')
    })
    process.stdin.on('end', () => process.exit())`
  await writeFile(join(folder, 'bot.hold'), JSON.stringify({ ...own(), pid: await deadPid() }))
  const start = () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const bots = Array.from({ length: 4 }, start)
  await Promise.all(bots.map((bot) => said(bot)))
  for (const bot of bots) bot.stdin?.write('go')
  const answers = (await Promise.all(bots.map((bot) => said(bot)))).map((text) => JSON.parse(text))
  const winner = answers.find(({ won }) => won)
  expect(answers.map(({ pid }) => pid)).toEqual(bots.map(() => winner?.pid))
  for (const bot of bots) bot.stdin?.end()
})

describe.each([
  ['another machine', () => ({ ...own(), boot: 'another' })],
  ['another container', () => ({ ...own(), namespace: 'pid:[1]' })],
])('a bot of %s that gave a sign of life 20 s ago', (_, claim) => {
  const START = 1_700_000_000_000
  const beat = (at: number) => utimes(join(folder, 'alive'), at / 1000, at / 1000)
  /** `meanwhile` happens while it waits. */
  async function start(meanwhile: () => Promise<void>) {
    await writeFile(join(folder, 'alive'), '')
    await beat(START - 20_000)
    await writeFile(join(folder, 'bot.hold'), JSON.stringify(claim()))
    let now = START
    const told: number[][] = []
    const sleep = async (ms: number) => {
      now += ms
      await meanwhile()
    }
    const result = await takeHold(folder, {
      clock: { now: () => now, sleep },
      tell: (...times) => void told.push(times),
    })
    expect(told).toEqual([[START - 20_000, START + 25_000]])
    return { result, waited: now - START }
  }

  test('is waited for until it has been silent for 45 s, and taken over then', async () => {
    const { result, waited } = await start(async () => {})
    expect([isHold(result), waited]).toEqual([true, 25_000])
  })

  test('is left alone where it gives another one', async () => {
    expect((await start(() => beat(START + 10_000))).result).toEqual({ heldBy: { pid: process.pid, since: 1 } })
  })

  test('is not taken over a second time by who waited beside the one that was faster', async () => {
    const faster = { ...claim(), pid: 7, since: START + 25_000, nonce: 'faster' }
    const { result } = await start(() => writeFile(join(folder, 'bot.hold'), JSON.stringify(faster)))
    expect(result).toEqual({ heldBy: { pid: 7, since: START + 25_000 } })
  })
})

test('a bot of this machine that was killed is not waited for, however lately it gave a sign of life', async () => {
  await writeFile(join(folder, 'alive'), '')
  await writeFile(join(folder, 'bot.hold'), JSON.stringify({ ...own(), pid: await deadPid(), since: Date.now() }))
  expect(isHold(await takeHold(folder))).toBe(true)
})

/** Not all at the same stage at the same time: the later ones meet a takeover that is under way. */
async function takeLater(data: string, turns: number) {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
  return takeHold(data)
}

async function taken(data: string): Promise<Hold> {
  const result = await takeHold(data)
  if ('heldBy' in result) throw new Error(`held by ${result.heldBy.pid}`)
  return result
}

function isHold(result: Hold | { readonly heldBy: Holder }): result is Hold {
  return !('heldBy' in result)
}

async function deadPid(): Promise<number> {
  const child = spawn('true')
  await new Promise((resolve) => child.once('exit', resolve))
  return child.pid ?? 0
}

/** A process whose parent never takes note of its end. */
async function zombie() {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(await said(parent))
  while (readProcess(pid)?.dead === false) await new Promise(setImmediate)
  const { started } = readProcess(pid) ?? {}
  zombies.push(parent)
  return { pid, started }
}
const zombies: ChildProcess[] = []
afterAll(() => zombies.map((parent) => parent.kill()))

function said(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.stdout?.once('data', (data) => resolve(String(data).trim())))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
