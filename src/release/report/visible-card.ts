/** The last door of a card: everything in it that was not written by Slipway is made visible here, whoever put it in. */
import type { Card, Section } from '../card.ts'
import { visible } from '../redact.ts'
import { everyText, oneLine } from '../text.ts'

/**
 * The card with control, zero-width and bidirectional characters as escapes. Paths of files stay as they are; words of a
 * section that are part of its type, such as a phase's state, pass unchanged.
 */
export function visibleCard(card: Card): Card {
  return {
    ...card,
    title: visible(card.title).replaceAll('\n', ' '),
    sections: everyText(card.sections.map(withoutForgedLines), visible),
    buttons: card.buttons.map((button) => ({ ...button, label: visible(button.label) })),
    files: card.files.map((file) => ({ ...file, name: visible(file.name) })),
  }
}

/** An item, a name or a cell is one line, whatever a file, a branch or a commit is called. */
function withoutForgedLines(section: Section): Section {
  return section.kind === 'list' || section.kind === 'table' || section.kind === 'phases'
    ? everyText(section, oneLine)
    : section
}
