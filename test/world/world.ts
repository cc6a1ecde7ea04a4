/** The sandbox's world of real servers: OpenSSH for the forge and for each host, nginx before what is public, makepkg as nobody. */
import { randomInt } from 'node:crypto'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createAur } from '../../sandbox/aur.ts'
import type { Authority } from '../../sandbox/authority.ts'
import { git } from '../../sandbox/git.ts'
import { endMarked } from '../../sandbox/leftovers.ts'
import type { Product } from '../../sandbox/product.ts'
import { type OpenRooms, type Places, type Rooms, serverEnvironment } from '../../sandbox/rooms.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { type Nginx, startNginx } from './nginx.ts'
import { tailOf } from './part.ts'
import { type Sshd, startSshd } from './sshd.ts'

export interface RealWorld extends World {
  /** Origin and AUR are reached through it. */
  readonly forge: Sshd
  /** The servers that are released to, each with a checkout of its own; the first is the one that nginx serves from. */
  readonly hosts: readonly Host[]
  readonly nginx: Nginx
  readonly authority: Authority
  /** What a program that is started besides has to see, so that it is ended with the world. */
  readonly marked: Readonly<Record<string, string>>
  /** A loopback address of this world alone, such as for a link. */
  address(): string
  /** A host that others are reached through. */
  addSshd(name: string): Promise<Sshd>
  /** The end of what each server logged. */
  logs(): Promise<string>
}

export interface Host {
  readonly sshd: Sshd
  readonly directory: string
  /** Where it alone answers, of several. */
  readonly app?: string
}

/** `names`: of the servers. `close` ends everything, whatever was started besides included. */
export async function openRealWorld(folder: string, names: readonly string[] = ['pier']): Promise<RealWorld> {
  let parts: Parts | undefined
  const open: OpenRooms = async (places, authority, mark, product) => {
    parts = await openParts(names, { places, authority, mark, product })
    return parts.rooms
  }
  const world = await createWorld({ folder, makepkg: 'real', isolation: 'user', open })
  if (parts === undefined) throw new Error('the world was made without its parts')
  const { rooms: _, ...others } = parts
  await fillHosts(world, others)
  return { ...world, ...others }
}

type Parts = Awaited<ReturnType<typeof openParts>>

interface Plan {
  readonly places: Places
  readonly authority: Authority
  readonly mark: string
  readonly product: Product
}

/** Everything that listens; nothing of it is left where one part does not start. */
async function openParts(names: readonly string[], plan: Plan) {
  try {
    return await startParts(names, plan)
  } catch (error) {
    await endMarked(plan.mark)
    throw error
  }
}

async function startParts(names: readonly string[], { places, authority, mark, product }: Plan) {
  const address = addresses()
  const marked = serverEnvironment(places, mark)
  const started: Sshd[] = []
  const addSshd = async (name: string, home = homeOf(places, name)) => {
    const environment = { ...marked, HOME: home }
    const sshd = await startSshd({
      name,
      folder: join(places.folder, 'sshd', name),
      host: address(),
      home,
      environment,
    })
    started.push(sshd)
    return sshd
  }
  const homes = names.map((name, index) => (index === 0 ? places.home : homeOf(places, name)))
  const ownWebs = homes.map((home) => join(directoryIn(home, product), 'build', 'web'))
  const [forge, sshds, nginx, aur] = await Promise.all([
    addSshd('forge'),
    Promise.all(names.map((name, index) => addSshd(name, homes[index]))),
    startNginx({
      folder: join(places.folder, 'nginx'),
      web: join(places.checkout, 'build', 'web'),
      ownWebs: names.length > 1 ? ownWebs : [],
      published: places.published,
      authority,
      env: marked,
    }),
    createAur(places.aur, product.name, authority.identity),
  ])
  const hosts = sshds.map((sshd, index) => {
    const app = nginx.ownUrls[index]
    return { sshd, directory: directoryIn(sshd.home, product), ...(app !== undefined && { app }) }
  })
  const close = async () => void (await Promise.all(started.map((sshd) => sshd.close())))
  const rooms: Rooms = {
    ...{ aur, site: nginx.site, downloads: nginx.downloads, environment: marked },
    server: { ...(sshds[0] ?? forge), close },
  }
  const logs = async () =>
    (await Promise.all([...started, { name: 'nginx', log: nginx.log }].map(({ name, log }) => tailOf(name, log)))).join(
      '',
    )
  return { rooms, forge, hosts, nginx, authority, marked, address, addSshd, logs }
}

function homeOf({ folder }: Places, name: string): string {
  return join(folder, 'hosts', name)
}

function directoryIn(home: string, { name }: Product): string {
  return join(home, 'opt', name)
}

/** The other servers have what the first one has, and all of them know the origin by its address of the forge. */
async function fillHosts(world: World, { hosts, forge }: Pick<Parts, 'hosts' | 'forge'>): Promise<void> {
  const [first, ...others] = hosts
  if (first === undefined) return
  await git(first.directory, ['remote', 'set-url', 'origin', urlOver(forge, world.origin.folder)])
  for (const { directory } of others) {
    await mkdir(dirname(directory), { recursive: true })
    await cp(first.directory, directory, { recursive: true, preserveTimestamps: true })
  }
}

/** How git reaches a repository of the world over ssh. */
export function urlOver({ user, host, port }: Pick<Sshd, 'user' | 'host' | 'port'>, folder: string): string {
  return `ssh://${user}@${host}:${port}${folder}`
}

/** One after the other, from a part of 127.0.0.0/8 that no other world is likely to have. */
function addresses(): () => string {
  const net = `127.${randomInt(1, 255)}.${randomInt(255)}`
  let last = 0
  return () => `${net}.${++last}`
}
