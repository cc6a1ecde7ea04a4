/** The machine's own OpenSSH server on loopback addresses, with keys of its own, for this user, ended by its number. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { SshHost } from '../../src/ports/ssh.ts'
import { freePort, listening } from './ports.ts'
import { runProgram } from './programs.ts'

const SSHD = '/usr/sbin/sshd'

export interface Hosts {
  readonly port: number
  readonly user: string
  readonly keyFile: string
  readonly knownHostsFile: string
  /** The hosts 127.0.0.1, 127.0.0.2 and so on; `port` where a link stands before them. */
  hosts(count: number, port?: number): readonly SshHost[]
  close(): Promise<void>
}

export async function openHosts(folder: string): Promise<Hosts> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const at = (name: string) => join(folder, name)
  for (const name of ['host_key', 'id_ed25519'])
    await runProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at(name)])
  await writeFile(at('authorized_keys'), await readFile(at('id_ed25519.pub')), { mode: 0o600 })
  await writeFile(at('known_hosts'), `* ${await readFile(at('host_key.pub'), 'utf8')}`)
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true }).then(() => chmod('/run/sshd', 0o755))
  const port = await freePort()
  const settings = [
    'Port',
    port,
    'ListenAddress',
    '0.0.0.0',
    'HostKey',
    at('host_key'),
    'PidFile',
    'none',
    'UsePAM',
    'no',
    'StrictModes',
    'no',
    'PasswordAuthentication',
    'no',
    'PermitRootLogin',
    'prohibit-password',
    'AuthorizedKeysFile',
    at('authorized_keys'),
    'MaxStartups',
    '200',
  ] as const
  const options = Array.from({ length: settings.length / 2 }, (_, index) => [
    '-o',
    `${settings[2 * index]}=${settings[2 * index + 1]}`,
  ])
  const server = spawn(SSHD, ['-D', '-e', '-f', '/dev/null', ...options.flat()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  server.stderr.resume()
  await listening(port)
  const { username } = userInfo()
  const access = { key: at('id_ed25519'), knownHosts: at('known_hosts'), agent: false }
  return {
    port,
    user: username,
    keyFile: access.key,
    knownHostsFile: access.knownHosts,
    hosts: (count, through = port) =>
      Array.from({ length: count }, (_, index) => {
        const host = `127.0.0.${index + 1}`
        return { name: host, host, port: through, user: username, ssh: access }
      }),
    close: async () => {
      server.kill('SIGTERM')
      await once(server, 'exit')
    },
  }
}
