/** The small product of the world: its files, its history, and the release that is out when the world begins. */
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Author, Changes, Commit } from './git.ts'
import { run } from './programs.ts'

const FIRST = { version: '3.1.2', build: '001', full: '3.1.2+001' } as const
export const PACKAGE = 'harbour'

export const PEOPLE = {
  mira: { name: 'Mira Holm', email: 'mira@harbour.invalid' },
  jon: { name: 'Jon Vik', email: 'jon@harbour.invalid' },
} as const satisfies Record<string, Author>

/** The public addresses that the product's own files name. */
export interface Addresses {
  readonly app: string
  readonly site: string
  readonly downloads: string
}

export interface FirstRelease {
  /** Every file of the product as it is released. */
  readonly files: Readonly<Record<string, string>>
  /** The folder with what its server serves; none where there is no server. */
  readonly web?: string
}

/** A kind of product that a world can hold. */
export interface Product {
  /** Of its package and its repository. */
  readonly name: string
  /** Of the release that is out when the world begins. */
  readonly tag: string
  /** Builds that release in `workshop`, and publishes in `published` what it publishes. */
  build(workshop: string, published: string, addresses: Addresses, bin: string): Promise<FirstRelease>
  /** The history of its origin: the release, and what has been committed since. */
  history(release: FirstRelease): readonly Commit[]
  /** What the AUR begins with. `origin` has the history by then. */
  aurHistory(release: FirstRelease, origin: string, workshop: string): Promise<readonly Commit[]>
}

export const HARBOUR: Product = {
  name: PACKAGE,
  tag: `v${FIRST.full}`,
  build: buildFirstRelease,
  history: historyOf,
  aurHistory: async ({ files }) => aurHistoryOf(packageFilesOf(files)),
}

/** When the first release of every product was made, seconds since the epoch: 2026-10-05, 09:00 UTC. */
export const RELEASED_AT = Date.UTC(2026, 9, 5, 9) / 1000
const DAY = 86_400

/** Builds 3.1.2+001 in `workshop`, packs it into `published`, and completes PKGBUILD and .SRCINFO from what came out. */
async function buildFirstRelease(
  workshop: string,
  published: string,
  addresses: Addresses,
  bin: string,
): Promise<FirstRelease> {
  const sources = await readSources(PACKAGE, addresses)
  await writeTree(workshop, sources)
  const flutter = (target: string) => run(join(bin, 'flutter'), ['build', target, '--release'], { cwd: workshop })
  await flutter('linux')
  const [packageFile] = await Promise.all([pack(workshop, published), flutter('web')])
  const files = await completePackageFiles(sources, workshop, await readFile(packageFile))
  return { files, web: join(workshop, 'build', 'web') }
}

/** The history of the product: the release, and what has been committed since. */
function historyOf({ files }: FirstRelease): readonly Commit[] {
  const changelog = files['CHANGELOG.md'] ?? ''
  const before = { ...files, 'CHANGELOG.md': '# Changelog\n' }
  const readme = files['README.md'] ?? ''
  const page = files['web/index.html'] ?? ''
  const { mira, jon } = PEOPLE
  const since = (days: number) => RELEASED_AT + days * DAY
  return [
    { author: mira, at: since(-20), message: 'feat: a program that says which ships come in', files: before },
    {
      author: mira,
      at: since(0),
      message: `chore(release): ${FIRST.full}`,
      files: { 'CHANGELOG.md': changelog },
      tag: `v${FIRST.full}`,
    },
    {
      author: jon,
      at: since(3),
      message: 'feat(web): show the harbour master’s greeting',
      files: { 'web/index.html': page.replace('</p>', '</p>\n    <p>The harbour master says hello.</p>') },
    },
    {
      author: mira,
      at: since(9),
      message: 'fix: close the gate after the last ship\n\nIt stood open all night.',
      files: { 'lib/gate.dart': "const gateCloses = '22:00';\n" },
    },
    {
      author: jon,
      at: since(12),
      message: 'docs: say where the gate is',
      files: { 'README.md': `${readme}- The gate is at the north pier.\n` },
    },
  ]
}

/** The one commit that the AUR begins with. */
function aurHistoryOf(files: Readonly<Record<string, string>>): readonly Commit[] {
  return [{ author: PEOPLE.mira, at: RELEASED_AT, message: `Update to ${FIRST.version}-1`, files }]
}

/** The files of a product's folder, with the addresses of the world in them. */
export async function readSources(
  product: string,
  { app, site, downloads }: Addresses,
): Promise<Record<string, string>> {
  const folder = join(import.meta.dirname, product)
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const read = async (path: string) => {
    const text = await readFile(path, 'utf8')
    const name = path.slice(folder.length + 1).replace(/^gitignore$/, '.gitignore')
    return [
      name,
      text.replaceAll('@APP@', app).replaceAll('@SITE@', site).replaceAll('@DOWNLOADS@', downloads),
    ] as const
  }
  return Object.fromEntries(await Promise.all(paths.sort().map(read)))
}

async function completePackageFiles(
  sources: Readonly<Record<string, string>>,
  workshop: string,
  packed: Buffer,
): Promise<Record<string, string>> {
  const desktop = sources['aur-package/harbour.desktop'] ?? ''
  const pkgbuild = (sources['aur-package/PKGBUILD'] ?? '')
    .replace('@BUNDLE_SHA256@', sha256(packed))
    .replace('@DESKTOP_SHA256@', sha256(desktop))
  await writeTree(workshop, { 'aur-package/PKGBUILD': pkgbuild })
  const srcinfo = await srcinfoOf(join(workshop, 'aur-package'))
  return { ...sources, 'aur-package/PKGBUILD': pkgbuild, 'aur-package/.SRCINFO': srcinfo }
}

/** The .SRCINFO of the PKGBUILD in a folder. */
export function srcinfoOf(folder: string): Promise<string> {
  const makepkg = join(import.meta.dirname, 'stand-ins', 'makepkg')
  const env = { SANDBOX_MAKEPKG_AS_ROOT: '1' }
  return run(makepkg, ['--printsrcinfo', '--ignorearch'], { cwd: folder, env })
}

/** The same bytes from the same bundle: sorted, without owners, at the time of the release. */
async function pack(workshop: string, published: string): Promise<string> {
  const file = join(published, `${PACKAGE}-${FIRST.version}-${FIRST.build}-x86_64.tar.gz`)
  const root = `${PACKAGE}-${FIRST.version}`
  const options = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', `--mtime=@${RELEASED_AT}`]
  await run(
    'tar',
    [...options, `--transform=s,^\\./,${root}/,;s,^\\.$,${root},`, '--use-compress-program=gzip -n', '-cf', file, '.'],
    {
      cwd: join(workshop, 'build/linux/x64/release/bundle'),
    },
  )
  return file
}

function packageFilesOf(files: Readonly<Record<string, string>>): Record<string, string> {
  const folder = 'aur-package/'
  const ours = Object.entries(files).filter(([path]) => path.startsWith(folder))
  return Object.fromEntries(ours.map(([path, text]) => [path.slice(folder.length), text]))
}

export async function writeTree(folder: string, files: Changes): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text ?? '')
    if (path.endsWith('.sh')) await chmod(file, 0o755)
  }
}

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
