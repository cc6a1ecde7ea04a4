/** The process that the sandbox world lives in: it says where everything is, and ends with the one who asked for it. */
import { writeConfiguration } from './configuration.ts'
import { createWorld, type Whereabouts, type WorldOptions } from './world.ts'

/** What a world can be asked for from another process. */
export type WorldWish = Pick<WorldOptions, 'folder' | 'makepkg' | 'isolation'>

/** What is told about the world, as one message. */
export interface WorldNotice {
  readonly configuration: string
  readonly where: Whereabouts
  readonly facts: readonly string[]
  readonly addresses: Readonly<Record<string, string>>
}

const [wanted] = process.argv.slice(2)
if (wanted === undefined || process.send === undefined) {
  throw new Error('This is started by sandbox/world-process.ts, with the world that is to be made.')
}

const world = await createWorld(JSON.parse(wanted) as WorldWish).catch(refuse)
const close = () => void world.close().then(() => process.exit(0))
process.once('disconnect', close)
if (!process.connected) close()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, letGo)

const notice: WorldNotice = {
  configuration: await writeConfiguration(world),
  where: world,
  facts: world.facts(),
  addresses: {
    origin: world.origin.url,
    AUR: world.aur.webUrl,
    server: `ssh://${world.server.user}@${world.server.host}:${world.server.port}${world.server.directory}`,
    app: world.site.appUrl,
    site: world.site.siteUrl,
    packages: world.published.url,
  },
}
if (process.connected) process.send(notice)

function letGo(): void {
  if (process.connected) process.disconnect()
}

function refuse(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
