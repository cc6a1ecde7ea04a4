/**
 * `npm run init`: asks at most ten questions, reads what the product's checkout tells, and writes slipway.yaml and .env.
 * Never replaces a file unasked. Without a terminal, lines of the input or options answer; 0 once both files are written.
 */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { readPlaces } from './config/environment.ts'
import { exampleEnvironment } from './config/environment-table.ts'
import { loadConfiguration } from './config/load.ts'
import { formatMistakes } from './config/mistake.ts'
import { MISUSED } from './exit.ts'
import { askAll, type Person } from './init/asking.ts'
import type { Texts } from './init/product.ts'
import { type Answers, QUESTIONS } from './init/questions.ts'
import { type Found, LOOKED_FOR, lookThrough } from './init/repository.ts'
import { configurationText, environmentText, guesses, keysNeeded } from './init/written.ts'
import { isThere } from './tools/is-there.ts'

/** A version file is short; a longer file is none. */
const LONGEST = 4 * 1024 ** 2

const USAGE = `npm run init asks what it needs to know. For scripts, options answer beforehand:
  --repository FOLDER  --${QUESTIONS.map(({ name }) => name).join('  --')}
  --config FILE  --data FOLDER  --force (replaces files that are there)`

const OWN = resolve(import.meta.dirname, '..')
const NAME_IT = '  Name the folder of the checkout: npm run init -- --repository FOLDER'
const UNNAMED = `This needs an answer: the folder of Slipway is no product of yours.\n${NAME_IT}`

process.exitCode = await init()

async function init(): Promise<number> {
  const given = readWish()
  if (given === undefined) return refuse(USAGE, MISUSED)
  const { person, close } = openPerson()
  try {
    return await asked(given, person)
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

async function asked(
  { words, force }: { readonly words: Wish; readonly force: boolean },
  person: Person,
): Promise<number> {
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
  return write(found, answers, { ...placesOf(words, answers, where.isRoot), force }, person)
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

interface Destination {
  readonly config: string
  readonly data: string
  readonly force: boolean
}

/** As the environment says. Builds of another user cannot pass through the home of root. */
function placesOf(words: Wish, { isolation }: Answers, isRoot: boolean): Omit<Destination, 'force'> {
  const read = readPlaces({ HOME: homedir(), ...process.env })
  const set = read.ok ? read.settings : { configFile: 'slipway.yaml', dataFolder: '/var/lib/slipway' }
  const isOther = isRoot && isolation !== 'none' && process.env.SLIPWAY_DATA === undefined
  const data = words.data ?? (isOther ? '/var/lib/slipway' : set.dataFolder)
  return { config: resolve(words.config ?? set.configFile), data: resolve(data) }
}

async function write(found: Found, answers: Answers, to: Destination, person: Person): Promise<number> {
  const text = configurationText(found, answers, userInfo().username)
  const loaded = loadConfiguration(text, { file: to.config, home: homedir() })
  if (!loaded.ok)
    return refuse(`Nothing was written, since it would not be right.\n${formatMistakes(to.config, loaded.mistakes)}`)
  const environment = environmentText(exampleEnvironment(), to)
  const files = { [to.config]: text, [resolve('.env')]: environment }
  for (const file of Object.keys(files)) {
    const isKept = (await isThere(file)) && !(to.force || (await mayReplace(file, person)))
    if (isKept) return refuse(`${file} is there already, and nothing was written. To replace it: --force`)
  }
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await rm(file, { force: true })
    await writeFile(file, content, { mode: 0o600, flag: 'wx' })
    person.say(`Wrote ${file}`)
  }
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
