/** The terminal as a platform: cards become lines, typed lines and keys become what a person sent. */
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Actor } from '../../src/release/actor.ts'
import type { Button, Card } from '../../src/release/card.ts'
import type { Place } from '../../src/release/deployment.ts'
import type { FaceOptions, Input } from './face.ts'
import { freshIn } from './fresh.ts'
import { createLines } from './lines.ts'
import { createLive } from './live.ts'
import { paintFor } from './paint.ts'
import { type Look, renderCard } from './render.ts'

export interface TerminalOptions {
  readonly input: Input
  readonly output: { write(text: string): unknown }
  readonly isTty: boolean
  /** Asked each time, since a window can be resized. */
  readonly columns: () => number
  readonly rows?: () => number
  /** NO_COLOR and TERM are read. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The account name of who sits here. */
  readonly user: string
  /** Lets presses count without a terminal: for the sandbox alone. */
  readonly presses?: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface Terminal extends Chat {
  /** `asked`: the person wants to quit. `end of input`: no more lines will come, what runs may go on. */
  readonly left: Promise<'asked' | 'end of input'>
}

const PLACE: Place = { platform: 'terminal', channel: 'terminal' }

export function createTerminal(options: TerminalOptions): Terminal {
  const { output, isTty, env, columns, rows = () => 24 } = options
  const dumb = env.TERM === 'dumb'
  const paint = paintFor(isTty, env)
  const look = (): Look => ({ width: columns(), paint, spell })
  const faceOptions: FaceOptions = { input: options.input, write: (text) => output.write(text), columns, rows, look }
  const face = isTty && !dumb ? createLive(faceOptions) : createLines(faceOptions)
  const shown = new Map<string, Card>()
  const departure = Promise.withResolvers<'asked' | 'end of input'>()
  const sender = senderOf(options)

  const display = (id: string, card: Card) => {
    const before = shown.get(id)
    shown.set(id, card)
    if (isProgress(card)) face.progress(id, card, before)
    else face.show(before === undefined ? renderCard(card, look()) : changedLines(before, card, look()))
    face.ask(openButtons(shown))
  }

  return {
    platform: 'terminal',
    left: departure.promise,
    spell,
    async post(place, card, key) {
      if (!shown.has(key)) display(key, card)
      return { platform: 'terminal', channel: place.channel, id: key }
    },
    async update({ id }, card) {
      display(id, card)
    },
    async answer(_, card) {
      face.show(renderCard(card, look()))
    },
    async start(handle) {
      const answered = (incoming: Incoming) =>
        handle(incoming).catch((error: unknown) =>
          face.show([`!! This could not be answered: ${error instanceof Error ? error.message : String(error)}`]),
        )
      /** A script's lines are answered in their order; a person need not wait for one answer to ask the next. */
      let before: Promise<unknown> = Promise.resolve()
      const hear = (incoming: Incoming) => {
        before = isTty ? answered(incoming) : before.then(() => answered(incoming))
      }
      const buttons = () => [...shown.values()].flatMap((card) => card.buttons)
      let asked: readonly Button[] = []
      face.start({
        began: () => {
          asked = buttons()
        },
        said: (text) => hear(sender.line(text, isTty ? asked : buttons())),
        pressed: (button) => hear(sender.press(button)),
        left: (how) => void (how === 'asked' ? departure.resolve(how) : before.then(() => departure.resolve(how))),
      })
    },
    async stop() {
      face.stop()
    },
  }
}

function spell(command: string): string {
  return `/${command}`
}

/** What a person sent, with who it was. Without a terminal nobody can tell that it was a person. */
function senderOf({ user, isTty, presses, now }: TerminalOptions) {
  const actor: Actor = {
    platform: 'terminal',
    account: user,
    name: user,
    groups: [],
    vouched: isTty || presses === true,
  }
  let count = 0
  const incoming = (text: string, digest: string | undefined): Incoming => {
    count += 1
    return { id: `terminal-${now()}-${count}`, actor, place: PLACE, text, ...(digest === undefined ? {} : { digest }) }
  }
  return {
    press: (button: Button) => incoming(button.command, button.gate?.digest),
    line: (text: string, asked: readonly Button[]) =>
      incoming(text.replace(/^\//, ''), asked.find((button) => isSame(button.command, text))?.gate?.digest),
  }
}

/** A typed `approve 42` is the press of the button `approve #42`, and bound to what that button showed as the line began. */
function isSame(command: string, text: string): boolean {
  const [verb, number] = text.trim().replace(/^\//, '').toLowerCase().split(/\s+/)
  return command === `${verb} #${number?.replace(/^#/, '')}`
}

/** Buttons with a key, of the cards that show them now, each once: a reminder shows those of its question. */
function openButtons(shown: ReadonlyMap<string, Card>): readonly Button[] {
  const keyed = [...shown.values()].flatMap(({ buttons }) => buttons.filter(({ key }) => key !== undefined))
  const meant = new Map(keyed.map((button) => [`${button.command}|${button.gate?.id}|${button.gate?.digest}`, button]))
  return [...meant.values()]
}

function isProgress(card: Card): boolean {
  return card.sections.some(({ kind }) => kind === 'phases')
}

/** The title again, and what is new below it. Another colour alone is no news. */
function changedLines(before: Card, card: Card, look: Look): readonly string[] {
  const lines = renderCard(freshIn(before, card), look).filter((line) => line !== '')
  const title = renderCard({ ...card, sections: [], files: [], buttons: [] }, look)
  return lines.length === title.length && card.title === before.title ? [] : lines
}
