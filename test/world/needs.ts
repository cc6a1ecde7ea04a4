/** What the world of real servers needs, said before its first test: nothing of it is skipped. */
import { constants } from 'node:fs'
import { access, mkdir, rmdir } from 'node:fs/promises'
import { unmountLeft } from './disk.ts'

/** A program and the Debian package that brings it. */
const PROGRAMS = {
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/bin/ssh-agent': 'openssh-client',
  '/usr/sbin/nginx': 'nginx-light',
  '/usr/bin/makepkg': 'makepkg',
  '/usr/bin/vercmp': 'pacman-package-manager',
  '/usr/bin/bsdtar': 'libarchive-tools',
  '/usr/bin/git': 'git',
  '/usr/bin/curl': 'curl',
} as const

/** sshd of Debian wants this folder to be there; its own service makes it. */
const RUN = '/run/sshd'

export async function setup(): Promise<() => Promise<void>> {
  const missing = await Promise.all(Object.entries(PROGRAMS).map(missingPackage))
  const packages = [...new Set(missing.flat())]
  const needs = [
    ...(packages.length === 0 ? [] : [`apt-get install -y ${packages.join(' ')}`]),
    ...(process.getuid?.() === 0 ? [] : ['root: it starts sshd, mounts small disks, and builds as nobody']),
  ]
  if (needs.length > 0) throw new Error(`npm run test:world needs:\n${needs.map((need) => `  ${need}`).join('\n')}`)
  await unmountLeft()
  const isOurs = await mkdir(RUN, { mode: 0o755 }).then(
    () => true,
    () => false,
  )
  return async () => void (isOurs && (await rmdir(RUN)))
}

async function missingPackage([program, debian]: [string, string]): Promise<readonly string[]> {
  return access(program, constants.X_OK).then(
    () => [],
    () => [debian],
  )
}
