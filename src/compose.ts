/** Puts a bot together from its parts: the one place that knows every room. Started by `main.ts`, the demo and the stories. */
import { mkdtemp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Command } from '../commands/command.ts'
import { helpCard } from '../commands/help-card.ts'
import { parseCommand } from '../commands/parse.ts'
import { createSuggest } from '../commands/suggest.ts'
import { COMMANDS } from '../commands/table.ts'
import type { World } from './bot/desk/options.ts'
import { drawnChat } from './bot/drawn.ts'
import { maskedChat, maskedEvent } from './bot/masked.ts'
import { type Bot, type CommandDesk, createBot } from './bot.ts'
import { ambiguousTemplates } from './config/templates.ts'
import type { Chat } from './ports/chat.ts'
import type { Journal, Summary } from './ports/journal.ts'
import { createQueue } from './queue/queue.ts'
import type { Deployment, PlatformName } from './release/deployment.ts'
import { isProblem, type Problem } from './release/problems.ts'
import type { Project } from './release/project.ts'
import { createMasker, type Masker } from './release/redact.ts'
import { announcements } from './release/report/announce.ts'
import { diagnosisCard } from './release/report/diagnosis.ts'
import { dryRunCard } from './release/report/dry-run.ts'
import { verificationCard } from './release/report/matrix.ts'
import { mirrored } from './release/report/mirror.ts'
import { refusedPosts } from './release/report/refused.ts'
import { threaded } from './release/report/threaded.ts'
import type { View } from './release/report/view.ts'
import { cardsFor } from './release/report.ts'
import type { Release } from './release/version.ts'
import { actionText } from './runners/action-text.ts'
import { readBaseline } from './runners/baseline.ts'
import { type DryStep, dryRun } from './runners/dry-run.ts'
import { foldersFor } from './runners/facts.ts'
import { inspectCertificate } from './runners/inspect-certificate.ts'
import { perform } from './runners/perform.ts'
import type { Ports } from './runners/step.ts'
import { RUNNERS } from './runners/table.ts'
import { diagnoseNow } from './runners/troubleshoot/diagnose.ts'
import { verifyRelease } from './runners/verify/now.ts'
import { createClock } from './tools/clock.ts'
import { createFiles } from './tools/files.ts'
import { createHttp } from './tools/http.ts'
import { createJournal } from './tools/journal.ts'
import { createNetwork } from './tools/network.ts'
import { createPictures } from './tools/pictures.ts'
import { createProcessRecords, type ProcessRecords } from './tools/process-records.ts'
import { createProcesses } from './tools/processes.ts'
import { createShell } from './tools/shell.ts'
import { createSigner, keyFileIn, publicKeyOf } from './tools/signing.ts'
import { createSsh } from './tools/ssh.ts'

export type Perform = typeof perform

export interface ComposeOptions {
  readonly projects: readonly Project[]
  readonly dataFolder: string
  /** A folder for dry runs and looks at the world; everything in it is removed again. */
  readonly scratchFolder: string
  /** Masked in everything that leaves the process. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[]
  readonly chats: readonly Chat[]
  /** The environment that runners may pass on by name. */
  readonly env: Readonly<NodeJS.ProcessEnv>
  /** Puts something around the journal, or around the carrying out of effects: a run that is to be killed there. */
  readonly wrap?: { journal?(journal: Journal): Journal; perform?(inner: Perform): Perform }
  /** The ports that a step is given, where not the real ones as they are: a story looks over its shoulder. */
  portsFor?(step: string, ports: Ports): Ports
  /** What the log of one step may hold; beyond it the middle of what a program prints is left out. */
  readonly logBytes?: number
  /** The key that certificates are signed with; without it, one in the data folder, which is made at the first start. */
  readonly signingKey?: string
  /** Time zone of the cards, an IANA name; UTC without it. */
  readonly zone?: string
  log(line: string): void
}

export interface Composed {
  readonly bot: Bot
  readonly ports: Ports
  readonly journal: Journal
  /** Ends the bot and lets go of its connections. */
  stop(): Promise<void>
}

