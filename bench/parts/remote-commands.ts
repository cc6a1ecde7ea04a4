/** Twelve commands on each host through the ssh port of the bot, as a process of its own. Hosts come as JSON. */

import { remoteLine } from '../../src/argv/ssh.ts'
import type { SshHost } from '../../src/ports/ssh.ts'
import { isSshFault } from '../../src/ports/ssh.ts'
import { createMasker } from '../../src/release/redact.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createSsh } from '../../src/tools/ssh.ts'

const [commands = '', hosts = ''] = process.argv.slice(2)
const ssh = createSsh({ masker: createMasker([]), clock: createClock() })
await Promise.all((JSON.parse(hosts) as readonly SshHost[]).map(runAll))
await ssh.close()

async function runAll(host: SshHost): Promise<void> {
  const session = await ssh.connect(host)
  if (isSshFault(session)) throw new Error(session.message)
  for (let count = 0; count < Number(commands); count += 1) {
    const exit = await session.exec(remoteLine(['true']))
    if (isSshFault(exit) || exit.code !== 0) throw new Error(JSON.stringify(exit))
  }
}
