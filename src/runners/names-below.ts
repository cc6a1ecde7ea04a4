/** What lies below a folder. */
import type { Files } from '../ports/files.ts'

export interface Found {
  /** Relative to the folder. */
  readonly name: string
  readonly kind: 'file' | 'link'
  readonly bytes: number
}

/** Everything below a folder that is not itself a folder, sorted by name. */
export async function namesBelow(files: Files, folder: string, prefix = ''): Promise<readonly Found[]> {
  const entries = await files.list(folder)
  const found = await Promise.all(
    entries.map(async ({ name, kind, bytes }): Promise<readonly Found[]> => {
      const path = `${prefix}${name}`
      return kind === 'folder' ? namesBelow(files, `${folder}/${name}`, `${path}/`) : [{ name: path, kind, bytes }]
    }),
  )
  return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1))
}
