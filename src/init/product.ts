/** The kinds of products that are known by a file: how it names the version, and how the product is usually built. */
import type { Argv, VersionFile } from '../release/project.ts'
import { isMisread, readRelease } from '../release/version.ts'
import { patternPlaces } from '../release/version-files/pattern.ts'
import { pubspecPlaces } from '../release/version-files/pubspec.ts'

/** Texts of files by path; what is not there is left out. */
export type Texts = Readonly<Record<string, string>>

export interface Target {
  readonly run: readonly Argv[]
  readonly output: string
}

export interface Product {
  /** As the configuration names a project: small letters, digits and hyphens. */
  readonly name: string
  readonly title: string
  readonly version: string
  /** The build number, where versions have one. */
  readonly build?: string
  readonly source: VersionFile
  readonly sync: readonly VersionFile[]
  readonly clean: readonly Argv[]
  readonly targets: Readonly<Record<string, Target>>
}

type Kind = (text: string, texts: Texts) => Omit<Product, 'name'> | undefined

/** The first of these files that is there and names a version decides. */
const KINDS: Readonly<Record<string, Kind>> = {
  'pubspec.yaml': flutter,
  'Cargo.toml': rust,
  'package.json': node,
  'pyproject.toml': python,
}

export function productOf(texts: Texts): Product | undefined {
  for (const [file, kind] of Object.entries(KINDS)) {
    const text = texts[file]
    const product = text === undefined ? undefined : kind(text, texts)
    if (product !== undefined) return { ...product, name: projectName(product.title) }
  }
  return undefined
}

function projectName(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return /^[a-z]/.test(name) ? name : `product-${name}`.replace(/-$/, '')
}

function flutter(text: string, texts: Texts): ReturnType<Kind> {
  const full = pubspecPlaces(text)[0]?.text
  const read = full === undefined ? undefined : readRelease(full, true)
  if (read === undefined || isMisread(read)) return undefined
  const linux = { run: [['flutter', 'build', 'linux', '--release']], output: 'build/linux/x64/release/bundle' }
  const web = { run: [['flutter', 'build', 'web', '--release']], output: 'build/web' }
  return {
    title: /^name:[ \t]*["']?([\w-]+)/m.exec(text)?.[1] ?? 'product',
    version: read.version,
    ...(read.build !== undefined && { build: read.build }),
    source: { file: 'pubspec.yaml', kind: 'pubspec' },
    sync: versionJson(texts),
    clean: [['flutter', 'pub', 'get']],
    targets: {
      ...(texts['linux/CMakeLists.txt'] !== undefined && { linux }),
      ...(texts['web/index.html'] !== undefined && { web }),
    },
  }
}

/** Those keys of assets/version.json that a release sets. */
function versionJson(texts: Texts): readonly VersionFile[] {
  const file = 'assets/version.json'
  const keys = Object.keys(jsonIn(texts[file]))
  const templates = { version: '{version}', build_number: '{build}', build_date: '{date}', git_commit: '{commit}' }
  const set = Object.fromEntries(Object.entries(templates).filter(([key]) => keys.includes(key)))
  return Object.hasOwn(set, 'version') ? [{ file, kind: 'json', set }] : []
}

function rust(text: string, texts: Texts): ReturnType<Kind> {
  const named = tomlVersion(text, 'Cargo.toml', 'package')
  if (named === undefined) return undefined
  const { title, version, source } = named
  const pattern = `name = "${title}"\nversion = "{version}"`
  const isLocked = patternPlaces(pattern, texts['Cargo.lock'] ?? '')?.length === 1
  return {
    title,
    version,
    source,
    sync: isLocked ? [{ file: 'Cargo.lock', kind: 'pattern', pattern }] : [],
    clean: [],
    targets: { linux: { run: [['cargo', 'install', '--path', '.', '--root', 'dist', '--locked']], output: 'dist' } },
  }
}

function python(text: string): ReturnType<Kind> {
  const named = tomlVersion(text, 'pyproject.toml', 'project')
  if (named === undefined) return undefined
  const wheel = { run: [['python3', '-m', 'build']], output: 'dist' }
  return { ...named, sync: [], clean: [], targets: { wheel } }
}

/** A version line of a table as a pattern that is in the file once: alone, or with the line above it. */
function tomlVersion(
  text: string,
  file: string,
  table: string,
): Pick<Product, 'title' | 'version' | 'source'> | undefined {
  const inside = text.split(new RegExp(`^\\[${table}\\][ \\t]*$`, 'm'))[1]?.split(/^\[/m)[0] ?? ''
  const title = /^name[ \t]*=[ \t]*["']([^"'\n]+)/m.exec(inside)?.[1]
  const found = /(?:^|\n)(?:([^\n]*)\n)?(version[ \t]*=[ \t]*["'])(\d+\.\d+\.\d+[^"'\n]*)(["'])/.exec(inside)
  const [, above = '', opening = '', version = '', closing = ''] = found ?? []
  if (title === undefined || found === null) return undefined
  const line = `${opening}{version}${closing}`
  const pattern = [line, `${above}\n${line}`].find((one) => patternPlaces(one, text)?.length === 1)
  return pattern === undefined ? undefined : { title, version, source: { file, kind: 'pattern', pattern } }
}

function node(text: string, texts: Texts): ReturnType<Kind> {
  const { name, version, scripts } = jsonIn(text)
  if (typeof name !== 'string' || typeof version !== 'string') return undefined
  const lock = jsonIn(texts['package-lock.json'])
  const keys = { version: '{version}', ...(lock.packages !== undefined && { 'packages..version': '{version}' }) }
  const builds = typeof scripts === 'object' && scripts !== null && 'build' in scripts
  const dist = {
    run: [
      ['npm', texts['package-lock.json'] === undefined ? 'install' : 'ci'],
      ['npm', 'run', 'build'],
    ],
    output: 'dist',
  }
  return {
    title: name.replace(/^@[^/]*\//, ''),
    version,
    source: { file: 'package.json', kind: 'json', set: { version: '{version}' } },
    sync: lock.version === undefined ? [] : [{ file: 'package-lock.json', kind: 'json', set: keys }],
    clean: [],
    targets: builds ? { dist } : {},
  }
}

function jsonIn(text: string | undefined): Record<string, unknown> {
  try {
    const value = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
