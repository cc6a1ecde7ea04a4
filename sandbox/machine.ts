/** What this machine has for the world: whether makepkg is the real one, and whom builds can run as. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { isolate } from '../src/argv/isolation.ts'
import type { Isolation } from '../src/release/project.ts'
import { run } from './programs.ts'

export interface Machine {
  /** The real one's own words, such as `makepkg (pacman) 6.0.2`; absent where the stand-in is used. */
  readonly makepkg?: string
  readonly hasBsdtar: boolean
  readonly isolation: Isolation
  readonly isRoot: boolean
}

export type MakepkgChoice = 'real' | 'stand-in'

/** makepkg refuses root, so that root builds as nobody; where it cannot, or may not, only the stand-in is left. */
export async function lookAround(choice?: MakepkgChoice, kind?: Isolation['kind']): Promise<Machine> {
  const isRoot = process.getuid?.() === 0
  const [makepkg, hasBsdtar, canBeNobody] = await Promise.all([
    choice === 'stand-in' ? undefined : makepkgVersion(),
    has('bsdtar'),
    isRoot ? mayBecomeNobody() : false,
  ])
  const isolation = isolationOf(kind ?? (canBeNobody ? 'user' : 'none'), isRoot)
  const isUsable = makepkg !== undefined && (!isRoot || (canBeNobody && isolation.kind !== 'none'))
  if (choice === 'real' && !isUsable) throw new Error('makepkg is not installed, or root has nobody to run it as')
  return {
    ...(isUsable ? { makepkg } : {}),
    hasBsdtar,
    isolation,
    isRoot,
  }
}

function isolationOf(kind: Isolation['kind'], isRoot: boolean): Isolation {
  const user = 'nobody'
  if (kind === 'bubblewrap') return { kind, read: [], ...(isRoot && { user }) }
  return kind === 'user' ? { kind, user } : { kind }
}

/** Sentences for a person: what is real in this world, what only stands in. */
export function factsOf({ makepkg, hasBsdtar, isolation }: Machine): readonly string[] {
  const real = ['git', 'ssh', 'sftp', 'HTTPS with an own authority', 'curl', ...(makepkg ? [makepkg] : [])]
  return [
    `Real: ${real.join(', ')}.`,
    'Stand-in: flutter (builds only the small product of the sandbox).',
    ...(makepkg ? [] : ['Stand-in: makepkg (it is not installed here; the package it builds is still a real one).']),
    ...(makepkg && !hasBsdtar ? ['Stand-in: bsdtar for makepkg, on GNU tar (libarchive-tools is not installed).'] : []),
    ISOLATIONS[isolation.kind],
    'Whoever asks for a release may approve it here. A project of your own should not allow that.',
  ]
}

const ISOLATIONS = {
  user: 'Isolation: builds run as the user nobody.',
  bubblewrap: 'Isolation: builds run in bubblewrap.',
  none: 'Isolation: none, builds run as you. A project of your own should name a user.',
} as const

async function makepkgVersion(): Promise<string | undefined> {
  if (!(await has('makepkg'))) return undefined
  const said = await run('makepkg', ['--version']).catch(() => undefined)
  return said?.split('\n')[0]
}

async function mayBecomeNobody(): Promise<boolean> {
  const reach = { writes: '/', network: false }
  const [program = '', ...args] = isolate(['true'], { kind: 'user', user: 'nobody' }, reach, { home: '/' })
  const attempt = run(program, args)
  return attempt.then(
    () => true,
    () => false,
  )
}

async function has(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = await Promise.allSettled(folders.map((folder) => access(join(folder, program), constants.X_OK)))
  return found.some(({ status }) => status === 'fulfilled')
}
