/** Command lines that build, unpack and read Arch packages. All of them execute or open what is not trusted: they are isolated. */

import type { Reach } from './isolation.ts'

/** A command of the packaging tools as a step describes it. */
export interface PackagingCommand {
  readonly do: 'command'
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly isolated: Reach
}

/** The folders a package is made in; all absolute, made afresh for each attempt. */
export interface Workshop {
  /** Holds all the others. */
  readonly folder: string
  /** The PKGBUILD and its companions, a copy. */
  readonly source: string
  /** Empty at the start, so that every source is fetched from its public address. */
  readonly downloads: string
  readonly build: string
  readonly packages: string
  /** The scratch root that the built package is installed into. */
  readonly root: string
  /** The built package under a name that is known beforehand. */
  readonly built: string
}

/** The workshop below a folder. */
export function workshopAt(folder: string): Workshop {
  const at = (name: string) => `${folder}/${name}`
  return {
    folder,
    source: at('source'),
    downloads: at('downloads'),
    build: at('build'),
    packages: at('packages'),
    root: at('root'),
    built: at('built-package'),
  }
}

/** Builds the package, whose sources it fetches from their public addresses; `args` are the project's own, such as `--nodeps` where there is no pacman database. */
export function makepkg(shop: Workshop, args: readonly string[]): PackagingCommand {
  return inSource(shop, ['makepkg', '--force', '--noconfirm', '--noprogressbar', ...args], true)
}

/** Prints the .SRCINFO of the PKGBUILD. This runs the PKGBUILD. */
export function printSrcinfo(shop: Workshop): PackagingCommand {
  return inSource(shop, ['makepkg', '--printsrcinfo'])
}

/** Gives the built package the name that is known beforehand. Whoever built it may only copy what it can read itself. */
export function takeBuilt(shop: Workshop, name: string): PackagingCommand {
  return inSource(shop, ['cp', '--', `${shop.packages}/${name}`, shop.built])
}

/**
 * Installs the built package into the scratch root. Absolute links inside it are made to point into that root, where they
 * would otherwise reach the programs of this machine.
 */
export function unpack(shop: Workshop): PackagingCommand {
  const into = shop.root.replace(/[\\&,]/g, '\\$&')
  const rewrite = `flags=s;s,^/,${into}/,`
  return inSource(shop, [
    'tar',
    '--extract',
    '--no-same-owner',
    `--transform=${rewrite}`,
    `--file=${shop.built}`,
    `--directory=${shop.root}`,
  ])
}

/** Runs the installed program: the first word is its path relative to the root. */
export function smoke(shop: Workshop, words: readonly string[]): PackagingCommand {
  const [program = '', ...args] = words
  return { ...inSource(shop, [`${shop.root}/${program.replace(/^\/+/, '')}`, ...args]), cwd: shop.root }
}

/** makepkg keeps these variables over the ones of its configuration file. */
function inSource(shop: Workshop, argv: readonly string[], network = false): PackagingCommand {
  const env = {
    SRCDEST: shop.downloads,
    BUILDDIR: shop.build,
    PKGDEST: shop.packages,
    SRCPKGDEST: shop.packages,
    LOGDEST: shop.build,
    LC_ALL: 'C.UTF-8',
  }
  return { do: 'command', argv, cwd: shop.source, env, isolated: { writes: shop.folder, network } }
}