/** A bot that is ready to be started. Rejects when the data folder cannot be used. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { projects, dataFolder, zone } = options
  const masker = createMasker(options.secrets)
  const records = createProcessRecords(join(dataFolder, 'processes'))
  const signingKey = options.signingKey ?? keyFileIn(dataFolder)
  await publicKeyOf(signingKey, { make: options.signingKey === undefined })
  const ports = createPorts(masker, options.env, records, { signingKey, ...bounded(options) })
  const drawing = {
    pictures: createPictures(),
    folder: join(dataFolder, 'pictures'),
    mask: masker.mask,
    failed: (name: string, reason: string) => options.log(`${name} could not be drawn: ${masker.mask(reason)}`),
  }
  const chats = options.chats.map((chat) => maskedChat(drawnChat(chat, drawing), masker.mask))
  const written = await createJournal(dataFolder, {
    onDamaged: (file, reason) => options.log(`${file} is damaged and was set aside: ${reason}`),
    signer: ports.signer,
    onUnsigned: (number, reason) => options.log(`the journal of #${number} has no checkpoint: ${reason}`),
  })
  const journal = options.wrap?.journal?.(written) ?? written
  const carryOut = options.wrap?.perform?.(perform) ?? perform
  const queue = createQueue({ places: (lane) => placesIn(lane, ports.processes.cores) })
  const foldersOf = ({ project, number }: Deployment) => foldersFor(dataFolder, project, number, signingKey)
  const bot = createBot({
    projects,
    chats,
    journal,
    queue,
    clock: ports.clock,
    commands: COMMAND_DESK,
    help: helpCard,
    world: createWorldView({ ...options, signingKey }, ports),
    ...(zone !== undefined && { zone }),
    perform: (work) =>
      carryOut({
        ...work,
        table: RUNNERS,
        ports: options.portsFor?.(work.effect.step, ports) ?? ports,
        folders: foldersOf(work.deployment),
      }).then((event) => maskedEvent(event, masker.mask)),
    cards: (deployment, lines, { missed, ...line }) => {
      const { platform } = deployment.place
      const chat = chats.find((each) => each.platform === platform)
      const on = (each: PlatformName) => ({ missed: missed?.get(each) ?? [] })
      const posts = cardsFor(deployment, ports.clock.now(), { lines, ...line, ...on(platform), ...viewOn(chat, zone) })
      const told = chat?.abilities?.threads ? threaded(deployment, posts) : posts
      const elsewhere = chats.flatMap((each) => [
        ...mirrored(deployment, each.platform, { ...on(each.platform), ...viewOn(each, zone) }),
        ...announcements(deployment, each.platform, viewOn(each, zone)),
        ...refusedPosts(deployment, each.platform, { ...line, ...viewOn(each, zone) }),
      ])
      return [...told, ...elsewhere]
    },
    log: (line) => options.log(masker.mask(line)),
  })
  /** What a killed bot had started is ended before any of its steps runs again. */
  const start = async () => {
    for (const line of await records.endStray()) options.log(masker.mask(line))
    await bot.start()
  }
  const stop = async () => {
    await bot.stop()
    await records.idle()
    await ports.ssh.close()
  }
  return { bot: { ...bot, start }, ports, journal, stop }
}

function bounded({ logBytes }: ComposeOptions): { readonly logBytes?: number } {
  return logBytes === undefined ? {} : { logBytes }
}

/** How cards are read on a platform. */
function viewOn(chat: Chat | undefined, zone: string | undefined): View {
  return {
    ...(zone !== undefined && { zone }),
    ...(chat && { spell: chat.spell, moments: chat.abilities?.moments === true }),
  }
}

const COMMAND_DESK: CommandDesk = {
  parse: parseCommand,
  permissionFor: ({ kind }) => COMMANDS[kind].permission,
  answer: (request, incoming, desk) => (COMMANDS[request.kind] as Command).answer(request, incoming, desk),
  suggest: createSuggest(),
}

