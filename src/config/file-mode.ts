/** Whose the configuration and the .env are: whoever may write them decides what the bot runs. */

/** As `stat` gives it: `mode` with or without the file's type, owner and user as numbers. */
export interface FileMode {
  readonly mode: number
  readonly ownerId: number
  readonly userId: number
}

const ROOT = 0
const GROUP_WRITES = 0o020
const OTHERS_WRITE = 0o002

/**
 * A sentence on who else may write the file and what to do, or undefined where only its user and root may. `what`: the file, as
 * the sentence names it.
 */
export function checkFileMode(
  { mode, ownerId, userId }: FileMode,
  what: 'The configuration' | 'It' = 'The configuration',
): string | undefined {
  if (ownerId !== userId && ownerId !== ROOT)
    return `${what} belongs to another account (number ${ownerId}), which could change what is run: give it to your own with chown.`
  if ((mode & (GROUP_WRITES | OTHERS_WRITE)) === 0) return undefined
  const who = (mode & OTHERS_WRITE) === 0 ? 'its group' : 'everybody on this machine'
  return `${what} may be written by ${who}, who could change what is run: take that away with chmod go-w.`
}
