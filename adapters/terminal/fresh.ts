/** What is new in a card that scrolled by and cannot be edited: whole sentences, items, fields and rows, and never wrapped lines. */
import type { Card, Section } from '../../src/release/card.ts'

type IsKept = (part: string) => boolean
type Sift<K extends Section['kind']> = (section: Extract<Section, { kind: K }>, isKept: IsKept) => Section

const SIFTS: { readonly [K in Section['kind']]: Sift<K> } = {
  text: (section, isKept) => ({ ...section, text: siftedText(section.text, isKept) }),
  list: (section, isKept) => ({ ...section, items: section.items.filter(isKept) }),
  fields: (section, isKept) => ({ ...section, fields: section.fields.filter((field) => isKept(field.join('\n'))) }),
  table: (section, isKept) => ({ ...section, rows: section.rows.filter((row) => isKept(row.join('\n'))) }),
  code: (section, isKept) => ({ ...section, text: section.text.split('\n').filter(isKept).join('\n') }),
  phases: (section) => section,
}

/** The card with what was not in it before, wherever that stood. */
export function freshIn(before: Card, card: Card): Card {
  const old = new Set<string>()
  sifted(before, (part) => {
    old.add(part)
    return false
  })
  return sifted(card, (part) => !old.has(part))
}

function sifted(card: Card, isKept: IsKept): Card {
  return {
    ...card,
    sections: card.sections.map((section) => (SIFTS[section.kind] as Sift<Section['kind']>)(section, isKept)),
    files: card.files.filter((file) => isKept('path' in file ? file.path : file.name)),
    buttons: card.buttons.filter(({ label, command }) => isKept(`${label}\n${command}`)),
  }
}

function siftedText(text: string, isKept: IsKept): string {
  const sentences = (line: string) => line.split(/(?<=[.!?]) +/)
  const lines = text.split('\n').map((line) => sentences(line).filter(isKept).join(' '))
  return lines.filter((line) => line !== '').join('\n')
}
