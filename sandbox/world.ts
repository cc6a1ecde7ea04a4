/** The embedded world of the demo and of the stories: a small product, its origin, its AUR, its server, its addresses. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builderOf } from '../src/argv/isolation.ts'
import type { Isolation } from '../src/release/project.ts'
import type { Aur } from './aur.ts'
import { type Authority, createAuthority } from './authority.ts'
import { type Author, addCommits, type Changes } from './git.ts'
import { factsOf, lookAround, type Machine, type MakepkgChoice } from './machine.ts'
import { HARBOUR, PEOPLE, type Product } from './product.ts'
import { closeRooms, fill, makePlaces, type OpenRooms, openRooms, type Places, pathWith, type Rooms } from './rooms.ts'
import type { Server, ServerState } from './server.ts'
import type { Site } from './site.ts'
import { installStandIns, type SpoiledBuilds, spoilBuilds } from './stand-ins.ts'

export interface WorldOptions {
  /** An empty folder, or one to be made; it stays when the world closes. */
  readonly folder: string
  /** Absent: the real makepkg where it is installed and can be used. `real` throws where it cannot. */
  readonly makepkg?: MakepkgChoice
  /** Absent: as nobody where this machine allows it, otherwise none. */
  readonly isolation?: Isolation['kind']
  /** Absent: Harbour, which has everything that can be released. */
  readonly product?: Product
  /** Absent: everything that listens is a small server in this process. */
  readonly open?: OpenRooms
}

/** Where everything in a world is: all that can be told to another process. */
export interface Whereabouts {
  readonly folder: string
  /** The product's repository, branch master, with the tag v3.1.2+001 and three later commits of two people. */
  readonly origin: { readonly url: string; readonly folder: string }
  readonly aur: Pick<Aur, 'folder' | 'gitUrl' | 'webUrl' | 'maintainer'>
  /** `directory` is the checkout at 3.1.2+001 that serves; `environment` is what commands on the server see. */
  readonly server: Pick<Server, 'host' | 'port' | 'user' | 'home' | 'keyFile' | 'knownHostsFile'> & {
    readonly directory: string
    readonly environment: Readonly<Record<string, string>>
  }
  readonly site: Pick<Site, 'appUrl' | 'siteUrl'>
  /** Published packages: what lies in `folder` is downloaded from `url`. */
  readonly published: { readonly folder: string; readonly url: string }
  /** PEM file of the authority that every HTTPS address here is signed by. */
  readonly caFile: string
  /** The stand-ins, already in front of PATH in `environment`. */
  readonly bin: string
  /**
   * To be put into the bot's own environment and named in `build.environment`. CURL_CA_BUNDLE is what makes the curl of
   * makepkg, the real one's too, trust the authority.
   */
  readonly environment: Readonly<Record<string, string>>
  readonly isolation: Isolation
  readonly realMakepkg: boolean
}

export interface World extends Whereabouts {
  /** Sentences that say what is real and what stands in. */
  facts(): readonly string[]

  /** A colleague's commit on the origin's master; returns it. */
  commitToOrigin(files: Changes, message: string, author?: Author): Promise<string>
  /** A fellow maintainer's commit on the AUR's master, past the hook; returns it. */
  commitToAur(files: Changes, message: string, author?: Author): Promise<string>
  /** The AUR's page and RPC show the state before the next push for that many requests. */
  aurLag(requests: number): Promise<void>
  aurMaintenance(down: boolean): Promise<void>
  /** The AUR's page and RPC answer 503. */
  aurWebDown(down: boolean): void
  /** The web application answers 403. */
  breakSite(): void
  mendSite(): void
  /** Cuts the open ssh connections. */
  loseConnections(): void
  /** How the server is met over ssh from now on. */
  turnServer(state: ServerState): Promise<void>
  /** The web application says this version, X.Y.Z and build, whatever it has; undefined: its own again. */
  pretendServed(version?: string, build?: string): void
  expireCertificate(expired: boolean): void
  /** What the stand-in flutter does wrong from now on. */
  spoilBuilds(how: SpoiledBuilds): Promise<void>
  /** Ends every listener and every process; the folder stays. */
  close(): Promise<void>
}

