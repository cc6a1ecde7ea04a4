/** Rows 2 and 3: twelve commands in order, on one host and on many at once, each way a process of its own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SshHost } from '../src/ports/ssh.ts'
import { type Finding, interleaved, ratioOf, timed } from './measure.ts'
import { openLink } from './parts/delay-proxy.ts'
import { type Hosts, openHosts } from './parts/hosts.ts'
import { installed, runProgram } from './parts/programs.ts'

const COMMANDS = 12
const ROUND_TRIP_MS = 30
/** As `npm start` starts the bot: what was compiled once is kept. */
const OWN = [
  '--import',
  join(import.meta.dirname, '../src/compile-cache.ts'),
  join(import.meta.dirname, 'parts/remote-commands.ts'),
]
/** The fast way with OpenSSH: one connection for each host, which the commands share. */
const BASH = join(import.meta.dirname, 'parts/control-master.sh')

export async function oneHost() {
  return withHosts(async (given, folder) => {
    const link = await openLink({ host: '127.0.0.1', port: given.port }, ROUND_TRIP_MS)
    const near = await againstBash(7, given, folder, given.hosts(1))
    const far = await againstBash(5, given, folder, given.hosts(1, link.port))
    await link.close()
    return {
      'bash with ControlMaster, loopback': near,
      'bash with ControlMaster, 30 ms round trip': far,
      Capistrano: await againstCapistrano(given, folder),
    }
  })
}

export async function manyHosts() {
  return withHosts(async (given, folder) => ({
    'bash with ControlMaster, 10 hosts': await againstBash(5, given, folder, given.hosts(10)),
    'bash with ControlMaster, 50 hosts': await againstBash(3, given, folder, given.hosts(50)),
  }))
}

async function withHosts<T>(work: (hosts: Hosts, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  const hosts = await openHosts(join(folder, 'ssh'))
  try {
    return await work(hosts, folder)
  } finally {
    await hosts.close()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

async function againstBash(rounds: number, given: Hosts, folder: string, hosts: readonly SshHost[]): Promise<Finding> {
  const { own, bash } = await interleaved(rounds, {
    own: () => slipway(hosts),
    bash: () => master(given, folder, hosts),
  })
  return ratioOf(own, bash)
}

function slipway(hosts: readonly SshHost[]): Promise<number> {
  return timed(() => runProgram([process.execPath, ...OWN, String(COMMANDS), JSON.stringify(hosts)]))
}

function master({ keyFile, knownHostsFile, user }: Hosts, folder: string, hosts: readonly SshHost[]): Promise<number> {
  const where = hosts.map(({ host, port }) => `${host} ${port}`)
  return timed(() => runProgram(['bash', BASH, folder, keyFile, knownHostsFile, user, String(COMMANDS), ...where]))
}

async function againstCapistrano(given: Hosts, folder: string): Promise<Finding | undefined> {
  if (!installed('cap')) return undefined
  const [host] = given.hosts(1)
  const options = { keys: [given.keyFile], keys_only: true, auth_methods: ['publickey'], port: given.port }
  const commands = Array.from({ length: COMMANDS }, () => '    execute :true').join('\n')
  const task = `task(:commands) do
  on roles(:all) do
${commands}
  end
end
`
  const stage = `set :ssh_options, ${rubyOf(options)}
set :format_options, log_file: nil
server '${host?.host}', user: '${given.user}'
`
  await mkdir(join(folder, 'config/deploy'), { recursive: true })
  await writeFile(join(folder, 'Capfile'), CAPFILE)
  await writeFile(join(folder, 'config/deploy.rb'), task)
  await writeFile(join(folder, 'config/deploy/bench.rb'), stage)
  const cap = () =>
    timed(() =>
      runProgram(['cap', 'bench', 'commands'], { cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder } }),
    )
  const { own, capistrano } = await interleaved(3, { own: () => slipway(given.hosts(1)), capistrano: cap })
  return ratioOf(own, capistrano)
}

/** As `cap install` writes it. */
const CAPFILE = `require 'capistrano/setup'
require 'capistrano/deploy'
require 'capistrano/scm/git'
install_plugin Capistrano::SCM::Git
`

/** What JSON writes with a colon between names and values, Ruby reads with an arrow. */
function rubyOf(options: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
  return `{ ${pairs.join(', ')} }`
}
