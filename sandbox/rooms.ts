/** The rooms of the world: its folders, everything that listens in it, and the release that is out when it begins. */
import { chmod, cp, mkdir, readFile, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Aur, createAur } from './aur.ts'
import type { Authority } from './authority.ts'
import { addCommits, createBare, git } from './git.ts'
import { type Listener, listenHttps, showFolder } from './https.ts'
import { endMarked, MARK } from './leftovers.ts'
import type { Product } from './product.ts'
import { archiveOf } from './products.ts'
import { minimalEnvironment, run } from './programs.ts'
import { createServerMachine, type Server } from './server.ts'
import { createSite, type Site } from './site.ts'

export type Places = Awaited<ReturnType<typeof makePlaces>>

export interface Rooms {
  readonly aur: Aur
  readonly site: Site
  /** Where packages are downloaded from. */
  readonly downloads: Pick<Listener, 'url' | 'close'>
  readonly server: Server
  /** What commands on the server see. */
  readonly environment: Readonly<Record<string, string>>
}

export type OpenRooms = (places: Places, authority: Authority, mark: string, product: Product) => Promise<Rooms>

export async function makePlaces(wanted: string, { name }: Product) {
  await mkdir(wanted, { recursive: true })
  const folder = await realpath(wanted)
  const at = (name: string) => join(folder, name)
  const home = at('server')
  const places = {
    folder,
    bin: at('bin'),
    keys: at('keys'),
    origin: join(at('origin'), `${name}.git`),
    aur: at('aur'),
    home,
    checkout: join(home, 'opt', name),
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
export async function openRooms(
  places: Places,
  { identity, expired }: Authority,
  mark: string,
  { name }: Product,
): Promise<Rooms> {
  const environment = serverEnvironment(places, mark)
  const [aur, site, downloads, server] = await Promise.all([
    createAur(places.aur, name, identity),
    createSite(join(places.checkout, 'build', 'web'), identity, expired),
    listenHttps(identity, showForge(places)),
    createServerMachine(places.keys, { home: places.home, env: environment }),
  ])
  return { aur, site, downloads, server, environment }
}

/** Packages that were published, and below /archive/ what the origin holds at a tag, as forges show it. */
function showForge({ published, origin, workshop }: Places): ReturnType<typeof showFolder> {
  const show = showFolder(published)
  return async (address) => {
    const tag = /^\/archive\/(v[\d.]+)\.tar\.gz$/.exec(address.pathname)?.[1]
    const file = tag && (await archiveOf(origin, tag, workshop).catch(() => undefined))
    return file ? { status: 200, type: 'application/gzip', body: await readFile(file) } : show(address)
  }
}

/** The state at the first release: built, published, on the AUR, on the server; and what was committed since. */
export async function fill(places: Places, { aur, site, downloads }: Rooms, product: Product): Promise<void> {
  const addresses = { app: site.appUrl, site: site.siteUrl, downloads: downloads.url }
  const release = await product.build(places.workshop, places.published, addresses, places.bin)
  await createBare(places.origin)
  await addCommits(places.origin, product.history(release))
  const published = await product.aurHistory(release, places.origin, places.workshop)
  if (published.length > 0) await aur.commit(published)
  const origin = pathToFileURL(places.origin).href
  await run('git', ['clone', '--quiet', '--template=', '--no-checkout', origin, places.checkout])
  await git(places.checkout, ['reset', '--quiet', '--hard', product.tag])
  if (release.web === undefined) return
  await cp(release.web, join(places.checkout, 'build', 'web'), { recursive: true })
  await run('touch', [join(places.checkout, 'build', 'restarted')])
}

/** Ends every listener, and every process that the server started. */
export async function closeRooms({ aur, site, downloads, server }: Rooms, mark: string): Promise<void> {
  await Promise.all([aur.close(), site.close(), downloads.close(), server.close()])
  await endMarked(mark)
}

/** What commands on the server see; the mark is how they are found again. */
export function serverEnvironment({ bin, home }: Places, mark: string): Record<string, string> {
  return { ...minimalEnvironment(), PATH: pathWith(bin), HOME: home, [MARK]: mark }
}

/** PATH with the stand-ins in front. */
export function pathWith(bin: string): string {
  return [bin, process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter)
}