/** The ports as they really reach out, everything masked. */
export function createPorts(
  masker: Masker,
  env: ComposeOptions['env'],
  records: ProcessRecords,
  { signingKey, logBytes }: { readonly signingKey: string; readonly logBytes?: number },
): Ports {
  const clock = createClock()
  return {
    clock,
    shell: createShell({ masker, records, ...(logBytes !== undefined && { logBytes }) }),
    ssh: createSsh({ masker, clock }),
    http: createHttp(),
    network: createNetwork(),
    files: createFiles({ masker }),
    processes: createProcesses(env),
    signer: createSigner(signingKey),
  }
}

/** A project's slot holds one deployment; builds share the cores; the other steps mostly wait for somebody else. */
function placesIn(lane: string, cores: number): number {
  if (lane.startsWith('project:')) return 1
  return lane === 'builds' ? Math.max(1, cores) : 64
}

/** What the bot may ask of the world without a deployment. */
function createWorldView(options: ComposeOptions & { readonly signingKey: string }, ports: Ports): World {
  const own = ({ project, number }: Pick<Deployment, 'project' | 'number'>) =>
    foldersFor(options.dataFolder, project, number, options.signingKey)
  /** Runs in folders of its own, whose name nobody can take beforehand, and which are gone afterwards. */
  const inScratch = async <T>(
    project: Project,
    look: (folders: ReturnType<typeof foldersFor>) => Promise<T>,
  ): Promise<T> => {
    const scratch = await mkdtemp(join(options.scratchFolder, 'slipway-look-'))
    try {
      return await look(foldersFor(scratch, project, 0, options.signingKey))
    } finally {
      await ports.files.remove(scratch)
    }
  }
  return {
    ambiguousTemplates,
    released: async (project, history) => {
      const { baseline, problem } = await readBaseline(ports, project, history)
      return baseline ?? problem
    },
    dryRun: (deployment) =>
      inScratch(deployment.project, async (folders) => {
        const signal = new AbortController().signal
        const named = own(deployment)
        const steps = await dryRun(deployment, { table: RUNNERS, ports, folders, named, signal })
        return dryRunCard(deployment, steps.map(dryLine))
      }),
    verify: (project, release, history) =>
      inScratch(project, (folders) => verifyNow({ project, release, history, folders, ports })),
    diagnose: async (deployment) => {
      const folders = own(deployment)
      const signal = AbortSignal.timeout(DIAGNOSIS_MS)
      return diagnosisCard(deployment, await diagnoseNow({ deployment, folders, ports, signal }))
    },
    incident: async ({ project, number }, note) => {
      const path = join(own({ project, number }).incidents, `${number}.md`)
      if (!(await ports.files.exists(path))) return undefined
      if (note !== undefined) await ports.files.append(path, `\n- Note, ${note}\n`)
      return { name: basename(path), path }
    },
    certificate: (file) => inspectCertificate(ports.files, file),
    logFile: async (deployment, step) => {
      const attempt = deployment.steps[step]?.attempt ?? 0
      const file = join(own(deployment).logs, `${step.replace(':', '.')}.${attempt}.log`)
      return (await ports.files.exists(file)) ? { file, lines: await ports.files.tail(file, LOG_LINES) } : undefined
    },
  }
}

/** As long as anybody waits for an answer in a chat. */
const DIAGNOSIS_MS = 5 * 60_000

/** As many lines of a log as a phone shows without a file. */
const LOG_LINES = 40

function dryLine({ planned, actions, outcome }: DryStep) {
  return {
    id: planned.id,
    title: planned.title,
    phase: planned.phase,
    gate: planned.gate !== undefined,
    lines: actions.map(actionText),
    notes: outcome?.ok ? (outcome.notes ?? []) : [],
    checked: outcome !== undefined,
    ...(outcome !== undefined && !outcome.ok && 'problem' in outcome && { problem: outcome.problem }),
  }
}

async function verifyNow(of: {
  readonly project: Project
  readonly release: Release
  readonly history: readonly Summary[]
  readonly folders: ReturnType<typeof foldersFor>
  readonly ports: Ports
}) {
  const matrix = await verifyRelease(of)
  return isProblem(matrix) ? (matrix satisfies Problem) : verificationCard(of.project, of.release, matrix)
}
