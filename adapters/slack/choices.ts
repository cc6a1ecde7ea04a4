/** Answers with buttons, such as the versions to choose from: once somebody has chosen, who, when and what stands in their place. */
import type { Button, Card } from '../../src/release/card.ts'
import type { MessageRef } from '../../src/release/deployment.ts'
import { clock } from '../../src/release/report/view.ts'

export interface Choices {
  keep(message: MessageRef, card: Card, key: string): void
  /** Somebody has pressed a button of a message, and was not refused. */
  taken(message: string, button: Button, name: string): Promise<void>
}

export interface ChoicesOptions {
  now(): number
  update(message: MessageRef, card: Card, key: string): Promise<unknown>
}

const REMEMBERED = 1_000

export function createChoices({ now, update }: ChoicesOptions): Choices {
  const open = new Map<string, { readonly message: MessageRef; readonly card: Card; readonly key: string }>()
  return {
    keep: (message, card, key) => {
      if (card.buttons.length === 0) return
      open.set(message.id, { message, card, key })
      if (open.size > REMEMBERED) open.delete([...open.keys()][0] ?? '')
    },
    taken: async (id, { label }, name) => {
      const found = open.get(id)
      if (found === undefined || !open.delete(id)) return
      const text = `${name} chose "${label}", ${clock(now(), now(), { moments: true })}.`
      const { message, card, key } = found
      await update(message, { ...card, sections: [{ kind: 'text', text }, ...card.sections], buttons: [] }, key)
    },
  }
}
