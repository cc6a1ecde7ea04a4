/** `npm run slipway -- <command>`: asks the bot that runs on this machine, prints its answer, and says by its exit code how it went. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Question, type Reply, spellForShell } from '../adapters/socket/words.ts'
import { paintFor } from '../adapters/terminal/paint.ts'
import { renderCard } from '../adapters/terminal/render.ts'
import { LONGEST_COMMAND, quoteWord } from '../commands/line.ts'
import { readEnvironment } from './config/environment.ts'
import { readEnvFile } from './env-file.ts'
import { isHelp } from './tools/is-help.ts'
import { askForLine } from './tools/line-socket.ts'

/** What `sysexits.h` calls EX_UNAVAILABLE, EX_NOPERM and EX_CONFIG. */
const NO_BOT = 69
const NOT_PERMITTED = 77
const MISCONFIGURED = 78

const USAGE = `npm run slipway -- <command> asks the Slipway that runs on SLIPWAY_DATA, as the account that it runs as.
  npm run slipway -- help      every command
  npm run slipway -- status    what is being deployed
It exits 0; 1 where the answer is a refusal or shows something that failed; 69 where no Slipway runs; 77 for another account.
`

const words = process.argv.slice(2)
process.exitCode = isHelp(words) ? usage() : await slipway(words)

/** Of this program: the bot is not asked. */
function usage(): number {
  process.stdout.write(USAGE)
  return 0
}

/** 0, or 1 where the answer is a refusal or shows something that is not right. */
async function slipway(words: readonly string[]): Promise<number> {
  // The bot reads it too, and has said what is wrong with it: both mean the same folder.
  await readEnvFile(() => {})
  const dataFolder = dataFolderOf(process.env)
  if (dataFolder === undefined) return fail(MISCONFIGURED, 'SLIPWAY_DATA does not name a folder.')
  const { stdin, stdout } = process
  const person = stdin.isTTY === true && stdout.isTTY === true
  const command = lineOf(words)
  if (command.length > LONGEST_COMMAND)
    return fail(
      1,
      `The command is ${command.length} characters long, and ${LONGEST_COMMAND} are read at most.\n  Nothing was sent. Make it shorter.`,
    )
  const question: Question = { command, person }
  const asked = await askForLine(join(dataFolder, 'bot.sock'), JSON.stringify(question))
  if ('code' in asked) return unreachable(asked.code, dataFolder)
  const { card, taken } = JSON.parse(asked.line) as Reply
  if (taken) stdout.write('Slipway has taken it. This is how things stand:\n')
  if (card === undefined)
    return taken ? 0 : fail(1, 'Slipway could not read the command. Is this program of the same version?')
  const paint = paintFor(stdout.isTTY === true, process.env)
  const look = { width: stdout.columns || 80, paint, spell: spellForShell }
  stdout.write(`${renderCard(card, look).join('\n')}\n`)
  return card.tone === 'bad' && !taken ? 1 : 0
}

/** One argument is a whole line; several are its words, each to be read as one. */
function lineOf(words: readonly string[]): string {
  const [only = 'help', ...more] = words
  return more.length === 0 ? only : words.map(wordOf).join(' ')
}

function wordOf(word: string): string {
  const [, name, value] = /^(--[\w-]+)(?:=([\s\S]*))?$/.exec(word) ?? []
  if (name === undefined) return quoteWord(word)
  return value === undefined ? name : `${name}=${quoteWord(value)}`
}

function dataFolderOf({ SLIPWAY_DATA }: NodeJS.ProcessEnv): string | undefined {
  const read = readEnvironment({ HOME: homedir(), SLIPWAY_DATA })
  return read.ok ? resolve(read.settings.dataFolder) : undefined
}

function unreachable(code: string, dataFolder: string): number {
  const there = `The data folder is ${dataFolder}.`
  if (code === 'EACCES' || code === 'EPERM')
    return fail(
      NOT_PERMITTED,
      `The bot belongs to another user, and only that user may talk to it here.\n  ${there} Run this as its owner.`,
    )
  if (code === 'no answer')
    return fail(1, 'Slipway ended the connection without an answer.\n  See in its log what happened, then ask again.')
  return fail(
    NO_BOT,
    `No Slipway runs here. ${there}\n  Start it with: npm start\n  If it works with another folder, set SLIPWAY_DATA as it is set for the bot.`,
  )
}

function fail(code: number, message: string): number {
  process.stderr.write(`${message}\n`)
  return code
}
