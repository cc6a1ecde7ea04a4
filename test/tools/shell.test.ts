import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMasker } from '../../src/release/redact.ts'
import { readProcess } from '../../src/tools/process-table.ts'
import { createShell } from '../../src/tools/shell.ts'

const SECRET = 'correct horse/battery+staple'
const masker = createMasker([{ name: 'VAULT', value: SECRET }])
const shell = createShell({ masker, graceMs: 200 })
const sh = (script: string) => ({ argv: ['sh', '-c', script] })
const node = (script: string) => ({ argv: [process.execPath, '-e', script] })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shell-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a command', () => {
  const CASES = [
    ['succeeds', sh('echo out; echo err >&2'), { code: 0, stdout: 'out\n', stderr: 'err\n', ended: 'itself' }],
    ['fails with its code', sh('exit 7'), { code: 7, signal: null, ended: 'itself' }],
    ['is ended by a signal', sh('kill -SEGV $$'), { code: null, signal: 'SIGSEGV', ended: 'itself' }],
    ['is not there', { argv: ['no-such-program-here'] }, { code: null, ended: 'not-found' }],
    ['may not be executed', { argv: ['/etc/passwd'] }, { code: null, ended: 'not-started' }],
    ['has no folder to run in', { argv: ['true'], cwd: '/no/such/folder' }, { code: null, ended: 'not-started' }],
    ['is empty', { argv: [] }, { code: null, ended: 'not-started' }],
    ['holds a null byte', { argv: ['echo', 'a\0b'] }, { code: null, ended: 'not-started' }],
    [
      'gets its arguments as they are',
      { argv: ['printf', '<%s>', '', 'a b', '$(id)', '*'] },
      { stdout: '<><a b><$(id)><*>' },
    ],
    ['reads its input', { argv: ['cat'], input: 'grüße' }, { stdout: 'grüße' }],
    ['finds its input closed', { argv: ['cat'] }, { code: 0, stdout: '' }],
    ['does not read its input', { argv: ['true'], input: 'x'.repeat(1_000_000) }, { code: 0 }],
    [
      'sees the given environment, PATH and a mark only',
      { argv: ['env'], env: { A: '1', PATH: '/usr/bin:/bin' } },
      { stdout: expect.stringMatching(/^PATH=\/usr\/bin:\/bin\nA=1\nSLIPWAY_STEP=[0-9a-f]{32}\n$/) },
    ],
  ] as const
  test.each(CASES)('%s', async (_, command, expected) => {
    expect(await shell.run(command)).toMatchObject(expected)
  })

  test('sees nothing of the environment of the bot but what it needs', async () => {
    process.env.SHELL_TEST_TOKEN = 'x'
    const { stdout } = await shell.run({ argv: ['env'] })
    delete process.env.SHELL_TEST_TOKEN
    expect(stdout.split('\n').map((line) => line.split('=')[0])).toEqual(['PATH', 'LANG', 'HOME', 'SLIPWAY_STEP', ''])
  })
})

describe('everything a command started ends', () => {
  /** A child that ignores TERM, and a grandchild in the background; both write their process ids. */
  const stubborn = (file: string) =>
    sh(`trap '' TERM; (trap '' TERM; sleep 60) & echo $$ $! >${file}; echo ready; sleep 60`)
  const survivors = async (file: string) =>
    (await readFile(file, 'utf8'))
      .trim()
      .split(' ')
      .filter((pid) => isRunning(Number(pid)))

  const WAYS = [
    ['timeout', { timeoutMs: 300 }],
    ['idle', { idleMs: 300 }],
    ['aborted', { signal: AbortSignal.timeout(600) }],
  ] as const
  test.each(WAYS)('after %s', async (ended, options) => {
    const file = join(folder, `pids-${ended}`)
    const signal = 'signal' in options ? { signal: AbortSignal.timeout(300) } : options
    expect(await shell.run(stubborn(file), signal)).toMatchObject({ ended, code: null, stdout: 'ready\n' })
    expect(await survivors(file)).toEqual([])
  })

  test('at once where it is hurried, however long it would have had', async () => {
    const file = join(folder, 'pids-hurried')
    const patient = createShell({ masker, graceMs: 60_000 })
    const [cancel, hurry] = [new AbortController(), new AbortController()]
    const run = patient.run(stubborn(file), { signal: cancel.signal, hurry: hurry.signal })
    setTimeout(() => cancel.abort(), 300)
    setTimeout(() => hurry.abort(), 500)
    expect(await run).toMatchObject({ ended: 'aborted', code: null })
    expect(await survivors(file)).toEqual([])
  })

  test('or is waited for, however long it cannot be ended', async () => {
    const file = join(folder, 'pids-endless')
    const pidOf = async () => Number(await readFile(file, 'utf8'))
    const asked = Promise.withResolvers<void>()
    const end = async () => {
      asked.resolve()
      return [readProcess(await pidOf()) ?? []].flat()
    }
    const run = createShell({ masker, end }).run(sh(`sleep 60 >/dev/null 2>&1 & echo $! >${file}`))
    await asked.promise
    const pause = new Promise((resolve) => setTimeout(() => resolve('it waits'), 500))
    expect(await Promise.race([run, pause])).toBe('it waits')
    process.kill(await pidOf(), 'SIGKILL')
    expect((await run).stderr).toContain(`could not be ended at once: ${await pidOf()}`)
  })

  test('with the command itself', async () => {
    const file = join(folder, 'pids-left')
    expect(await shell.run(sh(`sleep 60 & echo $! >${file}`))).toMatchObject({ ended: 'itself', code: 0 })
    expect(await survivors(file)).toEqual([])
  })

  test('also where it left the session, as daemons do, and has children that took out what marks them', async () => {
    const file = join(folder, 'pid-daemon')
    const daemon = `setsid sh -c '(trap "" TERM; exec env -i setsid sleep 60) & echo $$ $! >${file}; wait'`
    const WAYS = [
      [`${daemon} & sleep 0.3; echo done`, {}, 'itself'],
      [`${daemon} & sleep 60`, { timeoutMs: 500 }, 'timeout'],
    ] as const
    for (const [script, options, ended] of WAYS) {
      expect(await shell.run(sh(script), options)).toMatchObject({ ended, stderr: '' })
      expect(await survivors(file)).toEqual([])
    }
  })

  test('and one that left the session and its mark is not waited for', async () => {
    const file = join(folder, 'pid-hidden')
    const began = performance.now()
    const script = `env -i setsid sleep 20 & echo $! >${file}; sleep 0.2; echo done`
    expect(await shell.run(sh(script))).toMatchObject({ stdout: 'done\n' })
    expect(performance.now() - began).toBeLessThan(10_000)
    process.kill(Number(await readFile(file, 'utf8')))
  })

  test('and one that ends with 0 because it was told to has not succeeded', async () => {
    const script = 'trap "exit 0" TERM; echo ready; sleep 60 & wait'
    expect(await shell.run(sh(script), { timeoutMs: 500 })).toMatchObject({ ended: 'timeout', code: null })
  })

  test('and nothing starts when it was aborted before', async () => {
    expect(await shell.run({ argv: ['true'] }, { signal: AbortSignal.abort() })).toMatchObject({
      ended: 'aborted',
      code: null,
    })
  })
})

