/** What lies at the public address, against the sums that it was published under. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '../../sandbox/git.ts'
import type { World } from '../../sandbox/world.ts'

/** Files that hold other bytes than were published first, in words. */
export async function wrongFiles({ aur, published }: World): Promise<readonly string[]> {
  const told = await toldByAur(aur.folder)
  const files = (await readdir(published.folder)).filter((file) => file.endsWith('.tar.gz'))
  const judged = files.map(async (file) => {
    const path = join(published.folder, file)
    const sum = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const first = told.get(file) ?? (await companionOf(path))
    return first === sum ? [] : [`${file} holds other bytes than were published first`]
  })
  return (await Promise.all(judged)).flat()
}

/** The sum that the AUR first named for each file: what people install is held against that. */
async function toldByAur(folder: string): Promise<ReadonlyMap<string, string>> {
  const commits = await git(folder, ['log', '--reverse', '--format=%H', 'master', '--', '.SRCINFO'])
  const told = new Map<string, string>()
  for (const commit of commits.split('\n')) {
    const text = await git(folder, ['show', `${commit}:.SRCINFO`])
    const [sources, sums] = [valuesOf(text, 'source'), valuesOf(text, 'sha256sums')]
    for (const [at, source] of sources.entries()) {
      const file = source.split('/').at(-1) ?? ''
      if (!told.has(file)) told.set(file, sums[at] ?? '')
    }
  }
  return told
}

function valuesOf(text: string, key: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\\s*${key} = (.*)$`, 'gm'))].map(([, value = '']) => value)
}

/** The bot writes it itself, so it counts only for what the AUR was never told of. */
async function companionOf(path: string): Promise<string> {
  return (await readFile(`${path}.sha256`, 'utf8').catch(() => '')).split(' ')[0] ?? ''
}
