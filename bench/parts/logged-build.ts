/** One build step through the bot's own shell port, as a process of its own: FOLDER, then the program. Prints what it took, ms. */
import { join } from 'node:path'
import { createMasker } from '../../src/release/redact.ts'
import { createProcessRecords } from '../../src/tools/process-records.ts'
import { createShell } from '../../src/tools/shell.ts'
import { SECRETS } from './loud-build.ts'

const [folder = '', ...argv] = process.argv.slice(2)
const shell = createShell({ masker: createMasker(SECRETS), records: createProcessRecords(join(folder, 'processes')) })
const began = performance.now()
const { code } = await shell.run({ argv }, { log: join(folder, 'build.log') })
process.stdout.write(`${performance.now() - began}\n`)
process.exitCode = code ?? 1
