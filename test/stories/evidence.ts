/** Looks at what a release left, with the programs a stranger would use. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from '../../sandbox/world.ts'
import { isolate } from '../../src/argv/isolation.ts'
import { attempt } from '../sandbox/attempt.ts'
import type { House } from './house.ts'

/** What git prints in a repository, without the last line end; throws where it fails. */
export async function gitIn(folder: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(['git', '-C', folder, ...args])
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout.replace(/\n$/, '')
}

/** What makepkg prints for the PKGBUILD that the AUR holds now: the real one where this world builds with it. */
export async function srcinfoOf(world: World): Promise<string> {
  const folder = await openFolder()
  await gitIn(folder, 'clone', '--quiet', world.aur.gitUrl, '.')
  await attempt(['chmod', '-R', 'a+rwX', folder])
  const argv = isolate(
    ['makepkg', '--printsrcinfo'],
    world.isolation,
    { writes: folder, network: false },
    { home: folder },
  )
  const { stdout, stderr } = await attempt(argv, { cwd: folder, env: world.environment })
  await rm(folder, { recursive: true })
  if (stdout === '') throw new Error(stderr)
  return stdout
}

/** The sha256 of the package as it comes out of the release commit once more, built somewhere else. */
export async function rebuiltPackage({ world, ports }: House, commit: string, version: string): Promise<string> {
  const folder = await openFolder()
  const clone = join(folder, 'clone')
  await gitIn(folder, 'clone', '--quiet', '--no-checkout', world.origin.url, clone)
  await gitIn(clone, 'checkout', '--quiet', '--detach', commit)
  await attempt(['flutter', 'build', 'linux', '--release'], { cwd: clone, env: world.environment })
  await cp(join(clone, 'build/linux/x64/release/bundle'), join(folder, 'bundle'), { recursive: true })
  const mtime = Number(await gitIn(clone, 'log', '-1', '--format=%ct'))
  const to = join(folder, 'again.tar.gz')
  const { sha256 } = await ports.files.pack(join(folder, 'bundle'), { to, root: `harbour-${version}`, mtime })
  await rm(folder, { recursive: true })
  return sha256
}

/** What the program says that was installed from the package which makepkg built, for deployment `number`. */
export async function installedProgram({ dataFolder }: House, number: number): Promise<string> {
  const root = join(dataFolder, 'builds', 'harbour', String(number), 'package-test', 'test', 'root')
  const { stdout } = await attempt([join(root, 'usr/bin/harbour'), '--version'], { env: { PATH: '/usr/bin:/bin' } })
  return stdout.trim()
}

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-story-'))
  await attempt(['chmod', '755', folder])
  return folder
}
