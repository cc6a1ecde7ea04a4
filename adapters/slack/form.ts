/** The form that asks for the reason of a refusal. It carries what it is about, and so needs nobody to remember it. */
import { clipped, plain } from './text.ts'

/** What a form is about, until it comes back. */
export interface About {
  /** The opaque id of the button. */
  readonly button: string
  readonly channel: string
  readonly thread?: string
  readonly responseUrl: string
}

const FORM = 'reason'
const INPUT = 'reason'
const LONGEST_REASON = 500

export function reasonForm(about: About, question: string) {
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(about),
    title: text('Deny'),
    submit: text('Deny'),
    close: text('Back'),
    blocks: [
      { type: 'section', text: text(clipped(question, 300, plain)) },
      {
        type: 'input',
        block_id: INPUT,
        optional: true,
        label: text('Why (optional)'),
        element: { type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: LONGEST_REASON },
      },
    ],
  }
}

/** What came back; undefined for a form that is not ours. */
export function readForm(view: {
  readonly private_metadata?: unknown
  readonly state?: {
    readonly values?: Readonly<Record<string, Readonly<Record<string, { readonly value?: unknown }>>>>
  }
}): { readonly about: About; readonly reason: string } | undefined {
  const value = view.state?.values?.[INPUT]?.[INPUT]?.value
  try {
    const about = JSON.parse(String(view.private_metadata)) as About
    if (typeof about?.button !== 'string' || typeof about.channel !== 'string') return undefined
    return { about, reason: typeof value === 'string' ? value.slice(0, LONGEST_REASON) : '' }
  } catch {
    return undefined
  }
}

function text(words: string) {
  return { type: 'plain_text', text: words, emoji: false } as const
}