/** Makes a world in a folder. Throws where the machine cannot hold one, in words for the person who started it. */
export async function createWorld(options: WorldOptions): Promise<World> {
  const { product = HARBOUR, open = openRooms } = options
  const places = await makePlaces(options.folder, product)
  const [machine, authority] = await Promise.all([
    lookAround(options.makepkg, options.isolation),
    createAuthority(places.folder),
  ])
  await Promise.all([installStandIns(places.bin, machine), refuseUnreachable(places.folder, machine)])
  const mark = randomUUID()
  const rooms = await open(places, authority, mark, product)
  try {
    await fill(places, rooms, product)
  } catch (error) {
    await closeRooms(rooms, mark)
    throw error
  }
  return describeWorld(places, rooms, { machine, authority, mark })
}

/** Builds as another user have to reach the stand-ins and the authority. */
async function refuseUnreachable(folder: string, { isolation }: Machine): Promise<void> {
  const builder = builderOf(isolation)
  if (builder === undefined) return
  for (let above = folder; above !== dirname(above); above = dirname(above)) {
    const { mode } = await stat(above)
    if ((mode & 0o001) !== 0) continue
    throw new Error(
      `The user ${builder}, who builds, cannot enter ${above}. Choose another folder, such as one in /tmp.`,
    )
  }
}

interface Circumstances {
  readonly machine: Machine
  readonly authority: Authority
  readonly mark: string
}

function describeWorld(places: Places, rooms: Rooms, { machine, authority, mark }: Circumstances): World {
  const { aur, site, server, downloads } = rooms
  const now = () => Math.floor(Date.now() / 1000)
  return {
    folder: places.folder,
    origin: { url: pathToFileURL(places.origin).href, folder: places.origin },
    aur,
    server: { ...server, directory: places.checkout, environment: rooms.environment },
    site,
    published: { folder: places.published, url: downloads.url },
    caFile: authority.file,
    bin: places.bin,
    environment: buildEnvironment(places.bin, authority, machine),
    isolation: showing(machine.isolation, [places.bin, authority.file]),
    realMakepkg: machine.makepkg !== undefined,
    facts: () => factsOf(machine),
    commitToOrigin: (files, message, author = PEOPLE.jon) =>
      addCommits(places.origin, [{ author, at: now(), message, files }]),
    commitToAur: (files, message, author = PEOPLE.jon) => aur.commit([{ author, at: now(), message, files }]),
    aurLag: aur.lag,
    aurMaintenance: aur.maintenance,
    aurWebDown: aur.webDown,
    breakSite: site.breakApp,
    mendSite: site.mendApp,
    loseConnections: server.loseConnections,
    turnServer: server.turn,
    pretendServed: (version, build) =>
      site.pretend(version && JSON.stringify({ app_name: 'harbour', version, build_number: build })),
    expireCertificate: site.expire,
    spoilBuilds: (how) => spoilBuilds(places.bin, how),
    close: () => closeRooms(rooms, mark),
  }
}

/** In bubblewrap builds see the stand-ins and the authority only where that is said. */
function showing(isolation: Isolation, read: readonly string[]): Isolation {
  return isolation.kind === 'bubblewrap' ? { ...isolation, read } : isolation
}

function buildEnvironment(bin: string, { file }: Authority, { isRoot, isolation }: Machine): Record<string, string> {
  const asRoot: Record<string, string> = isRoot && isolation.kind === 'none' ? { SANDBOX_MAKEPKG_AS_ROOT: '1' } : {}
  return { PATH: pathWith(bin), CURL_CA_BUNDLE: file, ...asRoot }
}
