/** Whose the configuration and the .env are: whoever may write them decides what the bot runs. */
import { word } from '../release/shell-words.ts'

/** As `stat` gives it: `mode` with or without the file's type, owner and user as numbers. */
export interface FileMode {
  readonly mode: number
  readonly ownerId: number
  readonly userId: number
}

/** Who else may do something with a file, in one sentence that names it, and the command that takes it away. */
export interface Exposed {
  readonly what: string
  readonly command: string
}

const ROOT = 0
const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002
const ELSE_READS = 0o044

/** Who else may write the file, or undefined where only its user and root may. */
export function checkFileMode({ mode, ownerId, userId }: FileMode, file: string): Exposed | undefined {
  if (ownerId !== userId && ownerId !== ROOT)
    return {
      what: `${file} belongs to another account (number ${ownerId}), which could change what is run.`,
      command: `chown "$USER" ${file}`,
    }
  if ((mode & (GROUP_WRITES | OTHERS_WRITE)) === 0) return undefined
  const who = (mode & OTHERS_WRITE) === 0 ? 'its group' : 'everybody on this machine'
  return {
    what: `${file} may be written by ${who}, who could change what is run.`,
    command: `chmod go-w ${word(file)}`,
  }
}

/** Whether secrets in it are read by others, by the names of those; undefined where none are. */
export function checkSecrets({ mode }: FileMode, file: string, secrets: readonly string[]): Exposed | undefined {
  if (secrets.length === 0 || (mode & ELSE_READS) === 0) return undefined
  return { what: `${file} can be read by others, and holds ${secrets.join(', ')}.`, command: `chmod 600 ${word(file)}` }
}
