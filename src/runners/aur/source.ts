/** The folder of files that goes to the AUR. The bot keeps it to itself; whatever executes it gets a copy. */
import { type Workshop, workshopAt } from '../../argv/makepkg.ts'
import type { Files } from '../../ports/files.ts'
import type { Facts } from '../../release/facts.ts'
import { handOver } from '../hand-over.ts'
import { namesBelow } from '../names-below.ts'
import type { Context } from '../step.ts'

/** Where the edited PKGBUILD, its companions and, in the end, .SRCINFO lie. */
export function sourceOf(facts: Facts): string {
  return `${facts.folders.packageTest}/source`
}

/** Where a step builds or reads the package: a folder of its own, given away. */
export function workshopOf(facts: Facts, step: 'test' | 'srcinfo'): Workshop {
  return workshopAt(`${facts.folders.packageTest}/${step}`)
}

/** Makes a workshop afresh, with a copy of the source in it, and hands it to the user that builds. */
export async function openWorkshop(context: Pick<Context, 'facts' | 'ports'>, step: 'test' | 'srcinfo'): Promise<void> {
  const { facts, ports } = context
  const folder = `${facts.folders.packageTest}/${step}`
  const { source, downloads, build, packages, root } = workshopOf(facts, step)
  await ports.files.remove(folder)
  for (const each of [source, downloads, build, packages, root]) await ports.files.folder(each, 0o755)
  await copyFiles(ports.files, sourceOf(facts), source)
  await handOver(context, folder)
}

async function copyFiles(files: Files, from: string, to: string): Promise<void> {
  for (const { name } of await namesBelow(files, from)) {
    const folder = name.includes('/') ? `${to}/${name.slice(0, name.lastIndexOf('/'))}` : to
    await files.folder(folder, 0o755)
    await files.copy(`${from}/${name}`, `${to}/${name}`)
  }
}

/** What the PKGBUILD step left of the version that users will see, `[epoch:]pkgver-pkgrel`. */
export function packageVersion({ deployment }: Pick<Context, 'deployment'>): string {
  return String(deployment.steps['aur.pkgbuild']?.evidence.packageVersion)
}
