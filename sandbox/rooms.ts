/** The rooms of the world: its folders, everything that listens in it, and the release that is out when it begins. */
import { chmod, cp, mkdir, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createAur } from './aur.ts'
import type { Authority } from './authority.ts'
import { addCommits, createBare, git } from './git.ts'
import { listenHttps, showFolder } from './https.ts'
import { endMarked, MARK } from './leftovers.ts'
import { aurHistoryOf, buildFirstRelease, FIRST, historyOf, PACKAGE } from './product.ts'
import { minimalEnvironment, run } from './programs.ts'
import { createServerMachine } from './server.ts'
import { createSite } from './site.ts'

export type Places = Awaited<ReturnType<typeof makePlaces>>
export type Rooms = Awaited<ReturnType<typeof openRooms>>

export async function makePlaces(wanted: string) {
  await mkdir(wanted, { recursive: true })
  const folder = await realpath(wanted)
  const at = (name: string) => join(folder, name)
  const home = at('server')
  const places = {
    folder,
    bin: at('bin'),
    keys: at('keys'),
    origin: join(at('origin'), 'harbour.git'),
    aur: at('aur'),
    home,
    checkout: join(home, 'opt', 'harbour'),
    published: at('published'),
    workshop: at('workshop'),
  }
  await Promise.all([places.published, places.workshop, dirname(places.checkout)].map(makeFolder))
  await chmod(folder, 0o755)
  return places
}

function makeFolder(folder: string): Promise<unknown> {
  return mkdir(folder, { recursive: true })
}

/** Everything that listens. Ports are known from here on, so that the product can name its addresses. */
export async function openRooms(places: Places, { identity }: Authority, mark: string) {
  const environment = { ...minimalEnvironment(), PATH: pathWith(places.bin), HOME: places.home, [MARK]: mark }
  const [aur, site, downloads, server] = await Promise.all([
    createAur(places.aur, PACKAGE, identity),
    createSite(join(places.checkout, 'build', 'web'), identity),
    listenHttps(identity, showFolder(places.published)),
    createServerMachine(places.keys, { home: places.home, env: environment }),
  ])
  return { aur, site, downloads, server, environment }
}

/** The state at 3.1.2+001: built, published, on the AUR, on the server; and what was committed since. */
export async function fill(places: Places, { aur, site, downloads }: Rooms): Promise<void> {
  const addresses = { app: site.appUrl, site: site.siteUrl, downloads: downloads.url }
  const release = await buildFirstRelease(places.workshop, places.published, addresses, places.bin)
  await createBare(places.origin)
  await Promise.all([addCommits(places.origin, historyOf(release)), aur.commit(aurHistoryOf(release))])
  const origin = pathToFileURL(places.origin).href
  await run('git', ['clone', '--quiet', '--template=', '--no-checkout', origin, places.checkout])
  await git(places.checkout, ['reset', '--quiet', '--hard', `v${FIRST.full}`])
  await cp(release.web, join(places.checkout, 'build', 'web'), { recursive: true })
  await run('touch', [join(places.checkout, 'build', 'restarted')])
}

/** Ends every listener, and every process that the server started. */
export async function closeRooms({ aur, site, downloads, server }: Rooms, mark: string): Promise<void> {
  await Promise.all([aur.close(), site.close(), downloads.close(), server.close()])
  await endMarked(mark)
}

/** PATH with the stand-ins in front. */
export function pathWith(bin: string): string {
  return [bin, process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
}