describe('output', () => {
  test('is masked in the log and in what is kept, also when a secret arrives in pieces', async () => {
    const log = join(folder, 'logs', 'masked.log')
    const pieces = JSON.stringify([...`before ${SECRET} after\nBuild grün\n`])
    const exit = await shell.run(
      node(
        `const p=${pieces}; const next=()=>{ if (p.length) { process.stdout.write(p.shift()); setTimeout(next, 1) } }; next()`,
      ),
      { log },
    )
    expect(exit.stdout).toBe('before [VAULT hidden] after\nBuild grün\n')
    expect(await readFile(log, 'utf8')).toBe(exit.stdout)
    expect((await stat(log)).mode & 0o777).toBe(0o600)
  })

  test('of several commands is appended to one log', async () => {
    const log = join(folder, 'two.log')
    await shell.run(sh('echo one'), { log })
    await shell.run(sh('echo two >&2'), { log })
    expect(await readFile(log, 'utf8')).toBe('one\ntwo\n')
  })

  test('of 20 MB is kept at both ends and says so', async () => {
    const log = join(folder, 'long.log')
    const small = createShell({ masker, logBytes: 1024 * 1024 })
    const script = 'echo first; yes "a line of the log" | head -c 20000000; echo; echo last'
    const exit = await small.run(sh(script), { log, keepBytes: 1000 })
    expect(exit).toMatchObject({ code: 0, truncated: true })
    expect(exit.stdout).toMatch(/^first\n[\s\S]*\n\[19999012 bytes left out\]\n[\s\S]*\nlast\n$/)
    const text = await readFile(log, 'utf8')
    expect(text.length).toBeLessThan(1024 * 1024 + 100)
    expect(text).toMatch(/^first\n[\s\S]*\n\[\d+ bytes left out\]\n[\s\S]*\nlast\n$/)
  })

  test('of any length takes the same memory', async () => {
    const from = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
    const script = `
      import { createMasker } from ${from('release/redact.ts')}
      import { createShell } from ${from('tools/shell.ts')}
      const shell = createShell({ masker: createMasker([]) })
      await shell.run({ argv: ['sh', '-c', 'yes "a line of the log" | head -c 400000000'] })
      console.log(process.resourceUsage().maxRSS / 1024)`
    const { stdout } = await shell.run({ argv: [process.execPath, '--input-type=module', '-e', script] })
    expect(Number(stdout)).toBeGreaterThan(10)
    expect(Number(stdout)).toBeLessThan(300)
  })

  test('that fits is whole', async () => {
    const exit = await shell.run(sh('printf 1234567890'), { keepBytes: 10 })
    expect(exit).toMatchObject({ stdout: '1234567890', truncated: false })
  })

  test('leaves no log open, also where a bug ends its supervision', async () => {
    const log = join(folder, 'bug.log')
    const buggy = createShell({ masker, end: () => Promise.reject(new Error('a bug')) })
    await expect(buggy.run(sh('echo one'), { log })).rejects.toThrow('a bug')
    const open = readdirSync('/proc/self/fd').map((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`)
      } catch {
        return undefined
      }
    })
    expect(existsSync(log)).toBe(true)
    expect(open).not.toContain(log)
  })

  test('that has no place for its log ends the matter before it began', async () => {
    expect(await shell.run(sh('echo x'), { log: '/dev/null/x.log' })).toMatchObject({
      ended: 'not-started',
      code: null,
    })
  })
})

/** A dead process whose parent has not looked yet does not count. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
}
