/** The programs that stand in for what this machine lacks, in a folder to put in front of PATH. */
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './machine.ts'

/** Copied, so that they can be reached by a user who may not enter this checkout. */
export async function installStandIns(bin: string, machine: Machine): Promise<void> {
  await mkdir(bin)
  await Promise.all(
    standInsFor(machine).map(async (name) => {
      await copyFile(join(import.meta.dirname, 'stand-ins', name), join(bin, name))
      await chmod(join(bin, name), 0o755)
    }),
  )
}

function standInsFor({ makepkg, hasBsdtar }: Machine): readonly string[] {
  if (makepkg === undefined) return ['flutter', 'cargo', 'makepkg']
  return hasBsdtar ? ['flutter', 'cargo'] : ['flutter', 'cargo', 'bsdtar']
}

/** It fails with these words, for one target or for all, or builds as if the version were this one. */
export interface SpoiledBuilds {
  readonly words?: string
  readonly target?: 'linux'
  readonly version?: string
}

/** Files beside the stand-ins say what they do wrong; without them they work as they should. */
export async function spoilBuilds(bin: string, { words, target, version }: SpoiledBuilds): Promise<void> {
  const files = {
    'flutter-fails': target === undefined ? words : undefined,
    'flutter-fails-linux': target === 'linux' ? words : undefined,
    'flutter-version': version,
  }
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) await rm(join(bin, name), { force: true })
    else await writeFile(join(bin, name), `${text}\n`, { mode: 0o644 })
  }
}
