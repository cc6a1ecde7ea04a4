/**
 * `npm run init`: asks at most ten questions, reads what the product's checkout tells, and writes slipway.yaml and .env.
 * Never replaces a configuration unasked, and keeps what is set in a .env. Without a terminal, lines of the input or options answer; 0 once both files are written.
 */
import { readFile, stat } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs, parseEnv } from 'node:util'
import { readPlaces } from './config/environment.ts'
import { exampleEnvironment } from './config/environment-table.ts'
import type { Exposed } from './config/file-mode.ts'
import { loadConfiguration } from './config/load.ts'
import { formatMistakes } from './config/mistake.ts'
import { readEnvFile } from './env-file.ts'
import { explain } from './exit.ts'
import { askAll, type Person } from './init/asking.ts'
import type { Texts } from './init/product.ts'
import { type Answers, QUESTIONS } from './init/questions.ts'
import { type Found, LOOKED_FOR, lookThrough } from './init/repository.ts'
import { configurationText, environmentText, guesses, keysNeeded } from './init/written.ts'
import { word } from './release/shell-words.ts'
import { writeDurably } from './tools/durable.ts'
import { isThere } from './tools/is-there.ts'
import { whyNoFile } from './tools/place-for-file.ts'

/** A version file is short; a longer file is none. */
const LONGEST = 4 * 1024 ** 2

const USAGE = `npm run init asks what it needs to know. For scripts, options answer beforehand:
  --repository FOLDER  --${QUESTIONS.map(({ name }) => name).join('  --')}
  --config FILE  --data FOLDER  --force (replaces a configuration that is there)`

const ENV_FILE = resolve('.env')
/** What is said anew in a .env that is there. */
const PLACES = /^SLIPWAY_(?:CONFIG|DATA)$/

const OWN = resolve(import.meta.dirname, '..')
const NAME_IT = '  Name the folder of the checkout: npm run init -- --repository FOLDER'
const UNNAMED = `This needs an answer: the folder of Slipway is no product of yours.\n${NAME_IT}`

process.exitCode = await init()

async function init(): Promise<number> {
  const given = readWish()
  if (given === undefined) return explain(USAGE)
  const { person, close } = openPerson()
  try {
    const refusal = await whyNotWritten(given, person)
    return refusal === undefined ? await asked(given.words, person) : refuse(refusal)
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    return refuse(`This could not be done: ${message}.\n  Fix that, then run it again.`)
  } finally {
    close()
  }
}

type Wish = Readonly<Record<string, string | undefined>> & { readonly force?: never }

function readWish(): { readonly words: Wish; readonly force: boolean } | undefined {
  const names = ['repository', 'config', 'data', ...QUESTIONS.map(({ name }) => name)]
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
  try {
    const { force, ...words } = parseArgs({ options: { ...options, force: { type: 'boolean' } } }).values
    return { words: words as Wish, force: force === true }
  } catch {
    return undefined
  }
}

/** Both places are looked at before the first question, so that no answer is given in vain. The .env may name the other. */
async function whyNotWritten({ words, force }: NonNullable<ReturnType<typeof readWish>>, person: Person) {
  const leftOut: Exposed[] = []
  await readEnvFile((why) => void leftOut.push(why))
  for (const { what, command } of leftOut)
    return `${what} What is set in it would be kept.\n  See that it is yours, then: ${command}`
  const config = configOf(words)
  for (const [file, advice] of [
    [ENV_FILE, `It lies in the folder of Slipway: sudo chown "$USER" ${word(resolve('.'))}`],
    [config, 'Name another file: npm run init -- --config FILE'],
  ] as const) {
    const why = await whyNoFile(file)
    if (why !== undefined) return `${file} cannot be written: ${why}.\n  ${advice}`
  }
  if (force || !(await isThere(config)) || (await mayReplace(config, person))) return undefined
  return `${config} is there already, and nothing was written. To replace it: --force`
}

async function asked(words: Wish, person: Person): Promise<number> {
  const folder = resolve((words.repository ?? (await folderTyped(person))).replace(/^~(?=\/|$)/, homedir()))
  if (folder === OWN) return refuse(UNNAMED)
  if (!(await isFolder(folder))) return refuse(`${folder} is no folder of this machine.\n${NAME_IT}`)
  const found = lookThrough(await textsIn(folder))
  if (found === undefined) return refuse(nothingFound(folder))
  const count = found.sync.length
  person.say(`${found.source.file} says ${found.title} ${found.version}; ${count} more to keep in step.\n`)
  const where = { isRoot: process.getuid?.() === 0 }
  const answers = await askAll(found, words, person, where)
  if ('refused' in answers) return refuse(answers.refused)
  return write(found, answers, { config: configOf(words), data: dataOf(words, answers, where.isRoot) }, person)
}

