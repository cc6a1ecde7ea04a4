/** How programs end, for whoever started them. */
import { isHelp } from './tools/is-help.ts'

/** What `sysexits.h` calls EX_USAGE. */
const MISUSED = 64

/** Says what a program takes: as its answer with exit code 0 to who asked for help, otherwise as a complaint with 64. */
export function explain(usage: string): number {
  const isAsked = isHelp(process.argv.slice(2))
  const to = isAsked ? process.stdout : process.stderr
  to.write(`${usage}\n`)
  return isAsked ? 0 : MISUSED
}
