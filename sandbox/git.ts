/** The world's own repositories: whole histories written by one `git fast-import`, and a few things read back. */
import { mkdir } from 'node:fs/promises'
import { run } from './programs.ts'

/** Paths to texts; null takes a file away. What ends in .sh, and hooks, are executable. */
export type Changes = Readonly<Record<string, string | null>>

export interface Author {
  readonly name: string
  readonly email: string
}

export interface Commit {
  readonly author: Author
  /** Seconds since the epoch. */
  readonly at: number
  readonly message: string
  readonly files: Changes
  /** An annotated tag on this commit. */
  readonly tag?: string
}

const BRANCH = 'refs/heads/master'

/** What git prints, without the last line end. */
export async function git(folder: string, args: readonly string[], input?: string): Promise<string> {
  const printed = await run('git', ['-C', folder, ...args], input === undefined ? {} : { input })
  return printed.replace(/\n$/, '')
}

/** Makes a bare repository that takes its first commits from anybody who may write the folder. */
export async function createBare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await git(folder, ['-c', 'init.defaultBranch=master', 'init', '--quiet', '--bare', '--template='])
}

/** Adds commits to master on top of what is there, and returns the new head. */
export async function addCommits(folder: string, commits: readonly Commit[]): Promise<string> {
  const head = await headOf(folder)
  await git(folder, ['fast-import', '--quiet', '--date-format=raw'], commits.map(inStream(head)).join(''))
  return git(folder, ['rev-parse', BRANCH])
}

/** The commit of master, or undefined in an empty repository. */
export async function headOf(folder: string): Promise<string | undefined> {
  const listed = await git(folder, ['for-each-ref', '--format=%(objectname)', BRANCH])
  return listed === '' ? undefined : listed
}

/** The text of a file at a commit, or undefined where it has none. */
export function fileAt(folder: string, commit: string, path: string): Promise<string | undefined> {
  return run('git', ['-C', folder, 'show', `${commit}:${path}`]).catch(() => undefined)
}

/** The stream format of `git help fast-import`. */
function inStream(head: string | undefined) {
  return ({ author, at, message, files, tag }: Commit, index: number): string => {
    const who = `${author.name} <${author.email}> ${at} +0000`
    const parent = index === 0 && head !== undefined ? `from ${head}\n` : ''
    const changes = Object.entries(files).map(([path, text]) => change(path, text))
    const tagged = tag === undefined ? '' : `tag ${tag}\nfrom ${BRANCH}\ntagger ${who}\n${data(`Release ${tag}\n`)}`
    return `commit ${BRANCH}\nauthor ${who}\ncommitter ${who}\n${data(`${message}\n`)}${parent}${changes.join('')}\n${tagged}`
  }
}

function change(path: string, text: string | null): string {
  if (text === null) return `D ${path}\n`
  return `M ${path.endsWith('.sh') ? '100755' : '100644'} inline ${path}\n${data(text)}`
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}
