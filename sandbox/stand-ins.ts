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

/** Files beside the stand-ins say what they do wrong; without them they work as they should. */
export async function spoilBuilds(
  bin: string,
  how: { readonly words: string | undefined; readonly version: string | undefined },
): Promise<void> {
  const files = { 'flutter-fails': how.words, 'flutter-version': how.version }
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) await rm(join(bin, name), { force: true })
    else await writeFile(join(bin, name), `${text}\n`, { mode: 0o644 })
  }
}
