/**
 * `npm run demo`: a whole release in a sandbox. Makes a small world in a temporary folder and a process of its own, starts the
 * bot on it, and lets a person type; without a terminal it plays `/deploy 3.1.3`, approves, and looks at the result.
 */
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { parseArgs } from 'node:util'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import { type ComposeOptions, compose } from '../src/compose.ts'
import { loadConfiguration } from '../src/config/load.ts'
import { formatMistakes } from '../src/config/mistake.ts'
import type { Chat } from '../src/ports/chat.ts'
import type { Project } from '../src/release/project.ts'
import { visible } from '../src/release/redact.ts'
import { PERSON } from './configuration.ts'
import { type ChatSettings, type ChatWish, chatSettings, lostWith, openChats, peopleOf } from './demo-chat.ts'
import { isFault, listFaults, playedFault } from './fault-demo.ts'
import { introduction } from './introduction.ts'
import { play, readAlong } from './played-release.ts'
import type { WorldNotice } from './serve.ts'
import { beginWorld } from './world-process.ts'

const VERSION = '3.1.3'
const NEXT = '3.1.4'

interface Wish {
  readonly keep: boolean
  readonly twice: boolean
  readonly help: boolean
  readonly faults: boolean
  readonly fault?: string | undefined
}

const USAGE = `npm run demo knows these options, such as npm run demo -- --keep:
--keep        serves on afterwards
--twice       plays a second release, with estimates learned from the first
--slack       releases in a channel of your own, with no key at risk
--discord     the same
--faults      lists what can go wrong on purpose
--fault NAME  plays one of them to its end, by itself`

process.exitCode = await demo()

async function demo(): Promise<number> {
  const wish = readWish()
  if (wish === undefined) return refuse(USAGE)
  if (wish.help) return list([USAGE])
  if (wish.faults) return list(listFaults())
  if (wish.fault !== undefined && !isFault(wish.fault))
    return refuse(`There is no fault "${visible(wish.fault)}". npm run demo -- --faults lists them.`)
  const settings = wish.slack || wish.discord ? await chatSettings(wish) : undefined
  if (typeof settings === 'string') return refuse(settings)
  const told = toldToEnd()
  const folder = await temporaryFolder()
  if (folder === undefined)
    return refuse(
      `The demo cannot write to ${tmpdir()}, where it would make its sandbox. Set TMPDIR to another folder.`,
    )
  if (wish.fault !== undefined) return broken(folder, wish.fault)
  const world = beginWorld({ folder: join(folder, 'world') })
  try {
    const notice = await Promise.race([world.notice, told])
    if (typeof notice === 'number') return notice
    if (notice === undefined) return refuse('The sandbox could not be made. What stands above says why.')
    if (settings !== undefined) return await inChat(folder, notice, told, settings)
    return await shown(folder, notice, told, wish)
  } finally {
    await world.end()
    say(`The sandbox has ended. What it made is in ${folder}`)
    for (const line of await lastWords(join(folder, 'data', 'certificates'))) say(line)
  }
}

/** The certificates of the demo, and how each of them is checked. */
async function lastWords(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /-\d+\.json$/.test(name)).sort()
  return names.flatMap((name) => [
    `Its certificate: ${join(folder, name)}`,
    `  npm run certificate -- verify ${join(folder, name)}`,
  ])
}

/** A release in which something goes wrong. */
async function broken(folder: string, fault: string): Promise<number> {
  const code = await playedFault(folder, fault, say)
  say(`What it made is in ${folder}`)
  return code
}

function list(lines: readonly string[]): number {
  for (const line of lines) say(line)
  return 0
}

/** The release, by hand or played, and on wish the world goes on serving afterwards. The exit code. */
async function shown(folder: string, notice: WorldNotice, told: Promise<number>, wish: Wish): Promise<number> {
  const { keep, twice } = wish
  const isTty = !twice && process.stdin.isTTY === true && process.stdout.isTTY === true
  introduce(folder, notice, isTty)
  const code = await (isTty
    ? byHand(folder, notice, told)
    : played(folder, notice, told, twice ? [VERSION, NEXT] : [VERSION]))
  if (keep && code <= 1) await serveOn(notice, told)
  return code
}

