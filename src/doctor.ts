/**
 * `npm run doctor`: everything that can be known before a release, each finding with the command that mends it.
 * Changes nothing without `--fix`. Ends with 0 where nothing stands in the way, with 1 where something does.
 */
import { access, chmod, constants, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { createPorts } from './compose/ports.ts'
import type { Settings } from './config/environment.ts'
import type { Exposed } from './config/file-mode.ts'
import { passedSecrets } from './config/passed-secrets.ts'
import { checkEnv } from './doctor/env.ts'
import { checkClock, checkDataFolder, checkSigningKey, type FoundFolder, type FoundKey } from './doctor/machine.ts'
import { type Hands, mendAll } from './doctor/mend.ts'
import type { Mendable } from './doctor/mendable.ts'
import { checkPins } from './doctor/pins.ts'
import { checkProject } from './doctor/project.ts'
import { isWell, reportJson, reportLines } from './doctor/report.ts'
import { readEnvFile, secretsShown } from './env-file.ts'
import { explain } from './exit.ts'
import type { Deployment } from './release/deployment.ts'
import type { Finding } from './release/finding.ts'
import type { Project } from './release/project.ts'
import { createMasker } from './release/redact.ts'
import { readBaseline } from './runners/baseline.ts'
import { dryRun } from './runners/dry-run.ts'
import { foldersFor } from './runners/facts.ts'
import type { Ports } from './runners/step.ts'
import { RUNNERS } from './runners/table.ts'
import { readProjects, readSettings } from './setup.ts'
import { createClock } from './tools/clock.ts'
import { isThere } from './tools/is-there.ts'
import { createProcessRecords } from './tools/process-records.ts'
import { KeyRefused, keyFileIn, publicFileOf, publicKeyOf } from './tools/signing.ts'

const USAGE =
  'npm run doctor knows three options: --fix fixes what is safe, --json is for scripts, --accept SHA256:… names a fingerprint that you have compared.\n  npm run doctor -- --fix'

/** What each platform that has its tokens can be asked about them. */
const CHAT_CHECKS: readonly ((settings: Settings, projects: readonly Project[]) => Promise<readonly Finding[]>)[] = [
  slackFindings,
  discordFindings,
]

process.exitCode = await doctor()

async function doctor(): Promise<number> {
  const wish = readWish()
  if (wish === undefined) return explain(USAGE)
  const findings = await examineAll(wish)
  process.stdout.write(`${wish.json ? reportJson(findings) : reportLines(findings).join('\n')}\n`)
  return isWell(findings) ? 0 : 1
}

interface Wish {
  readonly fix: boolean
  readonly json: boolean
  readonly accept: readonly string[]
}

function readWish(): Wish | undefined {
  const flag = { type: 'boolean', default: false } as const
  const accept = { type: 'string', multiple: true, default: [] as string[] } as const
  try {
    return parseArgs({ options: { fix: flag, json: flag, accept } }).values
  } catch {
    return undefined
  }
}

/** A `.env` that is left out names places that are not those of the bot, so nothing else is looked at. */
async function examineAll(wish: Wish): Promise<readonly Mendable[]> {
  const leftOut: Exposed[] = []
  await readEnvFile((why) => void leftOut.push(why))
  const env = checkEnv(leftOut, await secretsShown())
  return leftOut.length > 0 ? env : [...env, ...(await examine(wish))]
}

/** From the outside in: what cannot be read leaves nothing further to look at. */
async function examine(wish: Wish): Promise<readonly Mendable[]> {
  const read = await readSettings(process.env)
  if (!read.ok)
    return read.mistakes.map(({ name, what, remedy }) => ({ about: name, standing: 'bad', what, remedy }) as const)
  const { settings } = read
  const configured = await readProjects(settings.configFile)
  const dataFolder = resolve(settings.dataFolder)
  const projects = configured.ok ? configured.projects : []
  const scratch = await scratchIn(dataFolder)
  const ports = createPorts(
    createMasker([...settings.secrets, ...passedSecrets(projects, process.env)]),
    process.env,
    createProcessRecords(join(scratch, 'processes')),
    { signingKey: settings.signingKey ?? keyFileIn(dataFolder) },
  )
  try {
    if (wish.fix) await mendAll(await examineHere(projects, dataFolder, ports), handsOf(wish, ports))
    const here = await examineHere(projects, dataFolder, ports)
    const keyFile = settings.signingKey ?? keyFileIn(dataFolder)
    const key = checkSigningKey(publicFileOf(keyFile), await keyIn(keyFile, settings.signingKey !== undefined))
    const chats = await Promise.all(CHAT_CHECKS.map((check) => check(settings, projects)))
    const ofProjects = await inTurn(projects, (project) => examineProject(project, scratch, ports))
    return [configurationFinding(settings, configured), ...here, key, ...chats.flat(), ...ofProjects.flat()]
  } finally {
    await ports.ssh.close()
    await ports.files.remove(scratch)
  }
}

/** Beside the real builds where that can be, so that space and ways in are those of a release. */
async function scratchIn(dataFolder: string): Promise<string> {
  const isUsable = (await folderAt(dataFolder)) === 'writable'
  const scratch = await mkdtemp(join(isUsable ? dataFolder : tmpdir(), 'doctor-'))
  await chmod(scratch, 0o711)
  return scratch
}

async function slackFindings({ slack }: Settings, projects: readonly Project[]): Promise<readonly Finding[]> {
  if (slack === undefined) return []
  const { examineSlack } = await import('../adapters/slack/examine.ts')
  const { delivery, ...access } = slack
  const channels = projects.flatMap(({ channels, announce }) => [...channels.slack, ...announce.slack])
  const groups = namedIn(projects, ({ slack: { groups } }) => groups)
  const appToken = delivery.kind === 'socket' ? { appToken: delivery.appToken } : {}
  return examineSlack({ ...access, ...appToken, channels: [...new Set(channels)], groups })
}

async function discordFindings({ discord }: Settings, projects: readonly Project[]): Promise<readonly Finding[]> {
  if (discord === undefined) return []
  const { examineDiscord } = await import('../adapters/discord/examine.ts')
  const channels = projects.flatMap(({ channels, announce }) => [...channels.discord, ...announce.discord])
  const roles = namedIn(projects, (role) => role.discord.roles)
  const called = distinct(
    projects.flatMap((project) => {
      const { approve } = project.access
      const names = approve === 'everyone' ? [] : approve
      return names.flatMap((name) => (project.roles[name]?.discord.roles ?? []).map((id) => ({ name, id })))
    }),
  )
  return examineDiscord({ ...discord, clock: createClock(), channels: [...new Set(channels)], roles, called })
}

/** Ids that the roles of the projects name, each once, with a role that names it. */
function namedIn(projects: readonly Project[], idsOf: (role: Project['roles'][string]) => readonly string[]) {
  const roles = projects.flatMap((project) => Object.entries(project.roles))
  return distinct(roles.flatMap(([name, role]) => idsOf(role).map((id) => ({ name, id }))))
}

function distinct<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()]
}

