/**
 * `npm run demo`: a whole release in a sandbox. Makes a small world in a temporary folder and a process of its own, starts the
 * bot on it, and lets a person type; without a terminal it plays `/deploy 3.1.3`, approves, and looks at the result.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { chmod, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { parseArgs } from 'node:util'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import { compose } from '../src/compose.ts'
import { loadConfiguration } from '../src/config/load.ts'
import { formatMistakes } from '../src/config/mistake.ts'
import type { Chat } from '../src/ports/chat.ts'
import type { Card } from '../src/release/card.ts'
import { PERSON } from './configuration.ts'
import type { WorldNotice } from './serve.ts'

const VERSION = '3.1.3'

process.exitCode = await demo()

async function demo(): Promise<number> {
  const { keep } = parseArgs({ options: { keep: { type: 'boolean', default: false } } }).values
  const isTty = process.stdin.isTTY === true && process.stdout.isTTY === true
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-'))
  await chmod(folder, 0o711)
  const { notice, world } = await startWorld(folder)
  introduce(folder, notice, isTty)
  try {
    const complete = await (isTty ? byHand(folder, notice) : played(folder, notice))
    if (keep) await serveOn(notice)
    return complete ? 0 : 1
  } finally {
    await endWorld(world)
    say(`The sandbox has ended. What it made is in ${folder}`)
  }
}

/** The person types; the demo is over when they leave. */
async function byHand(folder: string, notice: WorldNotice): Promise<boolean> {
  const { stdin, stdout } = process
  const look = { columns: () => stdout.columns, rows: () => stdout.rows, env: process.env }
  const terminal = createTerminal({ input: stdin, output: stdout, isTty: true, user: PERSON, now: Date.now, ...look })
  const { bot, stop } = await start(folder, notice, terminal)
  await bot.start()
  await terminal.left
  await stop()
  return true
}

/** The demo types what a person would, and reads the answers on the screen as a person does. */
async function played(folder: string, notice: WorldNotice): Promise<boolean> {
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
  const reader = readAlong(terminal)
  const { bot, stop } = await start(folder, notice, reader.chat)
  const type = (line: string) => {
    say(`\n> ${line}`)
    input.write(`${line}\n`)
  }
  await bot.start()
  type(`/deploy ${VERSION}`)
  type(`/${await reader.question}`)
  const result = await reader.result
  await bot.idle()
  if (result === 'good') type('/verify')
  const verified = result === 'good' ? await reader.verified : 'bad'
  await stop()
  return result === 'good' && verified === 'good'
}

/** Passes cards on to the terminal, and notices the question, the result and the verification among them. */
function readAlong(terminal: Chat) {
  const question = Promise.withResolvers<string>()
  const result = Promise.withResolvers<Card['tone']>()
  const verified = Promise.withResolvers<Card['tone']>()
  const read = (card: Card, key: string) => {
    const approve = card.buttons.find(({ gate, command }) => gate !== undefined && command.startsWith('approve'))
    if (approve !== undefined) question.resolve(approve.command)
    if (!/\/(result|problems:)/.test(key)) return
    question.resolve('status')
    result.resolve(card.tone)
  }
  const chat: Chat = {
    ...terminal,
    post: async (place, card, key) => {
      const message = await terminal.post(place, card, key)
      read(card, key)
      return message
    },
    answer: async (incoming, card, audience) => {
      await terminal.answer(incoming, card, audience)
      if (incoming.text.startsWith('verify')) verified.resolve(card.tone)
      else if (card.tone === 'bad') read(card, '/result')
    },
  }
  return { chat, question: question.promise, result: result.promise, verified: verified.promise }
}

async function start(folder: string, notice: WorldNotice, chat: Chat) {
  const file = notice.configuration
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  return compose({
    projects: loaded.projects,
    chats: [chat],
    dataFolder: join(folder, 'data'),
    scratchFolder: folder,
    secrets: [],
    env: { ...process.env, ...notice.environment },
    log: (line) => process.stderr.write(`${line}\n`),
  })
}

async function startWorld(folder: string): Promise<{ readonly notice: WorldNotice; readonly world: ChildProcess }> {
  const world = fork(join(import.meta.dirname, 'serve.ts'), [join(folder, 'world')])
  const notice = await new Promise<WorldNotice>((resolve, reject) => {
    world.once('message', (message) => resolve(message as WorldNotice))
    world.once('exit', (code) => reject(new Error(`the sandbox world could not be made (exit ${code})`)))
  })
  return { notice, world }
}

/** Lets go of the world's process, which then closes what it serves; resolves when it has ended. */
async function endWorld(world: ChildProcess): Promise<void> {
  if (world.exitCode !== null || !world.connected) return
  const ended = new Promise((resolve) => world.once('exit', resolve))
  world.disconnect()
  await ended
}

function introduce(folder: string, { facts }: WorldNotice, isTty: boolean): void {
  say('Slipway demo: a whole release of a small product called Harbour, from 3.1.2 to 3.1.3.')
  say(`Everything happens in ${folder} and on 127.0.0.1; nothing of yours is touched.`)
  for (const fact of facts) say(`- ${fact}`)
  say(isTty ? `\nType /deploy ${VERSION} and press Enter. /help shows everything, Ctrl-C twice leaves.\n` : '')
}

async function serveOn({ addresses }: WorldNotice): Promise<void> {
  say('\nServing on until Ctrl-C:')
  for (const [name, address] of Object.entries(addresses)) say(`  ${name}: ${address}`)
  await new Promise((resolve) => process.once('SIGINT', resolve))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
