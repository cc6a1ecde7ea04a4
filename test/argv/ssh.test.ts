import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  endJobLine,
  gitSsh,
  jobLine,
  jobStatusLine,
  neverStartLine,
  quote,
  readJobStatus,
  remoteLine,
} from '../../src/argv/ssh.ts'
import type { Jump } from '../../src/release/project.ts'
import { toItsEnd } from '../runners/local-ssh.ts'

const login = async (shell: string, line: string) => (await promisify(execFile)(shell, ['-c', line])).stdout
const sh = (line: string) => login('sh', line)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-ssh-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe("git's ssh", () => {
  const outer: Jump = { user: 'bob', host: 'outer.example', port: 2200 }

  /** What ssh itself makes of the line that git runs, with sh. */
  const understood = async (jump?: Jump) => {
    const access = { key: `${folder}/key`, knownHosts: '/pins', agent: false, ...(jump && { jump }) }
    const printed = await sh(`${gitSsh(access)} -G -p 2222 ana@inner.example`)
    return printed
      .split('\n')
      .filter((line) => /^(identityfile|userknownhostsfile|stricthostkey|proxycommand)/.test(line))
  }

  /** The words of the command that leads through the jump host. */
  const way = async (jump: Jump) => {
    const [command = ''] = (await understood(jump)).filter((line) => line.startsWith('proxycommand '))
    const words = `ssh() { printf '%s\\n' "$@"; }; ${command.replace('proxycommand ', '').replaceAll('%%', '%')}`
    return (await sh(words)).split('\n')
  }

  it('takes one key and one file of pins', async () => {
    expect(await understood()).toEqual([
      'stricthostkeychecking true',
      `identityfile ${folder}/key`,
      'userknownhostsfile /pins',
    ])
  })

  it('leads through a jump host that is held to the same', async () => {
    expect(await way(outer)).toEqual(
      expect.arrayContaining([
        ...[`IdentityFile="${folder}/key"`, 'IdentityAgent=none', 'UserKnownHostsFile="/pins"'],
        ...['StrictHostKeyChecking=yes', '-p', '2200', '-l', 'bob', '-W', '[%h]:%p', 'outer.example'],
      ]),
    )
  })

  /** A host that says its version, and goes once ssh begins to talk: by then ssh has looked for key and pins. */
  const host = `sh -c ${quote("printf 'SSH-2.0-x\\r\\n'; read version; head -c 1 >/dev/null")}`

  /** What ssh says, with doubled backslashes, that it opened. */
  const opened = async (line: string) => {
    const told = await sh(`${line} -v -o ${quote(`ProxyCommand=${host}`)} inner.example 2>&1 || true`)
    const said = [/identity file (.*) type -1/, /load_hostkeys: fopen (.*): No such file/]
    return said.map((pattern) => pattern.exec(told)?.[1]?.replaceAll('\\\\', '\\'))
  }

  const filesIn = async (name: string) => {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'key'), '')
    return { key: join(folder, name, 'key'), knownHosts: join(folder, name, 'pins') }
  }

  it.each(['plain', 'a b', '100%', '%h of %u', "it's a", 'say "a"', 'back\\slash', "back\\'quote", '#1 $HOME a=b'])(
    'opens the key and the pins that are written, also in a folder called %j',
    async (name) => {
      const { key, knownHosts } = await filesIn(name)
      expect(await opened(gitSsh({ key, knownHosts, agent: false }))).toEqual([key, knownHosts])
    },
  )

  it('opens them on the way to a jump host, too', async () => {
    const { key, knownHosts } = await filesIn("it's 100% a")
    const printed = await sh(`${gitSsh({ key, knownHosts, agent: false, jump: outer })} -G inner.example`)
    const [, command = ''] = /^proxycommand (.*) -W /m.exec(printed) ?? []
    expect(await opened(command.replaceAll('%%', '%'))).toEqual([key, knownHosts])
  })
})