function configurationFinding({ configFile }: Settings, read: Awaited<ReturnType<typeof readProjects>>): Finding {
  const about = 'configuration'
  if (read.ok) {
    const names = read.projects.map(({ name }) => name).join(', ')
    return { about, standing: 'good', what: `${resolve(configFile)} describes ${names}.` }
  }
  const [what = '', ...details] = read.message.split('\n').filter((line) => line.trim() !== '')
  return { about, standing: 'bad', what, details: details.map((line) => line.trim()) }
}

/** What needs no release to be looked at, and what `--fix` can mend. */
async function examineHere(
  projects: readonly Project[],
  dataFolder: string,
  { ssh, http, clock }: Ports,
): Promise<readonly Mendable[]> {
  const pins = await Promise.all(projects.map((project) => checkPins(project, ssh.pins)))
  const folder = checkDataFolder(dataFolder, await folderAt(dataFolder))
  const time = projects.length === 0 ? [] : [await checkClock(projects, http, clock.now)]
  return [folder, ...time, ...pins.flat()]
}

/** One that was given has to be there. */
async function keyIn(file: string, isGiven: boolean): Promise<FoundKey> {
  if (!isGiven && !(await isThere(file))) return undefined
  return publicKeyOf(file, { make: false }).then(
    (publicKey) => ({ publicKey }),
    (error: Error) => {
      if (error instanceof KeyRefused) return { refused: error.message }
      throw error
    },
  )
}

async function folderAt(path: string): Promise<FoundFolder> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return 'nothing'
  if (!found.isDirectory()) return 'no folder'
  return access(path, constants.W_OK | constants.X_OK).then(
    () => 'writable',
    () => 'closed',
  )
}

function examineProject(project: Project, scratch: string, ports: Ports): Promise<readonly Finding[]> {
  const user = userInfo().username
  const folders = foldersFor(scratch, project, 0)
  const check = (deployment: Deployment) =>
    dryRun(deployment, {
      table: RUNNERS,
      ports,
      folders,
      named: folders,
      signal: new AbortController().signal,
      tryKeys: true,
    })
  return checkProject(project, {
    baseline: (one) => readBaseline(ports, one, []),
    check,
    now: ports.clock.now(),
    requester: { platform: 'terminal', account: user, name: user, groups: [], vouched: true },
  })
}

async function inTurn<T, R>(all: readonly T[], each: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = []
  for (const one of all) done.push(await each(one))
  return done
}

function handsOf({ accept, json }: Wish, { files, shell, processes }: Ports): Hands {
  const isPerson = process.stdin.isTTY === true && process.stdout.isTTY === true && !json
  const say = (line: string) => process.stderr.write(`${line}\n`)
  return {
    files,
    shell,
    env: processes.environment(['PATH', 'HOME', 'LANG']),
    ask: async (question) => isPerson && askPerson(question),
    say,
    accepted: accept,
  }
}

async function askPerson(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await lines.question(`${question} [y/N] `)
  lines.close()
  return /^y(es)?$/i.test(answer.trim())
}
