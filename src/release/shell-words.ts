/** Command lines for a person to copy into a shell: nothing that Slipway runs itself passes through this. */
import type { Argv } from './project.ts'

export function line(argv: Argv): string {
  return argv.map(word).join(' ')
}

/** One argument; quoted only where a shell would read it otherwise. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
