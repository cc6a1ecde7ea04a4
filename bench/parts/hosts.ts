/** The machine's own OpenSSH server as many hosts: it listens on every loopback address, each of which is a host to who connects. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SshHost } from '../../src/ports/ssh.ts'
import { startSshd } from '../../test/world/sshd.ts'

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
  const environment = { PATH: process.env.PATH ?? '', HOME: folder }
  const { port, user, keyFile, pin, close } = await startSshd({
    name: 'sshd',
    folder,
    host: '0.0.0.0',
    home: folder,
    environment,
  })
  const knownHostsFile = join(folder, 'known_hosts_of_all')
  await writeFile(knownHostsFile, `* ${pin().split(' ').slice(1).join(' ')}`)
  return {
    ...{ port, user, keyFile, knownHostsFile, close },
    hosts: (count, through = port) =>
      Array.from({ length: count }, (_, index) => {
        const host = `127.0.0.${index + 1}`
        const ssh = { key: keyFile, knownHosts: knownHostsFile, agent: false }
        return { name: host, host, port: through, user, ssh }
      }),
  }
}
