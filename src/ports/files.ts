/** The bot's own folders on this machine. */

export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link'
  readonly bytes: number
}

export interface Files {
  /** How many bytes the log of a step may hold. */
  readonly logBytes: number
  /** The text, or undefined where there is no such file. Rejects, and never waits, where it is no ordinary file. */
  read(path: string): Promise<string | undefined>
  /** Writes through a temporary name and a rename; makes the folders above. `mode` is octal, default 0o600. */
  write(path: string, text: string, mode?: number): Promise<void>
  /** Adds to a file's end, 0600, making it and the folders above. The text is masked by the implementation. */
  append(path: string, text: string): Promise<void>
  copy(from: string, to: string): Promise<void>
  /**
   * Copies a file to a name nobody has taken, readable by everyone (0644), complete or not at all. False where the name is
   * taken: what is there stays. The folder has to exist.
   */
  place(from: string, to: string): Promise<boolean>
  /** Removes what a `place` that was killed once the file was there has left beside it. */
  tidy(to: string): Promise<void>
  /** Follows no link, also none that is put there meanwhile. */
  remove(path: string): Promise<void>
  /** Makes it where it is not there; `user` gets the folder alone, and nothing in it. */
  folder(path: string, mode?: number, user?: string): Promise<void>
  list(path: string): Promise<readonly Entry[]>
  exists(path: string): Promise<boolean>
  /** Hex, lower case. */
  sha256(path: string): Promise<string>
  freeBytes(path: string): Promise<number>
  /** Lines of a file's end as a terminal would show them, at most `lines`, from at most the last `bytes`. */
  tail(path: string, lines: number, bytes?: number): Promise<readonly string[]>
  /** Hands a folder to another user of this machine, with everything in it. Nothing in it may be theirs to write before. */
  own(path: string, user: string): Promise<void>
  /**
   * Packs a folder, or the one `below` it, into a .tar.gz whose bytes depend only on names, contents, modes and `mtime`
   * (seconds): sorted, owner 0. Returns its size in bytes and sha256. Rejects where a link leads to it, also one that is
   * put there meanwhile.
   */
  pack(
    folder: string,
    options: { readonly to: string; readonly below?: string; readonly root: string; readonly mtime: number },
  ): Promise<{ readonly bytes: number; readonly sha256: string }>
  /**
   * What a tarball, compressed or not, holds below its one folder: sha256 (hex) over names, contents, links and executable bits.
   * Times, owners and compression make no difference. Rejects for what is no tarball.
   */
  contents(tarball: string): Promise<string>
}

/** How Linux says that a disk, or what an account may have of it, is full: errno(3). */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether something was thrown because a disk takes no more: the machine's fault, and none of the bot. */
export function isFullDisk(error: unknown): boolean {
  return FULL.has(String((error as NodeJS.ErrnoException | undefined)?.code))
}
