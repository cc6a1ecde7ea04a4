/** The desk: what commands may ask of the bot, answered from the live deployments, the journal and the world. */
import type { Incoming } from '../ports/chat.ts'
import type { Desk } from '../ports/desk.ts'
import type { NewEvent } from '../release/event.ts'
import { createFinding } from './desk/finding.ts'
import { createGoingBack } from './desk/going-back.ts'
import type { DeskOptions } from './desk/options.ts'
import { createRecords } from './desk/records.ts'
import { createRequesting } from './desk/requesting.ts'

/** The desk over everything the bot has. */
export function createDesk(options: DeskOptions): Desk {
  const { projects, clock, live, locks } = options
  const spellFor = (incoming: Incoming) => {
    const chat = chatOf(incoming)
    return (command: string) => chat?.spell(command, incoming.place) ?? `/${command}`
  }
  const chatOf = ({ place }: Incoming) => options.chats.find(({ platform }) => platform === place.platform)
  const view: Desk['view'] = (incoming) => ({
    spell: spellFor(incoming),
    moments: chatOf(incoming)?.abilities?.moments === true,
    ...(options.zone !== undefined && { zone: options.zone }),
  })
  const finding = createFinding(options)
  const requesting = createRequesting(options, finding, view)
  return {
    now: clock.now,
    projects,
    view,
    help: (command, incoming) => options.help(command, spellFor(incoming)),
    ...finding,
    ...requesting,
    ...createGoingBack(options, finding, requesting),
    ...createRecords(options, finding, requesting),
    bar: (project) => locks.bar(project),
    lock: (...asked) => locks.set(...asked),
    unlock: (...asked) => locks.lift(...asked),
    send: (number, wish) => live.send(number, { ...wish, at: clock.now() } as NewEvent),
  }
}
