/**
 * The real bot, machine, journal and queue, with steps that do only what a row says: a deployment lies in the journal as a
 * bot has left it there, and the bot takes it up.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compose } from '../../src/compose.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Deployment, Outcome, Place } from '../../src/release/deployment.ts'
import type { Event, NewEvent } from '../../src/release/event.ts'
import { step as advance, replay } from '../../src/release/machine.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import type { Project } from '../../src/release/project.ts'
import { type Context, step } from '../../src/runners/step.ts'
import { ANA, BEN, content } from '../../test/release/sample.ts'

const NUMBER = 1
const TERMINAL: Place = { platform: 'terminal', channel: 'terminal' }

export interface Simulated {
  readonly project: Project
  readonly plan: readonly PlannedStep[]
  readonly dataFolder: string
  /** Where the deployment is told; the terminal by default. */
  readonly place?: Place
  readonly chats?: readonly Chat[]
  run(context: Context, planned: PlannedStep): Promise<unknown>
}

/** From the first step to the end, approved in the terminal as soon as the question is written down. */
export async function simulate({
  project,
  plan,
  dataFolder,
  place = TERMINAL,
  chats = [],
  run,
}: Simulated): Promise<Deployment> {
  await leave(dataFolder, { project, plan, place })
  const terminal = quietTerminal()
  const written: Event[] = []
  const ended = Promise.withResolvers<void>()
  const heard = (events: readonly Event[]) => {
    written.push(...events)
    if (events.some(({ type }) => type === 'asked')) setImmediate(terminal.approves)
  }
  const { bot, journal, stop } = await compose({
    projects: [project],
    chats: [terminal.chat, ...chats],
    dataFolder,
    scratchFolder: dataFolder,
    secrets: [],
    env: process.env,
    wrap: {
      journal: (inner) => ({
        ...inner,
        append: async (number, events) => {
          await inner.append(number, events)
          heard(events)
        },
        close: async (number, summary) => {
          await inner.close(number, summary)
          ended.resolve()
        },
      }),
      perform: (inner) => (work) => {
        const planned = work.deployment.plan.find(({ id }) => id === work.effect.step)
        if (planned === undefined) throw new Error(`no step ${work.effect.step}`)
        return inner({ ...work, table: { [planned.name]: simulatedStep(planned, run) } })
      },
    },
    log: () => {},
  })
  await bot.start()
  await ended.promise
  const deployment = replay((await journal.read(NUMBER)) ?? [])
  await stop()
  if ('brokenAt' in deployment || deployment.status !== 'complete') throw new Error('the release did not end well')
  return deployment
}

function simulatedStep(planned: PlannedStep, run: Simulated['run']) {
  return step({
    describe: () => ({}),
    ask: async () => content('a'),
    run: async (context): Promise<Outcome> => {
      await run(context, planned)
      const leaves: Record<string, string> = planned.name.startsWith('version.') ? { commit: 'c1' } : {}
      return { ok: true, evidence: planned.name === 'preflight.origin' ? { base: 'b1' } : leaves }
    },
  })
}

async function leave(dataFolder: string, of: Pick<Simulated, 'project' | 'plan'> & { readonly place: Place }) {
  const event: NewEvent = {
    type: 'requested',
    number: NUMBER,
    kind: 'release',
    release: { version: '3.1.3', build: '001', full: '3.1.3+001' },
    requester: ANA,
    at: Date.now(),
    ...of,
  }
  const begun = advance(undefined, event)
  await mkdir(join(dataFolder, 'open'), { recursive: true, mode: 0o700 })
  await writeFile(join(dataFolder, 'open', `${NUMBER}.json`), JSON.stringify({ schema: 1, events: begun?.events }))
}

/** Shows nothing, and lets somebody approve. */
function quietTerminal() {
  let hear: (incoming: Incoming) => Promise<void> = async () => {}
  let count = 0
  const chat: Chat = {
    platform: 'terminal',
    spell: (command) => `/${command}`,
    start: async (handle) => {
      hear = handle
    },
    stop: async () => {},
    post: async ({ platform, channel }, _, key) => ({ platform, channel, id: key }),
    update: async () => {},
    answer: async (_, card) => {
      if (card.tone === 'bad') process.stderr.write(`${card.title}\n${JSON.stringify(card.sections)}\n`)
    },
  }
  const approves = () => {
    count += 1
    return hear({ id: `approval-${count}`, actor: BEN, place: TERMINAL, text: `approve #${NUMBER}` })
  }
  return { chat, approves }
}
