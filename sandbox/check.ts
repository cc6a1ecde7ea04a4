/** An independent look at the world: what its folders hold, read past the bot and past every address. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileAt, git, headOf } from './git.ts'
import { readSrcinfo, versionOf } from './srcinfo.ts'
import type { Whereabouts } from './world.ts'

export interface WorldState {
  readonly originHead: string
  /** Tag names to the commits they stand on. */
  readonly tags: Readonly<Record<string, string>>
  /** What the files at the origin's head say, by path. */
  readonly versionFiles: Readonly<Record<string, string>>
  readonly aurHead: string
  /** PKGVER-PKGREL of the PKGBUILD on the AUR. */
  readonly aurVersion: string
  readonly aurSrcinfoVersion: string
  readonly serverCommit: string
  /** X.Y.Z+BUILD of the build/web that the server has. */
  readonly servedVersion: string
  /** File names to sha256, sums and other companions included. */
  readonly publishedFiles: Readonly<Record<string, string>>
}

export async function readWorld(world: Whereabouts): Promise<WorldState> {
  const [originHead, aurHead] = await Promise.all([masterOf(world.origin.folder), masterOf(world.aur.folder)])
  const [tags, versionFiles, aurVersion, aurSrcinfoVersion, serverCommit, servedVersion, publishedFiles] =
    await Promise.all([
      tagsOf(world.origin.folder),
      versionFilesOf(world.origin.folder, originHead),
      pkgbuildVersion(world.aur.folder, aurHead, 'PKGBUILD'),
      fileAt(world.aur.folder, aurHead, '.SRCINFO').then((text) => versionOf(readSrcinfo(text ?? ''))),
      git(world.server.directory, ['rev-parse', 'HEAD']),
      servedBy(world.server.directory),
      sumsOf(world.published.folder),
    ])
  return {
    originHead,
    tags,
    versionFiles,
    aurHead,
    aurVersion,
    aurSrcinfoVersion,
    serverCommit,
    servedVersion,
    publishedFiles,
  }
}

/** How each file says its version. The first group, and the second behind a plus where there is one. */
const SAID = {
  'pubspec.yaml': /^version: (\S+)/m,
  'assets/version.json': /"version": "([^"]*)",\s*"build_number": "([^"]*)"/,
  'aur-package/PKGBUILD': /^pkgver=(\S+)/m,
  'lib/config/app_config.dart': /appVersion = '([^']*)'/,
} as const

async function versionFilesOf(folder: string, commit: string): Promise<Record<string, string>> {
  const read = Object.entries(SAID).map(async ([path, pattern]) => {
    const [, version = '', build] = pattern.exec((await fileAt(folder, commit, path)) ?? '') ?? []
    return [path, build === undefined ? version : `${version}+${build}`] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

async function pkgbuildVersion(folder: string, commit: string, path: string): Promise<string> {
  const text = (await fileAt(folder, commit, path)) ?? ''
  const value = (name: string) => RegExp(`^${name}=(\\S+)`, 'm').exec(text)?.[1]
  const epoch = value('epoch')
  return `${epoch === undefined ? '' : `${epoch}:`}${value('pkgver')}-${value('pkgrel')}`
}

async function masterOf(folder: string): Promise<string> {
  return (await headOf(folder)) ?? ''
}

async function tagsOf(folder: string): Promise<Record<string, string>> {
  const format = '%(refname:short) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)'
  const listed = await git(folder, ['for-each-ref', `--format=${format}`, 'refs/tags'])
  const pairs = listed.split('\n').map((line) => line.split(' '))
  return Object.fromEntries(pairs.filter(([name]) => name !== '').map(([name = '', commit = '']) => [name, commit]))
}

async function servedBy(checkout: string): Promise<string> {
  const text = await readFile(join(checkout, 'build/web/version.json'), 'utf8').catch(() => '')
  const [, version = '', build = ''] = /"version":"([^"]*)","build_number":"([^"]*)"/.exec(text) ?? []
  return version === '' ? '' : `${version}+${build}`
}

async function sumsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  const sum = async (name: string) =>
    [
      name,
      createHash('sha256')
        .update(await readFile(join(folder, name)))
        .digest('hex'),
    ] as const
  return Object.fromEntries(await Promise.all(names.map(sum)))
}
