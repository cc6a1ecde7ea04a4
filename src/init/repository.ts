/** What a checkout of the product tells about it, from the texts of its files alone. */
import { arraysOf, entries, parsePkgbuild, valueIn } from '../release/pkgbuild.ts'
import { isProblem } from '../release/problems.ts'
import type { VersionFile } from '../release/project.ts'
import { type Product, productOf, type Texts } from './product.ts'

/** Where a PKGBUILD usually lies. */
const PACKAGING = [
  '.',
  'aur-package',
  'aur',
  'packaging',
  'packaging/aur',
  'packaging/arch',
  'arch',
  'dist/arch',
  'pkg',
]

/** Deployment scripts by their usual names. */
const SCRIPTS = ['scripts/deploy/update_and_deploy.sh', 'scripts/deploy.sh', 'deploy/deploy.sh', 'deploy.sh']

const DOCUMENTS = ['README.md', 'CHANGELOG.md']

/** Everything that is looked for; nothing else of the checkout is read. */
export const LOOKED_FOR: readonly string[] = [
  ...['.git/config', '.git/HEAD', 'pubspec.yaml', 'Cargo.toml', 'Cargo.lock', 'package.json', 'package-lock.json'],
  ...['pyproject.toml', 'assets/version.json', 'linux/CMakeLists.txt', 'web/index.html'],
  ...PACKAGING.map((folder) => (folder === '.' ? 'PKGBUILD' : `${folder}/PKGBUILD`)),
  ...[...SCRIPTS, ...DOCUMENTS],
]

export interface Found extends Product {
  readonly url?: string
  readonly branch?: string
  readonly aur?: { readonly package: string; readonly directory: string }
  /** The address of the package among the sources of the PKGBUILD, as a template. */
  readonly published?: string
  readonly deploy?: string
  readonly documentation: readonly string[]
}

/** Undefined where no file of a known kind names a version. */
export function lookThrough(texts: Texts): Found | undefined {
  const product = productOf(texts)
  if (product === undefined) return undefined
  const url = /\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/.exec(texts['.git/config'] ?? '')?.[1]
  const branch = /^ref: refs\/heads\/(\S+)/.exec(texts['.git/HEAD'] ?? '')?.[1]
  const deploy = SCRIPTS.find((path) => texts[path] !== undefined)
  return {
    ...product,
    ...packagingIn(texts, product),
    ...(url !== undefined && { url }),
    ...(branch !== undefined && { branch }),
    ...(deploy !== undefined && { deploy: `./${deploy}` }),
    documentation: DOCUMENTS.filter((path) => texts[path] !== undefined),
  }
}

function packagingIn(texts: Texts, product: Product): Pick<Found, 'aur' | 'published' | 'sync'> {
  const file = LOOKED_FOR.find((path) => path.endsWith('PKGBUILD') && texts[path] !== undefined)
  const pkgbuild = file === undefined ? undefined : parsePkgbuild(texts[file] ?? '')
  if (file === undefined || pkgbuild === undefined || isProblem(pkgbuild)) return { sync: product.sync }
  const name = valueIn(pkgbuild, 'pkgbase') ?? valueIn(pkgbuild, 'pkgname') ?? product.name
  const pkgver = valueIn(pkgbuild, 'pkgver')
  const sources = arraysOf(pkgbuild, 'source').flatMap((array) => entries(pkgbuild, array))
  const address = sources.find(({ url }) => /^https:/.test(url ?? '') && pkgver !== undefined && url?.includes(pkgver))
  const own: VersionFile = { file, kind: 'pkgbuild' }
  return {
    aur: { package: name, directory: file === 'PKGBUILD' ? '.' : file.slice(0, -'/PKGBUILD'.length) },
    sync: [...product.sync, own],
    ...(address?.url !== undefined && pkgver !== undefined && { published: templateOf(address.url, pkgver, product) }),
  }
}

function templateOf(url: string, pkgver: string, { build }: Product): string {
  const versioned = url.replaceAll(pkgver, '{version}')
  return build === undefined ? versioned : versioned.replace(new RegExp(`(?<=[-_+])${build}(?![\\w])`, 'g'), '{build}')
}
