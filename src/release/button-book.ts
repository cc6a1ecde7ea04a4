/** What stands behind a button: platforms carry an opaque id, and only what was shown by this process can be pressed. */
import { createHash } from 'node:crypto'
import type { Button } from './card.ts'

export interface ButtonBook {
  /** The id under which the button can be found from now on; the same for the same command, gate and digest. At most 32 characters. */
  idOf(button: Button): string
  /** The button that was shown under the id, also after it was taken off its message; undefined for what nobody was shown. */
  find(id: string): Button | undefined
}

/** More than all open deployments show; the oldest are forgotten first. */
const REMEMBERED = 5_000

/** After a restart the cards of open deployments are shown again, which writes their buttons down again. */
export function createButtonBook(): ButtonBook {
  const shown = new Map<string, Button>()
  return {
    idOf: (button) => {
      const id = digestOf(button)
      shown.delete(id)
      shown.set(id, button)
      if (shown.size > REMEMBERED) shown.delete([...shown.keys()][0] ?? '')
      return id
    },
    find: (id) => shown.get(id),
  }
}

/** The command of a button with what a person wrote beside it: quotes would group words there. */
export function withWords(command: string, words: string): string {
  return `${command} ${words.replace(/["“”„]|(^|\s)['‘’‚]+/g, '$1')}`.trim()
}

function digestOf({ command, gate }: Button): string {
  const bound = JSON.stringify([command, gate?.id ?? null, gate?.digest ?? null])
  return createHash('sha256').update(bound).digest('base64url').slice(0, 32)
}
