/** A real bot behind one chat, with a release that waits at its gate: who was heard, and what anybody brought about, is kept. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../../src/compose.ts'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Place } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { NEVER_LOCKED } from '../../src/release/lock.ts'
import type { Project } from '../../src/release/project.ts'
import { drive, project } from '../release/sample.ts'

export const GATED = 42

export interface Watched {
  readonly heard: readonly Incoming[]
  /** What was brought about in somebody's name, and every step that was begun. */
  deeds(): readonly string[]
  stop(): Promise<void>
}

/** `ana` may do everything, and nobody else anything but look. */
export async function botAtGate(chat: Chat, place: Place, ana: string): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-fuzz-'))
  const { platform, channel } = place
  const of: Project = {
    ...project,
    channels: { ...project.channels, [platform]: [channel] },
    access: { view: 'everyone', deploy: ['team'], approve: ['team'], admin: ['team'] },
    roles: { team: { ...NOBODY, [platform]: { users: [ana], groups: [], roles: [] } } },
    people: { ana: { [platform]: ana } },
    approvals: { ...project.approvals, requesterMayApprove: true },
  }
  await leaveAtGate(folder, of, place)
  const heard: Incoming[] = []
  const written: Event[] = []
  const begun: string[] = []
  const ear: Chat = {
    ...chat,
    start: (handle, ...more) =>
      chat.start(
        (incoming) => {
          heard.push(incoming)
          return handle(incoming)
        },
        ...more,
      ),
  }
  const { bot, journal, stop } = await compose({
    projects: [of],
    chats: [ear],
    dataFolder: folder,
    scratchFolder: folder,
    secrets: [],
    env: { PATH: process.env.PATH },
    wrap: {
      journal: (inner) => ({
        ...inner,
        append: (number, events) => {
          written.push(...events)
          return inner.append(number, events)
        },
      }),
      perform:
        () =>
        ({ effect }) => {
          begun.push(`begun ${effect.step}`)
          // A step never rejects, whatever ends it; this one is still under way when the bot is stopped.
          return new Promise(() => {})
        },
    },
    log: () => {},
  })
  await bot.start()
  return {
    heard,
    deeds: () => [
      ...written.filter((event) => 'actor' in event || event.type === 'requested').map(({ type }) => type),
      ...begun,
      ...(journal.locks.read(of.name) === NEVER_LOCKED ? [] : ['locked']),
    ],
    stop: async () => {
      await stop()
      await rm(folder, { recursive: true, maxRetries: 10 })
    },
  }
}

const NOBODY = { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: [] }

async function leaveAtGate(folder: string, of: Project, place: Place): Promise<void> {
  const hand = drive(of, { number: GATED, place, at: Date.now() - 60_000 } as object)
  hand.start()
  hand.run()
  await mkdir(join(folder, 'open'), { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'open', `${GATED}.json`), JSON.stringify({ schema: 1, events: hand.journal }))
}

/** Every text at any depth of a payload, names aside. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
