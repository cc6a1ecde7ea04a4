/** The ports as a running bot has them: every room of `tools/`, made once and handed in. */
import type { Masker } from '../release/redact.ts'
import type { Ports } from '../runners/step.ts'
import { createClock } from '../tools/clock.ts'
import { createFiles } from '../tools/files.ts'
import { createHttp } from '../tools/http.ts'
import { createNetwork } from '../tools/network.ts'
import type { ProcessRecords } from '../tools/process-records.ts'
import { createProcesses } from '../tools/processes.ts'
import { createShell } from '../tools/shell.ts'
import { createSigner } from '../tools/signing.ts'
import { createSsh } from '../tools/ssh.ts'

/** The ports as they really reach out, everything masked. */
export function createPorts(
  masker: Masker,
  env: Readonly<NodeJS.ProcessEnv>,
  records: ProcessRecords,
  { signingKey, logBytes }: { readonly signingKey: string; readonly logBytes?: number },
): Ports {
  const clock = createClock()
  const log = logBytes !== undefined && { logBytes }
  return {
    clock,
    shell: createShell({ masker, records, ...log }),
    ssh: createSsh({ masker, clock, agent: env.SSH_AUTH_SOCK }),
    http: createHttp(),
    network: createNetwork(),
    files: createFiles({ masker, ...log }),
    processes: createProcesses(env),
    signer: createSigner(signingKey),
  }
}
