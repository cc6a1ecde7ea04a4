/** The ports as they are on this machine, for tests of steps. No server is reached from here. */

import { createMasker } from '../../src/release/redact.ts'
import type { Ports } from '../../src/runners/step.ts'
import { createClock } from '../../src/tools/clock.ts'
import { createFiles } from '../../src/tools/files.ts'
import { createHttp } from '../../src/tools/http.ts'
import { createNetwork } from '../../src/tools/network.ts'
import { createProcesses } from '../../src/tools/processes.ts'
import { createShell } from '../../src/tools/shell.ts'
import { memorySigner } from '../memory-signer.ts'

export function realPorts(): Ports {
  const masker = createMasker([])
  const nobody = { code: 'unreachable', message: 'this test has no servers' } as const
  return {
    shell: createShell({ masker }),
    ssh: { connect: async () => nobody, pins: async () => [], close: async () => undefined },
    http: createHttp(),
    network: createNetwork(),
    files: createFiles({ masker }),
    clock: createClock(),
    processes: createProcesses(),
    signer: memorySigner(),
  }
}
