/** A card as lines of text, pure: the width and the paint are handed in. */
import type { Button, Card, Section } from '../../src/release/card.ts'
import { isCertificate } from '../../src/release/report/result.ts'
import { columnWidths, flowed, padded, rowLines, widthOf } from '../layout/columns.ts'
import { certificateLines } from './certificate.ts'
import { harmless, MARKS, type Paint, PLAIN } from './paint.ts'
import { phaseLines } from './phases.ts'

export interface Look {
  /** Terminal columns. */
  readonly width: number
  readonly paint: Paint
  spell(command: string): string
}

export const PLAIN_LOOK: Look = { width: 80, paint: PLAIN, spell: (command) => `/${command}` }

const MARGIN = '  '
/** What one section and one card may take; what is cut off says so. */
const LONGEST_SECTION = 120
const LONGEST_CARD = 400
const LONGEST_TEXT = 20_000

/** The lines of a card, without the line ends. Wrapped to the width; nothing in them moves a cursor. */
export function renderCard(card: Card, look: Look): readonly string[] {
  const width = Math.max(20, look.width - MARGIN.length)
  const inside = [
    ...card.sections.map((section) => bounded(sectionLines(section, width, look), LONGEST_SECTION)),
    fileLines(card, width),
    buttonLines(card.buttons, width, look),
  ]
  const body = inside
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]))
  return [...titleLines(card, look), ...bounded(body, LONGEST_CARD).map((line) => (line === '' ? '' : MARGIN + line))]
}

function titleLines({ title, tone }: Card, look: Look): readonly string[] {
  const lines = flowed(clipped(title).replaceAll('\n', ' '), Math.max(20, look.width - 3))
  return lines.map((line, index) => {
    const mark = index === 0 ? MARKS[tone] : '  '
    return `${look.paint.tone(tone, mark)} ${look.paint.strong(line)}`
  })
}

type Render<K extends Section['kind']> = (
  section: Extract<Section, { kind: K }>,
  width: number,
  look: Look,
) => readonly string[]

const SECTIONS: { readonly [K in Section['kind']]: Render<K> } = {
  text: ({ text }, width) => flowed(clipped(text), width),
  list: ({ title, items }, width, look) =>
    items.length === 0
      ? []
      : [...heading(title, look), ...items.flatMap((item) => hanging('- ', clipped(item), width))],
  fields: ({ fields }, width, look) => fieldLines(fields, width, look),
  table: ({ head, rows }, width, look) => {
    if (rows.length === 0) return []
    const [first = [], ...rest] = [head, ...rows].map((row) => row.map(clipped))
    const widths = columnWidths([first, ...rest], width)
    return [...rowLines(first, widths).map(look.paint.faint), ...rest.flatMap((row) => rowLines(row, widths))]
  },
  code: (section, width, look) =>
    section.text === '' ? [] : [...heading(section.title, look), ...codeLines(section, width, look)],
  phases: ({ phases }, width, look) => phaseLines(phases, width, look.paint),
}

function sectionLines(section: Section, width: number, look: Look): readonly string[] {
  const render = SECTIONS[section.kind] as Render<Section['kind']>
  return render(section, width, look)
}

/** Names in one column, values beside them. */
function fieldLines(fields: readonly (readonly [string, string])[], width: number, { paint }: Look): readonly string[] {
  const column = Math.min(28, Math.max(0, ...fields.map(([name]) => widthOf(clipped(name))))) + 2
  return fields.flatMap(([name, value]) => {
    const label = padded(clipped(name), column)
    const [first = '', ...rest] = flowed(clipped(value), Math.max(10, width - column))
    return [`${paint.faint(label)}${first}`, ...rest.map((line) => ' '.repeat(column) + line)]
  })
}

/**
 * Long lines are wrapped, so that nothing is lost to the right edge; but not what is to be copied: the terminal wraps that by
 * itself, and a line end of ours in the middle of a command would run its first half.
 */
function codeLines(section: Section & { kind: 'code' }, width: number, { paint }: Look): readonly string[] {
  const text = clipped(section.text)
  if (section.copy === true) return text.split('\n').map((line) => `  ${paint.strong(line)}`)
  const lines = isCertificate(section) ? certificateLines(text, width - 2) : text.split('\n')
  return lines.flatMap((line) => flowed(line, width - 2, false)).map((line) => `  ${line}`)
}

function heading(title: string | undefined, { paint }: Look): readonly string[] {
  return title === undefined || title === '' ? [] : [paint.faint(`${clipped(title)}:`)]
}

function fileLines({ files }: Card, width: number): readonly string[] {
  return files.flatMap((file) => hanging('file: ', clipped('path' in file ? file.path : file.name), width))
}

function buttonLines(buttons: readonly Button[], width: number, { paint, spell }: Look): readonly string[] {
  return buttons.flatMap(({ label, command, types, key }) => {
    const typed = spell(types === undefined ? command : `${command} ${types}`)
    const how = key === undefined ? typed : `[${key}]  or ${typed}`
    return hanging('', `${paint.strong(harmless(label))}: ${how}`, width)
  })
}

function hanging(mark: string, text: string, width: number): readonly string[] {
  return flowed(text, width - mark.length).map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line)
}

/** Harmless, and no longer than a screen can be made of. */
function clipped(text: string): string {
  const safe = harmless(text)
  return safe.length > LONGEST_TEXT
    ? `${safe.slice(0, LONGEST_TEXT)} … (${safe.length - LONGEST_TEXT} more characters)`
    : safe
}

function bounded(lines: readonly string[], most: number): readonly string[] {
  const rest = lines.length - most
  return rest > 0 ? [...lines.slice(0, most), `… (${rest} more lines)`] : lines
}
