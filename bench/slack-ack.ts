/**
 * `npm run bench:slack`: how long Slipway takes to acknowledge a command over HTTP while it releases a product whose build prints
 * 10 000 lines a second, against a bare Bolt handler beside it, asked in turns. Exits with 1 where the p99 is 5 times that or more.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { type Configuration, writeConfiguration } from '../sandbox/configuration.ts'
import { createWorld } from '../sandbox/world.ts'
import { newFolder } from '../test/sandbox/attempt.ts'
import { wordsOf } from '../test/slack-server/read.ts'
import { createSlackServer } from '../test/slack-server/server.ts'
import { APP } from '../test/slack-server/state.ts'
import { ANA, inSlack } from '../test/stories/slack-scene.ts'

const ROOT = join(import.meta.dirname, '..')
const ROUNDS = 400
const MOST_TIMES = 5
const SECONDS = 60
const TALK = `const end = Date.now() + ${SECONDS * 1000}
const line = 'a line of the build, as long as lines of builds usually are\\n'
const talk = () => process.stdout.write(line.repeat(100), () => Date.now() < end && setTimeout(talk, 10))
talk()`

const folder = await newFolder()
const world = await createWorld({ folder: join(folder, 'world'), makepkg: 'stand-in' })
const server = await createSlackServer(ANA)
const children: ChildProcess[] = []
try {
  const [bare, own] = [await beginBare(), await beginSlipway()]
  server.way = { url: own }
  await server.types(ANA, '/deploy 3.1.3')
  await server.until(() => server.messages().some((message) => /Build and package: running/.test(wordsOf(message))))
  const times: { readonly bare: number[]; readonly own: number[] } = { bare: [], own: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(await acknowledged(bare))
    times.own.push(await acknowledged(own))
  }
  const ratio = percentile(times.own, 0.99) / percentile(times.bare, 0.99)
  for (const [name, list] of Object.entries(times))
    say(`${name.padEnd(5)} p50 ${percentile(list, 0.5).toFixed(2)} ms, p99 ${percentile(list, 0.99).toFixed(2)} ms`)
  const where = `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`
  say(
    `p99 of Slipway is ${ratio.toFixed(2)} times that of a bare handler (${where}); the most it may be is ${MOST_TIMES}.`,
  )
  process.exitCode = ratio < MOST_TIMES ? 0 : 1
} finally {
  for (const child of children) child.kill('SIGKILL')
  await server.close()
  await world.close()
  await rm(folder, { recursive: true, force: true })
}

/** Milliseconds until a command was acknowledged. */
async function acknowledged(url: string): Promise<number> {
  server.way = { url }
  const begun = performance.now()
  const { acknowledged } = await server.types(ANA, '/slipway help')
  if (!acknowledged) throw new Error(`${url} did not acknowledge`)
  return performance.now() - begun
}

async function beginBare(): Promise<string> {
  const port = await freePort()
  const child = begin(['bench/bare-bolt.ts', String(port), APP.signingSecret], {})
  if (child.stdout !== null) await once(child.stdout, 'data')
  return addressOf(port)
}

async function beginSlipway(): Promise<string> {
  const port = await freePort()
  begin(['src/main.ts'], {
    ...world.environment,
    HOME: folder,
    SLIPWAY_CONFIG: await writeConfiguration(world, talkative),
    SLIPWAY_DATA: join(folder, 'data'),
    SLACK_BOT_TOKEN: APP.botToken,
    SLACK_SIGNING_SECRET: APP.signingSecret,
    SLACK_PORT: String(port),
    SLACK_API_URL: server.apiUrl,
  })
  for (;;) {
    const found = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined)
    if (found?.status === 200) return addressOf(port)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function begin(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(child)
  child.stdout?.resume()
  return child
}

function talkative(configuration: Configuration): unknown {
  configuration.projects.harbour.build.targets.web.run.unshift([process.execPath, '-e', TALK])
  return inSlack(configuration)
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}/slack/events`
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
