/** The sections of a card as blocks of lines, which can be cut without breaking what Discord makes of them. */
import type { PhaseLine, Section } from '../../src/release/card.ts'
import { progressBar, wholeMinutes } from '../layout/progress.ts'
import type { Ink } from './markdown.ts'
import { cutText } from './markdown.ts'
import { tableText } from './table.ts'

export interface Block {
  /** Stands above the lines and is never cut away. */
  readonly title: string
  readonly lines: readonly string[]
  /** Shown as code. */
  readonly fenced: boolean
}

type Make<K extends Section['kind']> = (section: Extract<Section, { kind: K }>, ink: Ink) => Omit<Block, 'title'>

const LONGEST_TITLE = 200
const BAR = 8

/** The blocks of sections that have something to show. */
export function blocksOf(sections: readonly Section[], ink: Ink): readonly Block[] {
  return sections.flatMap((section) => {
    const make = MAKES[section.kind] as Make<Section['kind']>
    const { lines, fenced } = make(section, ink)
    const title =
      'title' in section
        ? cutText(section.title ?? '', LONGEST_TITLE)
            .replaceAll('\n', ' ')
            .trim()
        : ''
    if (lines.every((line) => line.trim() === '')) return []
    return [{ title: title === '' ? '' : ink.strong(`${title}:`), lines, fenced }]
  })
}

/** A block as it is sent, at most `longest` characters; what is left out is counted. */
export function blockText({ title, lines, fenced }: Block, longest: number): string {
  const head = title === '' ? '' : `${title}\n`
  const [open, close] = fenced ? ['```\n', '\n```'] : ['', '']
  const whole = `${head}${open}${lines.join('\n')}${close}`
  if (whole.length <= longest) return whole
  const room = longest - head.length - open.length - close.length - NOTE
  const shown = linesWithin(lines, room)
  const left = lines.length - shown.length
  const note = left > 0 ? `… (${left} more ${left === 1 ? 'line' : 'lines'})` : '… (more characters than fit)'
  return `${head}${shown.length === 0 ? '' : `${open}${shown.join('\n')}${close}\n`}${note}`
}

/** Room for the note on what was cut. */
const NOTE = 40

/** Whole lines, and of a single one that is too long its beginning. */
function linesWithin(lines: readonly string[], room: number): readonly string[] {
  let used = 0
  const fitting = lines.findIndex((line) => {
    used += line.length + 1
    return used > room
  })
  if (fitting > 0) return lines.slice(0, fitting)
  const first = cutText(lines[0] ?? '', Math.max(0, room)).replace(/(?<!\\)((?:\\\\)*)\\…$/, '$1…')
  return first.length < 2 ? [] : [first]
}

const MAKES: { readonly [K in Section['kind']]: Make<K> } = {
  text: ({ text }, ink) => shown(ink.text(text).split('\n')),
  list: ({ items }, ink) =>
    shown(items.filter((item) => item.trim() !== '').map((item) => `- ${ink.text(item.replaceAll('\n', ' '))}`)),
  fields: ({ fields }, ink) =>
    shown(
      fields.flatMap(([name, value]) =>
        `${name}${value}`.trim() === '' ? [] : [`${ink.strong(name)}  ${ink.text(value)}`.trim()],
      ),
    ),
  table: (table, ink) => (table.rows.length === 0 ? shown([]) : tableText(table, ink)),
  code: ({ text }, ink) => ({ lines: ink.code(text).split('\n'), fenced: true }),
  phases: ({ phases }, ink) => shown(phases.flatMap((phase) => phaseLines(phase, ink))),
}

function shown(lines: readonly string[]): Omit<Block, 'title'> {
  return { lines, fenced: false }
}

/** What is of the same width stands first, in letters that are as wide in every font of code, so that a phone shows it aligned. */
function phaseLines({ title, state, done, of, current, ...minutes }: PhaseLine, ink: Ink): readonly string[] {
  const isLeftOut = state === 'left out'
  const count = (isLeftOut ? '-' : `${done}/${of}`).padStart(COUNT)
  const start = `\`${progressBar({ done, of }, BAR)} ${count}\``
  if (isLeftOut) return [`${start} ${ink.text(title)}, left out`]
  const time = `${wholeMinutes(minutes.elapsedMinutes)} of ${wholeMinutes(minutes.plannedMinutes)} min`
  const line = `${start} ${ink.strong(title)} ${state}, ${time}`
  return [line, ...current.map((step) => `↳ ${ink.text(step.replaceAll('\n', ' '))}`)]
}

/** `11/11`. */
const COUNT = 5