function readWish(): (ChatWish & Wish) | undefined {
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({
      options: {
        help: flag,
        keep: flag,
        twice: flag,
        slack: flag,
        discord: flag,
        faults: flag,
        fault: { type: 'string' },
      },
    })
    const isAlone = !(values.keep || values.twice || values.slack || values.discord)
    return values.fault === undefined || isAlone ? values : undefined
  } catch {
    return undefined
  }
}

/** Others may pass through it: builds may run as another user. */
async function temporaryFolder(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-')).catch(() => undefined)
  if (folder !== undefined) await chmod(folder, 0o711)
  return folder
}

/** Resolves with the exit code that belongs to a signal; a second signal ends the demo at once. */
function toldToEnd(): Promise<number> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  return Promise.race(signals.map((signal) => once(process, signal).then(() => 128 + constants.signals[signal])))
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return 1
}

/** The person types; the demo is over when they leave. */
async function byHand(folder: string, notice: WorldNotice, told: Promise<number>): Promise<number> {
  const { stdin, stdout } = process
  const look = { columns: () => stdout.columns, rows: () => stdout.rows, env: process.env }
  const terminal = createTerminal({ input: stdin, output: stdout, isTty: true, user: PERSON, now: Date.now, ...look })
  const { bot, stop } = await start(folder, notice, terminal)
  await bot.start()
  const code = await Promise.race([told, terminal.left.then(() => 0)])
  await stop()
  return code
}

/** People type in the chat; the demo is over when it is told to end. */
async function inChat(
  folder: string,
  notice: WorldNotice,
  told: Promise<number>,
  settings: ChatSettings,
): Promise<number> {
  introduce(folder, notice, false)
  const { rules, says } = await peopleOf(settings.configFile)
  const projects = (await projectsOf(folder, notice)).map((project) => ({ ...project, ...rules }))
  const chats = await openChats(settings, projects, join(folder, 'data'))
  const { bot, stop } = await compose(partsOf(folder, notice, projects, chats, settings.secrets))
  await bot.start()
  const places = chats.map(({ platform }) => (platform === 'slack' ? 'Slack' : 'Discord')).join(' or ')
  say(`Type /deploy ${VERSION} in ${places}. ${says} Ctrl-C ends it.`)
  const code = await Promise.race([told, lostWith(chats)])
  await stop()
  return code
}

/** The demo types what a person would, and reads the answers on the screen as a person does. */
async function played(
  folder: string,
  notice: WorldNotice,
  told: Promise<number>,
  versions: readonly string[],
): Promise<number> {
  const input = new PassThrough()
  const columns = () => 100
  const options = {
    input,
    output: process.stdout,
    isTty: false,
    presses: true,
    columns,
    env: process.env,
    user: PERSON,
  }
  const terminal = createTerminal({ ...options, now: Date.now })
  const type = (line: string) => {
    say(`\n> ${line}`)
    input.write(`${line}\n`)
  }
  const reader = readAlong(terminal)
  const { bot, stop } = await start(folder, notice, reader.chat)
  await bot.start()
  const code = await Promise.race([told, play(type, bot, reader, versions)])
  await stop()
  return code
}

async function start(folder: string, notice: WorldNotice, chat: Chat) {
  return compose(partsOf(folder, notice, await projectsOf(folder, notice), [chat]))
}

async function projectsOf(folder: string, { configuration: file }: WorldNotice): Promise<readonly Project[]> {
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  return loaded.projects
}

function partsOf(
  folder: string,
  notice: WorldNotice,
  projects: readonly Project[],
  chats: readonly Chat[],
  secrets: ChatSettings['secrets'] = [],
): ComposeOptions {
  return {
    projects,
    chats,
    dataFolder: join(folder, 'data'),
    scratchFolder: folder,
    secrets,
    env: { ...process.env, ...notice.where.environment },
    log: (line) => process.stderr.write(`${line}\n`),
  }
}

function introduce(folder: string, { facts }: WorldNotice, isTty: boolean): void {
  const person = isTty ? { columns: process.stdout.columns, version: VERSION } : undefined
  for (const line of introduction(folder, facts, person)) say(line)
}

async function serveOn({ addresses }: WorldNotice, told: Promise<number>): Promise<void> {
  say('\nServing on until Ctrl-C:')
  for (const [name, address] of Object.entries(addresses)) say(`  ${name}: ${address}`)
  await told
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
