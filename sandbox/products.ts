/** Products of other shapes than Harbour: a Rust program that the AUR builds from source, and a service without a package. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from './git.ts'
import { PEOPLE, type Product, RELEASED_AT, readSources, sha256, srcinfoOf, writeTree } from './product.ts'

const PACKAGING = 'packaging/aur/'

/** The archive of its tag is its package: nothing is built before that is there. */
export const LANTERN: Product = {
  name: 'lantern',
  tag: 'v0.4.0',
  build: async (_workshop, _published, addresses) => ({ files: await readSources('lantern', addresses) }),
  history: ({ files }) =>
    released('lantern', 'v0.4.0', files, { 'src/main.rs': `${files['src/main.rs']}// It shines.\n` }),
  aurHistory: async ({ files }, origin, workshop) => {
    const sum = sha256(await readFile(await archiveOf(origin, 'v0.4.0', workshop)))
    const text = (files[`${PACKAGING}PKGBUILD`] ?? '').replace('@ARCHIVE_SHA256@', sum)
    await writeTree(workshop, { 'aur/PKGBUILD': text })
    const srcinfo = await srcinfoOf(join(workshop, 'aur'))
    const message = 'Update to 0.4.0-1'
    return [{ author: PEOPLE.mira, at: RELEASED_AT, message, files: { PKGBUILD: text, '.SRCINFO': srcinfo } }]
  },
}

/** Nothing is built and nothing is packed: the server runs its sources. */
export const BEACON: Product = {
  name: 'beacon',
  tag: 'v2.0.0',
  build: async (workshop, _published, addresses) => {
    await writeTree(workshop, { 'web/version.json': '{"version":"2.0.0"}' })
    return { files: await readSources('beacon', addresses), web: join(workshop, 'web') }
  },
  history: ({ files }) => released('beacon', 'v2.0.0', files, { 'server.js': `${files['server.js']}// It turns.\n` }),
  aurHistory: async () => [],
}

function released(name: string, tag: string, files: Readonly<Record<string, string>>, since: Record<string, string>) {
  const [at, message] = [RELEASED_AT, `chore(release): ${name} ${tag}`]
  return [
    { author: PEOPLE.mira, at, message, files, tag },
    { author: PEOPLE.jon, at: at + 86_400, message: 'feat: say what it does', files: since },
  ]
}

/** What a forge gives for a tag: made once, in a folder of its own. Rejects where there is no such tag. */
export async function archiveOf(origin: string, tag: string, folder: string): Promise<string> {
  const file = join(folder, `archive-${tag}.tar.gz`)
  const root = `${origin.replace(/^.*\/|\.git$/g, '')}-${tag.replace(/^v/, '')}/`
  await git(origin, ['archive', '--format=tar.gz', `--prefix=${root}`, `--output=${file}`, `refs/tags/${tag}`])
  return file
}
