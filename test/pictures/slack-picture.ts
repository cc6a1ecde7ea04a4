/** A message of Slack as a picture: near enough to what people see to judge a card by, drawn from the very blocks that are sent. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Block } from '../../adapters/slack/blocks.ts'
import type { Message } from '../../adapters/slack/render.ts'
import { type Draw, stacked } from './stack.ts'

const WIDTH = 760
const LEFT = 64
const INSIDE = 84
/** Letters of a line of words and of code. */
const WORDS = 86
const CODE = 88
const LINE = 22
const CODE_LINE = 17

/** The whole picture as SVG, white behind it. */
export function pictureOf({ blocks, attachments }: Message): string {
  const title = stacked([name(), ...blocks.map((block) => blockAt(block, LEFT))], 16)
  const [attachment] = attachments
  const body =
    attachment === undefined
      ? undefined
      : stacked(
          attachment.blocks.map((block) => blockAt(block, INSIDE)),
          title.height + 6,
        )
  const end = body?.height ?? title.height
  const bar =
    body === undefined || attachment === undefined
      ? ''
      : `<rect x="${LEFT}" y="${title.height + 8}" width="4" height="${end - title.height - 10}" rx="2" fill="${attachment.color}"/>`
  const height = end + 12
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Lato, 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="14">`,
    '<title>A message of Slipway, as Slack shows it</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<rect x="16" y="16" width="36" height="36" rx="8" fill="#1f2a37"/><text x="34" y="41" fill="#ffffff" font-size="20" text-anchor="middle">S</text>`,
    title.svg,
    bar,
    body?.svg ?? '',
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
    .concat('\n')
}

function name(): Draw {
  return (y) => ({
    height: y + 20,
    svg: `<text x="${LEFT}" y="${y + 14}" font-weight="bold" fill="#1d1c1d">Slipway</text><rect x="${LEFT + 62}" y="${y + 3}" width="32" height="14" rx="3" fill="#e8e8e8"/><text x="${LEFT + 78}" y="${y + 14}" font-size="10" fill="#616061" text-anchor="middle">APP</text>`,
  })
}

function blockAt(block: Block, x: number): Draw {
  if (block.type === 'header') return words(`*${block.text.text}*`, x, 17)
  if (block.type === 'actions') return buttons(block.elements, x)
  if (block.type === 'context') return words(block.elements.map(({ text }) => text).join(' '), x, 12)
  if (block.fields !== undefined)
    return columns(
      block.fields.map(({ text }) => text),
      x,
    )
  return paragraphs(block.text?.text ?? '', x)
}

/** Words and blocks of code, as they follow one another. */
function paragraphs(text: string, x: number): Draw {
  const parts = text.split('```').map((part, index) => (index % 2 === 1 ? codeBox(part, x) : words(part, x)))
  return (y) => stacked(parts, y)
}

function words(text: string, x: number, size = 14): Draw {
  const lines =
    text.trim() === ''
      ? []
      : text
          .trim()
          .split('\n')
          .flatMap((line) => wrapAnsi(line, WORDS).split('\n'))
  return (y) => ({
    height: y + lines.length * LINE + (lines.length > 0 ? 4 : 0),
    svg: lines
      .map(
        (line, index) =>
          `<text x="${x}" y="${y + 17 + index * LINE}" font-size="${size}" fill="#1d1c1d">${styled(line)}</text>`,
      )
      .join('\n'),
  })
}

function codeBox(text: string, x: number): Draw {
  const lines = text
    .split('\n')
    .flatMap((line) => (line.length > CODE ? wrapAnsi(line, CODE, { hard: true, trim: false }).split('\n') : [line]))
  const height = lines.length * CODE_LINE + 12
  return (y) => ({
    height: y + height + 10,
    svg: [
      `<rect x="${x}" y="${y + 4}" width="${WIDTH - x - 20}" height="${height}" rx="4" fill="#f8f8f8" stroke="#dddddd"/>`,
      ...lines.map(
        (line, index) =>
          `<text x="${x + 8}" y="${y + 21 + index * CODE_LINE}" font-family="'DejaVu Sans Mono', Menlo, monospace" font-size="12" fill="#1d1c1d" xml:space="preserve">${line}</text>`,
      ),
    ].join('\n'),
  })
}

/** Two beside each other, as a wide window shows them. */
function columns(fields: readonly string[], x: number): Draw {
  const half = (WIDTH - x) / 2
  const lines = (text: string) =>
    text.split('\n').flatMap((line) => wrapAnsi(line, WORDS / 2 - 4, { hard: true }).split('\n'))
  const rows = Array.from({ length: Math.ceil(fields.length / 2) }, (_, row) => fields.slice(row * 2, row * 2 + 2))
  const draws = rows.map(
    (row): Draw =>
      (y) => ({
        height: y + Math.max(...row.map((field) => lines(field).length)) * LINE + 6,
        svg: row
          .flatMap((field, column) =>
            lines(field).map(
              (line, index) =>
                `<text x="${x + column * half}" y="${y + 17 + index * LINE}" fill="#1d1c1d">${styled(line)}</text>`,
            ),
          )
          .join('\n'),
      }),
  )
  return (y) => stacked(draws, y)
}

const STYLES = {
  primary: { fill: '#007a5a', stroke: '#007a5a', text: '#ffffff' },
  danger: { fill: '#ffffff', stroke: '#e01e5a', text: '#e01e5a' },
  plain: { fill: '#ffffff', stroke: '#bbbbbb', text: '#1d1c1d' },
} as const

/** Beside each other, as many as a line takes. */
function buttons(elements: Extract<Block, { readonly type: 'actions' }>['elements'], x: number): Draw {
  return (y) => {
    let [left, top] = [x, y]
    const drawn = elements.map(({ text, style }) => {
      const width = stringWidth(text.text) * 8 + 28
      if (left > x && left + width > WIDTH - 20) [left, top] = [x, top + 40]
      const at = left
      left += width + 8
      const { fill, stroke, text: ink } = STYLES[style ?? 'plain']
      return `<rect x="${at}" y="${top + 6}" width="${width}" height="30" rx="4" fill="${fill}" stroke="${stroke}"/><text x="${at + width / 2}" y="${top + 26}" font-weight="bold" fill="${ink}" text-anchor="middle">${text.text}</text>`
    })
    return { height: top + 46, svg: drawn.join('\n') }
  }
}

/** What Slack shows in place of the ids. */
const NAMES: Readonly<Record<string, string>> = { S0RELEASE: 'release-managers', UANA: 'Ana' }

/** Bold between stars, mentions in their own colour, times as their reader's. The text is escaped already, as SVG needs it. */
function styled(line: string): string {
  return line
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<(?:@|!subteam\^)([A-Z0-9]+)>/g, (_, id) => `<tspan fill="#1264a3">@${NAMES[id] ?? id}</tspan>`)
    .replace(/\*([^*]+)\*/g, '<tspan font-weight="bold">$1</tspan>')
}
