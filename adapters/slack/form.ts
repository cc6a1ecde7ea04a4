/** The form behind a button that goes with words. It carries what it is about, and so needs nobody to remember it. */
import { withWords } from '../../src/release/button-book.ts'
import type { Button } from '../../src/release/card.ts'
import { clipped, plain } from './text.ts'
import { spell } from './words.ts'

/** What a form is about, until it comes back. */
export interface About {
  /** The opaque id of the button. */
  readonly button: string
  readonly channel: string
  readonly thread?: string
  readonly responseUrl: string
}

const FORM = 'words'
const INPUT = 'words'
const LONGEST = 500

/** A refusal may give its reason; some answers have to be typed out by whoever asked. */
export function asksForWords({ command, types }: Button): boolean {
  return types !== undefined || /^deny\b/.test(command)
}

export function formFor(about: About, { command, label, types }: Button) {
  const [says, asks] =
    types === undefined
      ? [`${spell(command)}: nothing of what was asked will be done.`, 'Why (optional)']
      : [
          `${spell(command)}: whoever asked for the release confirms by typing ${types}; others leave it empty.`,
          `Type ${types}`,
        ]
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(about),
    title: text(clipped(label, 24, plain)),
    submit: text(types === undefined ? 'Deny' : 'Confirm'),
    close: text('Back'),
    blocks: [
      { type: 'section', text: text(clipped(says, 300, plain)) },
      {
        type: 'input',
        block_id: INPUT,
        optional: true,
        label: text(clipped(asks, 100, plain)),
        element: {
          type: 'plain_text_input',
          action_id: INPUT,
          multiline: types === undefined,
          max_length: LONGEST,
        },
      },
    ],
  }
}

/** What to send where the form does not open: the version is known, a reason is not. */
export function typedInstead({ command, types }: Button): { readonly command: string; readonly behind: string } {
  return types === undefined
    ? { command, behind: ' with your reason behind it' }
    : { command: withWords(command, types), behind: '' }
}

/** What came back; undefined for a form that is not ours. */
export function readForm(view: {
  readonly private_metadata?: unknown
  readonly state?: {
    readonly values?: Readonly<Record<string, Readonly<Record<string, { readonly value?: unknown }>>>>
  }
}): { readonly about: About; readonly words: string } | undefined {
  const value = view.state?.values?.[INPUT]?.[INPUT]?.value
  try {
    const about = JSON.parse(String(view.private_metadata)) as About
    if (typeof about?.button !== 'string' || typeof about.channel !== 'string') return undefined
    return { about, words: typeof value === 'string' ? value.slice(0, LONGEST).trim() : '' }
  } catch {
    return undefined
  }
}

function text(words: string) {
  return { type: 'plain_text', text: words, emoji: false } as const
}
