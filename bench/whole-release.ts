/** Row 9: a whole release of the sandbox against a script of the same commands, one after the other; each build takes 2 s of CPU. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readWorld } from '../sandbox/check.ts'
import type { Configuration } from '../sandbox/configuration.ts'
import type { Whereabouts } from '../sandbox/world.ts'
import { builderOf } from '../src/argv/isolation.ts'
import { interleaved, ratioOf, timed } from './measure.ts'
import { type FarGrounds, openFarGrounds } from './parts/far-world.ts'
import { runProgram } from './parts/programs.ts'

const ROUNDS = 3
/** Of both kinds: asking for the time is the work of the kernel. */
const BURN = 'for (let user = 0, system = 0; user + system < 2e6; ) ({ user, system } = process.cpuUsage())'
const SCRIPT = join(import.meta.dirname, 'parts/by-hand.sh')

export async function wholeRelease() {
  const { slipway, script } = await interleaved(ROUNDS, {
    slipway: onGrounds(throughSlipway),
    script: onGrounds(byHand),
  })
  return { 'a shell script, one after the other': ratioOf(slipway, script) }
}

/** In a world of its own, in which the release has to have arrived. */
function onGrounds(release: (grounds: FarGrounds) => Promise<number>) {
  return async () => {
    const grounds = await openFarGrounds()
    try {
      const took = await release(grounds)
      const { tags, aurVersion, servedVersion } = await readWorld(grounds.where)
      const arrived = { tag: tags['v3.1.3+001'] !== undefined, aurVersion, servedVersion }
      if (!arrived.tag || aurVersion !== '3.1.3-1' || servedVersion !== '3.1.3+001')
        throw new Error(JSON.stringify(arrived))
      return took
    } finally {
      await grounds.close()
    }
  }
}

/** From the command to the result; approved as soon as it is asked. */
async function throughSlipway({ startBot }: FarGrounds): Promise<number> {
  const bot = await startBot(burning)
  return timed(async () => {
    await bot.asks('deploy 3.1.3')
    await bot.presses(await bot.posted('gate:aur-submit.1'), 'approve')
    await bot.posted('result')
  })
}

function burning(configuration: Configuration): Configuration {
  for (const target of Object.values(configuration.projects.harbour.build.targets))
    target.run.unshift([process.execPath, '-e', BURN])
  return configuration
}

async function byHand({ where, folder }: FarGrounds): Promise<number> {
  const work = join(folder, 'by-hand')
  await mkdir(work)
  return timed(() => runProgram(['bash', SCRIPT], { env: environmentOf(where, work) }))
}

function environmentOf(where: Whereabouts, work: string): Readonly<Record<string, string>> {
  const { origin, aur, server, site, published, caFile, environment } = where
  return {
    ...environment,
    HOME: work,
    BUILDER: builderOf(where.isolation) ?? '',
    WORK: work,
    ORIGIN: origin.url,
    AUR: aur.gitUrl,
    PUBLISHED: published.folder,
    PUBLISHED_URL: published.url,
    APP: site.appUrl,
    SITE: site.siteUrl,
    AUR_WEB: aur.webUrl,
    CA: caFile,
    CHECKOUT: server.directory,
    SSH_TO: `${server.user}@${server.host}`,
    SSH_PORT: String(server.port),
    KEY: server.keyFile,
    KNOWN: server.knownHostsFile,
    BURN,
    BURN_NODE: process.execPath,
  }
}
