/** The process that the sandbox world lives in: it says where everything is, and ends with the one who asked for it. */
import { writeConfiguration } from './configuration.ts'
import { createWorld } from './world.ts'

/** What the demo is told about the world, as one message. */
export interface WorldNotice {
  readonly configuration: string
  readonly environment: Readonly<Record<string, string>>
  readonly facts: readonly string[]
  readonly addresses: Readonly<Record<string, string>>
}

const [folder] = process.argv.slice(2)
if (folder === undefined || process.send === undefined) {
  throw new Error('This is started by sandbox/demo.ts, with the folder the world is made in.')
}

const world = await createWorld({ folder })
process.once('disconnect', () => void world.close().then(() => process.exit(0)))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.disconnect())

const notice: WorldNotice = {
  configuration: await writeConfiguration(world),
  environment: world.environment,
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
process.send(notice)
