/** An ssh port whose hosts are this machine: real shells and files in a folder that stands in for a server's home. */
import { spawn } from 'node:child_process'
import { access, copyFile, rename, stat } from 'node:fs/promises'
import type { Exit } from '../../src/ports/shell.ts'
import type { Session, Ssh, SshFault } from '../../src/ports/ssh.ts'

export interface LocalSsh extends Ssh {
  /** Every line that was run, in order. */
  readonly lines: string[]
  /** Decides before each line, and before a look at a file's size, as `size PATH`: undefined runs it, a fault is answered instead. `after` runs it and loses the answer. `lost` ends the session with it. */
  trouble: (line: string) => { readonly fault: SshFault; readonly when: 'before' | 'after' } | undefined
  /** What a line prints instead of being run; undefined runs it. */
  says: (line: string) => string | undefined
  /** What the server's own profile runs before each line. */
  before: string
  /** The login shell. */
  shell: string
  /** Set to refuse connections. */
  refuse: SshFault | undefined
  connections: number
}

/** What a script is given to end here, in fifths of a second. */
const GRACE = 5

/** Whether a line starts a job. */
export const startsJob = (line: string) => line.includes('setsid nohup "$@"')

/** A line that starts a job, come at once and followed to the job's end. */
export const toItsEnd = (line: string) => line.replace('</dev/null &', '</dev/null')

export function createLocalSsh(home: string): LocalSsh {
  const ssh: LocalSsh = {
    lines: [],
    trouble: () => undefined,
    says: () => undefined,
    before: '',
    shell: 'sh',
    refuse: undefined,
    connections: 0,
    connect: async () => {
      ssh.connections += 1
      if (ssh.refuse) return ssh.refuse
      if (open.lost) open = createSession(ssh, home)
      return open.session
    },
    pins: async () => [],
    close: async () => undefined,
  }
  let open = createSession(ssh, home)
  return ssh
}

/** A session of which nothing can be had any more once it was lost, whoever still holds it. */
function createSession(ssh: LocalSsh, home: string) {
  const state: { session: Session; lost?: SshFault } = { session: {} as Session }
  const heard = (fault: SshFault) => {
    if (fault.code === 'lost') state.lost = fault
    return fault
  }
  const alive =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T | SshFault> =>
      state.lost ?? work(...args)
  state.session = {
    exec: alive(async (line, options) => {
      ssh.lines.push(line)
      const trouble = ssh.trouble(line)
      if (trouble?.when === 'before') return heard(trouble.fault)
      const said = ssh.says(line)
      const exit =
        said !== undefined
          ? answering(said)
          : await run(ssh.shell, ssh.before + line.replace(/ '50'$/, ` '${GRACE}'`), home, options?.input ?? '')
      return trouble ? heard(trouble.fault) : exit
    }),
    upload: alive(async (from, to) => copyFile(from, to).then(() => undefined, failed)),
    size: alive(async (path) => {
      const trouble = ssh.trouble(`size ${path}`)
      return trouble
        ? heard(trouble.fault)
        : stat(path).then(
            ({ size }) => size,
            () => undefined,
          )
    }),
    rename: alive(async (from, to) => {
      const there = await access(to).then(
        () => true,
        () => false,
      )
      return there ? failed(new Error('it exists')) : rename(from, to).then(() => undefined, failed)
    }),
  }
  return state
}

const failed = (error: Error): SshFault => ({ code: 'failed', message: error.message })

function answering(stdout: string): Exit {
  return { code: 0, signal: null, stdout, stderr: '', truncated: false, ended: 'itself' }
}

function run(shell: string, line: string, home: string, input: string): Promise<Exit> {
  return new Promise((resolve) => {
    const child = spawn(shell, ['-c', line], { cwd: home, env: { PATH: process.env.PATH, HOME: home } })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr, truncated: false, ended: 'itself' }))
  })
}
