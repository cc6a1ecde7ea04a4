import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createMasker } from '../../src/release/redact.ts'
import { MARK, newMark } from '../../src/tools/process-family.ts'
import { createProcessRecords } from '../../src/tools/process-records.ts'
import { bootId, livingProcesses, readProcess } from '../../src/tools/process-table.ts'
import { createShell } from '../../src/tools/shell.ts'

let root = ''
let folder = ''
const children: ChildProcess[] = []
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'records-'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'processes-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(root, { recursive: true }))

describe('while a program runs', () => {
  test('it is noted with what it is for, and the note is gone when all it started has ended', async () => {
    const records = createProcessRecords(folder)
    const shell = createShell({ masker: createMasker([]), records })
    const seen = `until grep -q pid ${folder}/*.json; do :; done; cat ${folder}/*.json; echo $$`
    const { stdout } = await shell.run({ argv: ['sh', '-c', seen] }, { purpose: '#42 build.target:linux' })
    const [note = '', pid] = stdout.replace('}', '}\n').trim().split('\n')
    expect(JSON.parse(note)).toEqual({
      program: 'sh',
      purpose: '#42 build.target:linux',
      pid: Number(pid),
      started: expect.any(Number),
      boot: bootId(),
    })
    await records.idle()
    expect(await readdir(folder)).toEqual([])
  })

  test('a note that the disk will not give up holds back neither the program nor the end of the bot', async () => {
    const records = createProcessRecords(folder)
    const shell = createShell({ masker: createMasker([]), records })
    const stuck = `until grep -q pid ${folder}/*.json; do :; done; for note in ${folder}/*.json; do rm $note; mkdir $note; done`
    expect(await shell.run({ argv: ['sh', '-c', stuck] })).toMatchObject({ code: 0, ended: 'itself' })
    await records.idle()
    expect(await readdir(folder)).toHaveLength(1)
  })

  test('nothing is started that cannot be noted', async () => {
    const shell = createShell({ masker: createMasker([]), records: createProcessRecords('/dev/null/processes') })
    expect(await shell.run({ argv: ['true'] })).toMatchObject({ ended: 'not-started', code: null })
  })
})

describe('after a bot was killed', () => {
  test('the next one ends everything that it had started, whatever became of it, and waits for that', async () => {
    const pids = join(folder, 'pids')
    const commands = [
      `trap '' TERM; (trap '' TERM; sleep 60) & echo $$ $! >>${pids}; sleep 60`,
      `setsid sh -c '(trap "" TERM; exec env -i setsid sleep 60) & echo $$ $! >>${pids}; wait' & sleep 60`,
      `sh -c 'sleep 60 & echo $! >>${pids}' & wait; exec env -i sleep 60`,
    ]
    const bot = await botThatRuns(commands, folder)
    const lines = async () => (await readFile(pids, 'utf8').catch(() => '')).trim().split(/\s+/).map(Number)
    while ((await lines()).length < 5 || (await readdir(folder)).length < 4) await new Promise(setImmediate)
    bot.kill('SIGKILL')
    await new Promise((resolve) => bot.once('exit', resolve))
    expect((await lines()).filter(lives)).toHaveLength(5)
    expect(await createProcessRecords(folder, { graceMs: 200 }).endStray()).toEqual([])
    expect((await lines()).filter(lives)).toEqual([])
    expect(await readdir(folder)).toEqual(['pids'])
  })

  test('a program that was started before its number was noted is found by its mark', async () => {
    const mark = newMark()
    const child = sleeper({ [MARK]: mark })
    await writeFile(join(folder, `${mark}.json`), '')
    expect(await createProcessRecords(folder).endStray()).toEqual([])
    expect(lives(child.pid)).toBe(false)
  })

  const OTHERS: readonly (readonly [string, Record<string, unknown>])[] = [
    ['whose number was given again', { started: 1 }],
    ['with a number from before the last boot', { boot: 'another' }],
  ]
  test.each(OTHERS)('a process %s is left alone', async (_, change) => {
    const { pid = 0 } = sleeper({})
    await note({ pid, started: readProcess(pid)?.started, ...change })
    expect(await createProcessRecords(folder, { graceMs: 100 }).endStray()).toEqual([])
    expect(lives(pid)).toBe(true)
  })

  test('a process that could be of its program, or anybody else, is told and left alone', async () => {
    const { leader, member } = await orphan()
    await note({ pid: leader, started: readProcess(member)?.started })
    const said = await createProcessRecords(folder, { graceMs: 100 }).endStray()
    expect(said).toEqual([
      expect.stringContaining(`Process ${member}, started by flutter for #42 build, may have been left`),
    ])
    expect(lives(member)).toBe(true)
    process.kill(member, 'SIGKILL')
  })

  const note = (more: Record<string, unknown>) =>
    writeFile(
      join(folder, `${newMark()}.json`),
      JSON.stringify({ program: 'flutter', purpose: '#42 build', boot: bootId(), ...more }),
    )
})

/** A shell that leads a session and ends, and leaves one behind. */
async function orphan() {
  const shell = spawn('sh', ['-c', 'sleep 60 >/dev/null & echo $!'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const member = await new Promise<number>((resolve) => shell.stdout.once('data', (data) => resolve(Number(data))))
  await new Promise((resolve) => shell.once('close', resolve))
  return { leader: shell.pid ?? 0, member }
}

function sleeper(env: Record<string, string>): ChildProcess {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, ...env } })
  children.push(child)
  return child
}

/** A process of its own that runs the commands with its records in the folder. */
async function botThatRuns(commands: readonly string[], records: string): Promise<ChildProcess> {
  const from = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
  const script = `
    import { createMasker } from ${from('release/redact.ts')}
    import { createProcessRecords } from ${from('tools/process-records.ts')}
    import { createShell } from ${from('tools/shell.ts')}
    const shell = createShell({ masker: createMasker([]), records: createProcessRecords(${JSON.stringify(records)}) })
    for (const script of ${JSON.stringify(commands)}) void shell.run({ argv: ['sh', '-c', script] })`
  const bot = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] })
  children.push(bot)
  return bot
}

function lives(pid: number | undefined): boolean {
  return livingProcesses().some((line) => line.pid === pid)
}
