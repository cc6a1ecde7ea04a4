/** Plays a deployment with a fault to its end, as a person on call would: approves, presses the fix that is offered, else rolls back. */
import { readFile } from 'node:fs/promises'
import { type Composed, compose } from '../src/compose.ts'
import { loadConfiguration } from '../src/config/load.ts'
import { formatMistakes } from '../src/config/mistake.ts'
import type { Chat, Incoming } from '../src/ports/chat.ts'
import type { Actor } from '../src/release/actor.ts'
import { versionToType } from '../src/release/approvals.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { replay } from '../src/release/machine.ts'
import { undoChoices } from '../src/release/undo.ts'
import { PERSON, writeConfiguration } from './configuration.ts'
import { configureFor, type Fault, happen } from './faults.ts'
import type { World } from './world.ts'

export interface FaultPlay {
  readonly fault: Fault
  readonly world: World
  /** The bot's data folder, and where its scratch folders are made. */
  readonly dataFolder: string
  readonly scratchFolder: string
  /** Where the thread is read. */
  readonly chat: Chat
  /** Told what the person sends. */
  said(line: string): void
  log(line: string): void
}

/** More moves than any fault takes. */
const MOST_MOVES = 30
const VERSION = '3.1.3'

/** The deployment as it ended, or as it stands where it does not come to an end. */
export async function playFault(play: FaultPlay): Promise<Deployment> {
  const person = createPerson(play.chat, play.said)
  const composed = await startBot(play, person.chat)
  try {
    await composed.bot.start()
    await person.says(`deploy ${VERSION}`)
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      await composed.bot.idle()
      const deployment = await newest(composed.journal)
      if (deployment.endedAt !== undefined) return deployment
      const move = nextMove(deployment)
      await person.says(move.text, move.digest)
    }
    return await newest(composed.journal)
  } finally {
    await composed.stop()
  }
}

interface Move {
  readonly text: string
  readonly digest?: string
}

/** What the person on call does next, in the order of the workflow. */
export function nextMove(deployment: Deployment): Move {
  const { number, gates, stops, emergency } = deployment
  const gate = gates.find(({ status }) => status === 'open')
  if (gate !== undefined) {
    const everything = gate.options.find(({ name }) => name === 'everything') ?? gate.options[0]
    const plan = everything && `--plan ${everything.name}`
    const words = [`approve #${number}`, versionToType(deployment, gate.name), plan]
    const text = words.filter((word) => word !== undefined).join(' ')
    return { text, digest: everything?.digest ?? gate.digest }
  }
  if (emergency !== undefined) return { text: `acknowledge #${number}` }
  const last = stops.at(-1)
  const [offer] = last?.accepted === undefined ? (last?.offers ?? []) : []
  if (offer !== undefined) return { text: `fix #${number} ${offer.id}` }
  return { text: undoChoices(deployment).length > 0 ? `rollback #${number}` : `cancel #${number}` }
}

/** Somebody whom the platform vouches for, with a button under each thumb. */
function createPerson(chat: Chat, said: FaultPlay['said']) {
  const actor: Actor = { platform: 'terminal', account: PERSON, name: PERSON, groups: [], vouched: true }
  let handle: (incoming: Incoming) => Promise<void> = () => Promise.reject(new Error('the bot does not listen'))
  let sent = 0
  return {
    chat: {
      ...chat,
      start: async (handler: typeof handle) => {
        handle = handler
      },
    } satisfies Chat,
    says: async (text: string, digest?: string) => {
      sent += 1
      said(`/${text}`)
      const place = { platform: 'terminal', channel: 'terminal' } as const
      await handle({ id: `move-${sent}`, actor, place, text, ...(digest !== undefined && { digest }) })
    },
  }
}

async function startBot({ fault, world, dataFolder, scratchFolder, log }: FaultPlay, chat: Chat): Promise<Composed> {
  const file = await writeConfiguration(world, configureFor(fault, world))
  const loaded = loadConfiguration(await readFile(file, 'utf8'), { file, home: world.folder })
  if (!loaded.ok) throw new Error(formatMistakes(file, loaded.mistakes))
  const counts = new Map<string, number>()
  return compose({
    projects: loaded.projects,
    chats: [chat],
    dataFolder,
    scratchFolder,
    secrets: [],
    env: { ...process.env, ...world.environment },
    log,
    wrap: {
      perform: (perform) => async (performance) => {
        const { effect, deployment } = performance
        const { step } = effect
        const begun = { step, name: deployment.plan.find(({ id }) => id === step)?.name ?? step }
        const count = (counts.get(step) ?? 0) + 1
        counts.set(step, count)
        await happen(fault.before, { world, dataFolder }, begun, count)
        const event = await perform(performance)
        await happen(fault.after, { world, dataFolder }, begun, count)
        return event
      },
    },
  })
}

async function newest(journal: Composed['journal']): Promise<Deployment> {
  const deployment = replay((await journal.read(1)) ?? [])
  if ('brokenAt' in deployment)
    throw new Error(`event ${deployment.brokenAt} of #1 does not follow from the one before`)
  return deployment
}
