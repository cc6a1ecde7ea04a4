/** Where the soak takes place: three worlds, each with a project of its own, a small Slack, a small Discord, and one configuration for all. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, writeConfiguration } from '../../sandbox/configuration.ts'
import { configureFor } from '../../sandbox/faults.ts'
import { HARBOUR, type Product } from '../../sandbox/product.ts'
import { BEACON } from '../../sandbox/products.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { logPushes } from '../crash/recovery-judge.ts'
import { createDiscordServer, type DiscordServer } from '../discord-server/server.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { hostOf } from '../stories/example-house.ts'
import { ACCESS, everybody, PEOPLE } from './who.ts'

/** A project with the world that it is shipped to. */
export interface Place {
  readonly name: string
  readonly world: World
  readonly slack: string
  readonly discord: string
  /** The server's own record: the deployment of each run of the deployment script, a line each. */
  readonly scriptRuns: string
  /** What stands in this file is what the deployment script fails with. */
  readonly scriptFails: string
}

export interface Ground {
  readonly places: readonly Place[]
  readonly slack: SlackServer
  readonly discord: DiscordServer
  readonly configuration: string
  readonly dataFolder: string
  /** What the bot runs with, beside its tokens. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Two that have everything, and a light one that is neither built nor packed. */
const PRODUCTS: readonly (readonly [name: string, product: Product])[] = [
  ['harbour', HARBOUR],
  ['jetty', HARBOUR],
  ['beacon', BEACON],
]

export async function openGround(folder: string): Promise<Ground> {
  const slack = await createSlackServer(...PEOPLE.map((person) => person.slack))
  const discord = await createDiscordServer()
  const worlds = PRODUCTS.map(([name, product]) =>
    createWorld({ folder: join(folder, name), makepkg: 'stand-in', product }),
  )
  const places = (await Promise.all(worlds)).map((world, at) => placeOf(PRODUCTS[at]?.[0] ?? '', world, at))
  for (const place of places) {
    await logPushes(place.world)
    slack.state.joined.add(place.slack)
    discord.state.channels.set(place.discord, { id: place.discord, name: place.name, archived: false })
  }
  return {
    places,
    slack,
    discord,
    configuration: await configurationOf(places),
    dataFolder: join(folder, 'data'),
    environment: await environmentOf(folder, places),
    close: async () => {
      await Promise.all(places.map(({ world }) => world.close()))
      await slack.close()
      await discord.close()
    },
  }
}

function placeOf(name: string, world: World, at: number): Place {
  return {
    name,
    world,
    slack: `C${name.toUpperCase()}`,
    discord: `91000000000000000${at}`,
    scriptRuns: join(world.folder, 'script-runs'),
    scriptFails: join(world.server.home, 'script-fails'),
  }
}

/** Every project is talked about in channels of its own, on both platforms, and its gates are answered on either. */
async function configurationOf(places: readonly Place[]): Promise<string> {
  const projects: Record<string, unknown> = {}
  for (const place of places)
    await writeConfiguration(place.world, (standard) => {
      projects[place.name] = projectOf(place, standard)
      return standard
    })
  const [first] = places
  if (first === undefined) throw new Error('there is no world')
  return writeConfiguration(first.world, () => ({ projects, ...everybody() }))
}

function projectOf(place: Place, standard: Configuration) {
  const { harbour } = configureFor({ breaks: '', tries: 'race', end: 'complete' }, place.world)(standard).projects
  harbour.build.clean = []
  const project = place.name === 'beacon' ? serviceOf(harbour, place.world) : harbour
  const vps = { ...project.vps, deploy: watched(place, project.vps.deploy) }
  const channels = { slack: [place.slack], discord: [place.discord] }
  return { ...project, ...ACCESS, vps, title: place.name, channels, mirror: true }
}

/** What examples/beacon.yaml says, in this world. */
function serviceOf({ repository, verify: { app, ca, deadline } }: Harbour, world: World) {
  const set = { version: '{version}' }
  return {
    repository: { ...repository, tag: { name: 'v{version}' } },
    version: {
      source: { file: 'package.json', kind: 'json', set },
      sync: [{ file: 'package-lock.json', kind: 'json', set: { ...set, 'packages..version': '{version}' } }],
      allow: ['CHANGELOG.md'],
    },
    vps: { hosts: [hostOf(world, 'tower', world.server.directory)], deploy: ['./scripts/deploy.sh'] },
    verify: { app, ca, deadline },
    documentation: ['CHANGELOG.md'],
  }
}

type Harbour = Configuration['projects']['harbour']

/** The script leaves a line with its deployment, read from the job folder that its origin is pinned to, and fails where it is told to. */
function watched({ scriptRuns, scriptFails }: Place, deploy: readonly string[]): readonly string[] {
  const job = 'job=${GIT_CONFIG_KEY_0#url.}; job=${job%/pin.insteadOf}'
  const record = 'read -r line <"$job/deployment"; echo "$line" >>"$1"'
  const fail = 'if [ -s "$2" ]; then cat "$2" >&2; exit 1; fi'
  return ['sh', '-c', `${job}; ${record}; ${fail}; shift 2; exec "$@"`, 'deploy', scriptRuns, scriptFails, ...deploy]
}

/** Stand-ins of the first world, and the authorities of all of them. */
async function environmentOf(folder: string, places: readonly Place[]): Promise<Record<string, string>> {
  const authorities = join(folder, 'authorities.pem')
  const texts = await Promise.all(places.map(({ world }) => readFile(world.caFile, 'utf8')))
  await writeFile(authorities, texts.join('\n'), { mode: 0o644 })
  return { ...places[0]?.world.environment, CURL_CA_BUNDLE: authorities }
}
