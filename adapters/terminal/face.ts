/** What the two ways of being in a terminal have in common: a live screen, and lines that only go out. */
import type { Button, Card } from '../../src/release/card.ts'
import type { Look } from './render.ts'

export interface Face {
  /** Lines that stay. */
  show(lines: readonly string[]): void
  /** A progress card in a new state; `before` is the state that was shown last. */
  progress(id: string, card: Card, before: Card | undefined): void
  /** The buttons that can be pressed now, newest last. */
  ask(buttons: readonly Button[]): void
  start(listener: Listener): void
  stop(): void
}

export interface Listener {
  /** The first letter of a line: what follows is said of what is shown now. Where letters are not seen, never. */
  began(): void
  said(text: string): void
  pressed(button: Button): void
  /** `asked`: a person wants to quit. `end of input`: no more lines will come. */
  left(how: 'asked' | 'end of input'): void
}

/** Standard input, or a stream in its place. */
export type Input = NodeJS.ReadableStream & { setRawMode?(raw: boolean): unknown }

export interface FaceOptions {
  readonly input: Input
  readonly write: (text: string) => void
  readonly columns: () => number
  readonly rows: () => number
  readonly look: () => Look
}

/** Nothing of it moves any more: no button, and no phase that runs or waits. */
export function isOver(card: Card): boolean {
  const moves = card.sections.some(
    (section) =>
      section.kind === 'phases' && section.phases.some(({ state }) => state === 'running' || state === 'waiting'),
  )
  return card.buttons.length === 0 && !moves
}