describe('a remote line', () => {
  it('brings every word to the program as it was, whatever it holds', async () => {
    const words = fc.array(
      fc.string({ unit: 'binary', maxLength: 20 }).filter((word) => !/[\0\uD800-\uDFFF]/.test(word)),
    )
    await fc.assert(
      fc.asyncProperty(words, async (args) => {
        const printed = await sh(remoteLine(['printf', '%s\\0', 'first', ...args]))
        expect(printed).toBe(['first', ...args].map((word) => `${word}\0`).join(''))
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['an empty word stays a word', ['printf', '[%s]', ''], '[]'],
    ['nothing is expanded', ['printf', '%s', '$HOME `id` $(id) *'], '$HOME `id` $(id) *'],
    ['a quote ends nothing', ['printf', '%s', "it's; rm -rf /"], "it's; rm -rf /"],
  ])('%s', async (_, argv, printed) => {
    expect(await sh(remoteLine(argv))).toBe(printed)
  })

  it('runs in its folder with its environment', async () => {
    const line = remoteLine(['sh', '-c', 'pwd; echo "$GREETING"'], { cwd: folder, env: { GREETING: "a 'b' $c" } })
    expect(await sh(line)).toBe(`${folder}\na 'b' $c\n`)
  })
})

describe('a job', () => {
  const started = async (name: string, script: string) => {
    const job = join(folder, name)
    await sh(`mkdir ${quote(job)}; ${jobLine(job, ['sh', '-c', script])}`)
    return job
  }
  /** A group that no job is, until the test ends. */
  const strangersGroup = () => {
    const { pid } = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void process.kill(-(pid ?? 0), 'SIGKILL'))
    return pid
  }
  const ask = async (job: string, offset = 0) => {
    const status = readJobStatus(await sh(jobStatusLine(job, offset)))
    if (status === undefined) throw new Error('no status')
    return status
  }
  const ended = async (job: string) => {
    for (;;) {
      const status = await ask(job)
      if (status.rc !== undefined) return status
    }
  }

  it('leaves its exit code and its log', async () => {
    const status = await ended(await started('plain', 'echo out; echo err >&2; exit 3'))
    expect(status).toMatchObject({ rc: 3, started: true, text: 'out\nerr\n', bytes: 8, take: 8 })
  })

  it('survives the shell that started it', async () => {
    const job = join(folder, 'survivor')
    await sh(`mkfifo ${folder}/gate`)
    const child = spawn(
      'sh',
      ['-c', `mkdir ${job}; ${jobLine(job, ['sh', '-c', `read x <${folder}/gate; echo $x`])}; sleep 60`],
      {
        detached: true,
        stdio: 'ignore',
      },
    )
    await sh(`until [ -s ${job}/started ]; do :; done`)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await sh(`echo went-on >${folder}/gate`)
    expect(await ended(job)).toMatchObject({ rc: 0, text: 'went-on\n' })
  })

  it('starts once, however often it is asked to', async () => {
    const job = join(folder, 'once')
    const line = toItsEnd(jobLine(job, ['sh', '-c', `echo ran >>${join(folder, 'ran')}`]))
    await sh(`mkdir ${job}; ${line} & ${line} & ${line} & wait`)
    await sh(line)
    expect(await readFile(join(folder, 'ran'), 'utf8')).toBe('ran\n')
  })

  it('never starts once its place was taken, however late it comes', async () => {
    const job = join(folder, 'late')
    const line = toItsEnd(jobLine(job, ['sh', '-c', `echo ran >>${join(folder, 'ran-late')}`]))
    expect(await sh(`mkdir ${job}; ${neverStartLine(job)}`)).toBe('never\n')
    await sh(line)
    await expect(readFile(join(folder, 'ran-late'))).rejects.toThrow('ENOENT')
    expect(await ask(job)).toMatchObject({ started: false, alive: false })
  })

  it('keeps its place when it was faster', async () => {
    const job = await started('faster', 'echo here')
    await ended(job)
    expect(await sh(neverStartLine(job))).toBe('started\n')
    expect(await ask(job)).toMatchObject({ rc: 0, text: 'here\n' })
  })

  it('is ended with everything it started, also what ignores TERM', async () => {
    const job = await started('stubborn', 'trap "" TERM; (sleep 60; true) & echo ready; sleep 60; true')
    await sh(`until [ -s ${job}/log ]; do sleep 0.02; done`)
    expect(await sh(endJobLine(job, 0.2))).toBe('ended\n')
    expect(await sh(endJobLine(job, 0.2))).toBe('gone\n')
  })

  it('that is cancelled before it begins does not begin afterwards', async () => {
    const job = join(folder, 'cancelled')
    const line = toItsEnd(jobLine(job, ['sh', '-c', `echo ran >>${join(folder, 'ran-cancelled')}`]))
    expect(await sh(`mkdir ${job}; ${endJobLine(job, 1)}`)).toBe('gone\n')
    await sh(line)
    await expect(readFile(join(folder, 'ran-cancelled'))).rejects.toThrow('ENOENT')
  })

  it('brings whole lines while it runs, and the rest when it ended', async () => {
    const job = join(folder, 'half')
    await sh(`mkdir ${job}; echo ${strangersGroup()} >${job}/started; printf 'one\\ntwo\\nthr' >${job}/log`)
    expect(await ask(job)).toMatchObject({ alive: true, text: 'one\ntwo\n', take: 8, bytes: 11 })
    expect(await ask(job, 8)).toMatchObject({ text: '', take: 0 })
    await writeFile(join(job, 'rc'), '0\n')
    expect(await ask(job, 8)).toMatchObject({ rc: 0, text: 'thr', take: 3 })
  })

  it('of before the machine was started is gone, and whoever has its number now lives on', async () => {
    const job = join(folder, 'rebooted')
    const group = strangersGroup()
    await sh(`mkdir ${job}; echo ${group} >${job}/started`)
    expect(await ask(job)).toMatchObject({ started: true, alive: true })
    await sh(`cat /proc/sys/kernel/random/boot_id >${job}/boot; touch -d 2020-01-01 ${job}/started`)
    expect(await ask(job), 'a clock that was set').toMatchObject({ started: true, alive: true })
    await writeFile(join(job, 'boot'), 'another\n')
    expect(await ask(job)).toMatchObject({ started: true, alive: false })
    expect(await sh(endJobLine(job, 0.2))).toBe('gone\n')
    expect(await sh(`ps -o stat= -p ${group}`)).not.toMatch(/Z/)
  })

  it('that was killed is gone, also where nobody reaps it', async () => {
    const job = await started('killed', 'sleep 60; true')
    await sh(`until [ -s ${job}/started ]; do sleep 0.02; done`)
    expect(await sh(endJobLine(job, 1))).toBe('ended\n')
    expect(await ask(job)).toMatchObject({ started: true, alive: false })
  })

  it('brings a long log in pieces that add up to it', async () => {
    const job = join(folder, 'long')
    const log = `${Array.from({ length: 9000 }, (_, n) => `line ${n} ü`).join('\n')}\n${'x'.repeat(70_000)}`
    await sh(`mkdir ${job}; echo 1 >${job}/started; echo 0 >${job}/rc`)
    await writeFile(join(job, 'log'), log)
    let text = ''
    for (let offset = 0; ; ) {
      const status = await ask(job, offset)
      if (status.take === 0) break
      text += status.text
      offset += status.take
    }
    expect(text).toBe(log)
  })

  it.each([
    ['that has not begun', '', { started: false, alive: false }],
    ['that vanished', 'echo 999999999 >started', { started: true, alive: false }],
  ])('%s is told from one that runs', async (name, script, told) => {
    const job = join(folder, name.replaceAll(' ', '-'))
    await sh(`mkdir ${job}; cd ${job}; ${script}`)
    const status = await ask(job)
    expect(status).toMatchObject(told)
    expect(status.rc).toBeUndefined()
  })

  it('takes no other answer for a status', () => {
    expect(readJobStatus('Welcome to web-1\nrc= pid= alive=no bytes=0 take=0\n')).toBeUndefined()
  })
})

describe.each(['sh', 'bash', 'zsh', 'fish'])('a server whose login shell is %s', (shell) => {
  const isThere = spawnSync(shell, ['-c', ':']).status === 0

  it.skipIf(!isThere)(`brings every word to the program as it was (needs ${shell})`, async () => {
    const marks = fc.constantFrom(...'\'"\\$`!#*?[]{}()<>|&;~^=%@-+,:. \n\r\tnxé')
    const words = fc.array(fc.string({ unit: marks, maxLength: 12 }), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(words, async (args) => {
        const options = { cwd: folder, env: { GREETING: args.join('') } }
        const line = remoteLine(['sh', '-c', 'printf "%s\\0" "$PWD" "$GREETING" "$@"', 'it', ...args], options)
        expect(await login(shell, line)).toBe([folder, args.join(''), ...args].map((word) => `${word}\0`).join(''))
      }),
      { numRuns: 40 },
    )
  })

  it.skipIf(!isThere)(`starts a job, says how it stands, and ends it (needs ${shell})`, async () => {
    const job = join(folder, `under ${shell}`)
    await mkdir(job)
    await login(shell, jobLine(job, ['sh', '-c', 'echo "$A"; sleep 60; true'], { cwd: folder, env: { A: "it's \\'" } }))
    await sh(`until [ -s ${quote(job)}/log ]; do sleep 0.02; done`)
    const status = readJobStatus(await login(shell, jobStatusLine(job, 5)))
    expect(status).toEqual({ started: true, alive: true, bytes: 8, take: 3, text: "\\'\n" })
    expect(await login(shell, neverStartLine(job))).toBe('started\n')
    expect(await login(shell, endJobLine(job, 1))).toBe('ended\n')
    expect(await login(shell, endJobLine(job, 1))).toBe('gone\n')
  })
})