/** Where it was started is suggested, unless that is the folder of Slipway itself. */
async function folderTyped(person: Person): Promise<string> {
  const here = resolve(process.env.INIT_CWD ?? '')
  const suggested = here === OWN ? '' : `[${here}] `
  const line = await person.line(`In which folder is a checkout of your product?\n${suggested}> `)
  return line?.trim() || here
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function nothingFound(folder: string): string {
  return `${folder} has no pubspec.yaml, Cargo.toml, package.json or pyproject.toml that names a version X.Y.Z.\n${NAME_IT}\n  For another kind of product, begin with a copy of a file in examples/.`
}

async function textsIn(folder: string): Promise<Texts> {
  const read = LOOKED_FOR.map(async (path) => {
    const file = join(folder, path)
    const found = await stat(file).catch(() => undefined)
    if (!found?.isFile() || found.size > LONGEST) return []
    return [[path, await readFile(file, 'utf8')] as const]
  })
  return Object.fromEntries((await Promise.all(read)).flat())
}

/** As the environment says. */
function placesNow() {
  const read = readPlaces({ HOME: homedir(), ...process.env })
  return read.ok ? read.settings : { configFile: 'slipway.yaml', dataFolder: '/var/lib/slipway' }
}

function configOf(words: Wish): string {
  return resolve(words.config ?? placesNow().configFile)
}

/** Builds of another user cannot pass through the home of root. */
function dataOf(words: Wish, { isolation }: Answers, isRoot: boolean): string {
  const isOther = isRoot && isolation !== 'none' && !process.env.SLIPWAY_DATA?.trim()
  return resolve(words.data ?? (isOther ? '/var/lib/slipway' : placesNow().dataFolder))
}

type Destination = Parameters<typeof environmentText>[1]

/** The .env comes first: it stands in nobody's way where the other one then cannot be written. */
async function write(found: Found, answers: Answers, to: Destination, person: Person): Promise<number> {
  const text = configurationText(found, answers, userInfo().username)
  const loaded = loadConfiguration(text, { file: to.config, home: homedir() })
  if (!loaded.ok)
    return refuse(`Nothing was written, since it would not be right.\n${formatMistakes(to.config, loaded.mistakes)}`)
  const before = (await isThere(ENV_FILE)) ? await readFile(ENV_FILE, 'utf8') : exampleEnvironment()
  await writeDurably(ENV_FILE, environmentText(before, to))
  const kept = Object.entries(parseEnv(before)).flatMap(([name, value]) =>
    value?.trim() && !PLACES.test(name) ? name : [],
  )
  person.say(`Wrote ${ENV_FILE}${kept.length === 0 ? '' : `, and kept ${kept.join(', ')} in it`}`)
  await writeDurably(to.config, text)
  person.say(`Wrote ${to.config}`)
  for (const line of lastWords(found, answers)) person.say(line)
  return 0
}

async function mayReplace(file: string, person: Person): Promise<boolean> {
  return person.isThere && /^y(es)?$/i.test((await person.line(`${file} is there already. Replace it? [n] > `)) ?? '')
}

function lastWords(found: Found, answers: Answers): readonly string[] {
  const keys = keysNeeded(answers)
  const look = guesses(found, answers)
  return [
    ...(look.length === 0 ? [] : ['', 'Look at these lines of it:', ...look.map((line) => `- ${line}`)]),
    ...(keys.length === 0
      ? []
      : [
          '',
          'Each place gets a key of its own. Make them, and register each .pub there:',
          '  install -d -m 700 ~/.ssh',
          `  for place in ${keys.join(' ')}; do ssh-keygen -q -t ed25519 -N '' -C "slipway $place" -f ~/.ssh/slipway_$place; done`,
        ]),
    '',
    'Its certificates are signed. The public key, to be committed to the product as slipway.pub:',
    '  npm run --silent certificate -- key',
    '',
    'Next, what would stop a release, and what fixes it:',
    '  npm run doctor -- --fix',
  ]
}

/** Lines of the input, typed or piped. */
function openPerson(): { readonly person: Person; close(): void } {
  const { stdin, stdout } = process
  const lines = createInterface({ input: stdin })
  const waiting = lines[Symbol.asyncIterator]()
  const line = async (prompt: string) => {
    stdout.write(prompt)
    const next = await waiting.next()
    if (stdin.isTTY !== true) stdout.write('\n')
    return next.done === true ? undefined : next.value
  }
  const say = (text: string) => void stdout.write(`${text}\n`)
  return { person: { line, say, isThere: stdin.isTTY === true && stdout.isTTY === true }, close: () => lines.close() }
}

function refuse(message: string, code = 1): number {
  process.stderr.write(`${message}\n`)
  return code
}
