/** The last door of a card: everything in it that was not written by Slipway is made visible here, whoever put it in. */
import type { Card, Section } from '../card.ts'
import { visible } from '../redact.ts'

/** The card with control, zero-width and bidirectional characters as escapes. Paths of files stay as they are. */
export function visibleCard(card: Card): Card {
  return {
    ...card,
    title: visible(card.title).replaceAll('\n', ' '),
    sections: card.sections.map(visibleSection),
    buttons: card.buttons.map((button) => ({ ...button, label: visible(button.label) })),
    files: card.files.map((file) => ({ ...file, name: visible(file.name) })),
  }
}

/** Every text of a section, at any depth; words that are part of the type, such as a phase's state, pass unchanged. */
function visibleSection(section: Section): Section {
  return deep(section) as Section
}

function deep(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map(deep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deep(inner)]))
}
