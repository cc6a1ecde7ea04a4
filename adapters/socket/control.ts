/**
 * The way in that needs no chat: a command from a shell on the bot's machine, over a socket in the data folder. It is for the
 * hour in which chat is down and somebody has to approve, cancel or unlock.
 *
 * Who it is: the socket can be opened by the bot's own user (and root), so every command over it is that user's, the account
 * that `terminal:` lists of slipway.yaml name. Whoever can open it could also write the journal; it gives nobody more.
 *
 * A press counts where the program on the other side says that a person sits at a terminal, for its input and its output. That
 * proves nothing against somebody who means harm as that user. It keeps a script, a timer or a pipe from approving by accident,
 * exactly as a terminal without a person does.
 */
import { type Chat, type Incoming, SHELL } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import { type Question, type Reply, readQuestion, spellForShell } from './words.ts'

export interface ControlOptions {
  /** Opens the socket; the answer to a line is a line. */
  listen(answer: (line: string) => Promise<string>): Promise<{ close(): Promise<void> }>
  /** The name of the bot's own user. */
  readonly user: string
  /** An id that nothing else has. */
  newId(): string
  /** Told when the socket cannot be opened: the bot works on without it. */
  log(line: string): void
}

type Handle = (incoming: Incoming) => Promise<void>

/** The terminal, with a shell as a second way in. Everything but the answers to a shell is shown by the terminal itself. */
export function withControl(terminal: Chat, options: ControlOptions): Chat {
  const asking = new Map<string, (card: Card) => void>()
  let close = async () => {}

  const ask = async (handle: Handle, text: string, vouched: boolean): Promise<Card | undefined> => {
    const id = `shell-${options.newId()}`
    const { user } = options
    const actor = { platform: 'terminal', account: user, name: user, groups: [], vouched } as const
    let answer: Card | undefined
    asking.set(id, (card) => {
      answer = card
    })
    try {
      await handle({ id, actor, place: { platform: 'terminal', channel: SHELL }, text })
    } finally {
      asking.delete(id)
    }
    return answer
  }

  const reply = async (handle: Handle, question: Question): Promise<Reply> => {
    const text = question.command.trim().replace(/^\//, '')
    const card = await ask(handle, text, question.person)
    if (card !== undefined) return { card, taken: false }
    const standing = await ask(handle, statusAfter(text), question.person)
    return { taken: true, ...(standing && { card: standing }) }
  }

  return {
    ...terminal,
    spell: (command, place) => (place?.channel === SHELL ? spellForShell(command) : terminal.spell(command, place)),
    answer: async (incoming, card, audience) => {
      const take = asking.get(incoming.id)
      return take === undefined ? terminal.answer(incoming, card, audience) : take(card)
    },
    start: async (handle) => {
      await terminal.start(handle)
      const opened = options.listen(async (line) => {
        const question = readQuestion(line)
        return JSON.stringify(question === undefined ? { taken: false } : await reply(handle, question))
      })
      close = await opened.then(
        ({ close }) => close,
        (error: Error) => {
          options.log(`No shell can reach this bot: its socket could not be opened. ${error.message}`)
          return async () => {}
        },
      )
    },
    stop: async () => {
      await close()
      await terminal.stop()
    },
  }
}

/** What shows the effect of a command that has no answer of its own: the deployment it named, or everything that is open. */
function statusAfter(text: string): string {
  const number = /^\S+\s+#?(\d+)(\s|$)/.exec(text)?.[1]
  return number === undefined ? 'status' : `status #${number}`
}
