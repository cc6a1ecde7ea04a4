/** The form that some presses get instead of an answer: a reason for a no, or the version typed by whoever asked for it. */
import type { Button } from '../../src/release/card.ts'
import { cutText } from './markdown.ts'

const LONGEST_WORDS = 400
/** Of a form's title and of the label of its field. */
const LONGEST_LABEL = 45

/** A form for a button that takes words, or undefined. What it says may always be left out; the bot knows who needs it. */
export function formFor(id: string, button: Button | undefined) {
  if (button?.types !== undefined)
    return form(id, button.label, `Type ${button.types}`, 'Needed of whoever asked for the release, of nobody else')
  return button !== undefined && /^deny\b/.test(button.command)
    ? form(id, button.label, 'Why', 'For the record; may be left out')
    : undefined
}

function form(id: string, title: string, label: string, hint: string) {
  const words = { min_length: 0, max_length: LONGEST_WORDS, required: false, placeholder: hint }
  const field = { type: 4, custom_id: 'words', style: 1, label: cutText(label, LONGEST_LABEL), ...words }
  return { custom_id: id, title: cutText(title, LONGEST_LABEL), components: [{ type: 1, components: [field] }] }
}
