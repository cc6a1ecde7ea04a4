/** A message of Discord as a picture, as wide as a phone: near enough to judge a card by, drawn from the very body that is sent. */
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Rendered } from '../../adapters/discord/render.ts'
import { type Draw, stacked } from './stack.ts'

/** What is shown for the ids of people and roles. */
type Names = Readonly<Record<string, string>>

const WIDTH = 480
const LEFT = 64
const INSIDE = 82
/** Letters of a line of words and of code. */
const WORDS = 50
const CODE = 47
const LINE = 20
const CODE_LINE = 16
const TEXT = '#dbdee1'

/** The whole picture as SVG, dark as Discord is. */
export function discordPicture({ content, embeds: [embed], components }: Rendered, names: Names): string {
  const head = stacked([name(), words(content, LEFT, names)], 14)
  const parts = (embed?.description ?? '').split(/\n?```\n?/)
  const texts = parts.map((part, index) => (index % 2 === 1 ? code(part) : words(part, INSIDE, names)))
  const inside = stacked([words(`**${embed?.title ?? ''}**`, INSIDE, names), ...texts], head.height + 14)
  const box = inside.height - head.height
  const rows = stacked(
    components.map((row) => buttons(row.components as readonly Pressed[])),
    inside.height + 8,
  )
  const height = rows.height + 12
  const colour = `#${(embed?.color ?? 0).toString(16).padStart(6, '0')}`
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="'gg sans', 'Noto Sans', 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="14">`,
    '<title>A message of Slipway, as Discord shows it on a phone</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#313338"/>`,
    '<circle cx="34" cy="34" r="20" fill="#1f2a37"/><text x="34" y="41" fill="#ffffff" font-size="20" text-anchor="middle">S</text>',
    head.svg,
    `<rect x="${LEFT}" y="${head.height + 4}" width="${WIDTH - LEFT - 12}" height="${box}" rx="4" fill="#2b2d31"/><rect x="${LEFT}" y="${head.height + 4}" width="4" height="${box}" rx="2" fill="${colour}"/>`,
    inside.svg,
    rows.svg,
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')}\n`
}

function name(): Draw {
  return (y) => ({
    height: y + 22,
    svg: `<text x="${LEFT}" y="${y + 15}" font-weight="bold" fill="#f2f3f5">Slipway</text><rect x="${LEFT + 62}" y="${y + 3}" width="32" height="15" rx="3" fill="#5865f2"/><text x="${LEFT + 78}" y="${y + 14}" font-size="10" fill="#ffffff" text-anchor="middle">APP</text>`,
  })
}

/** Paragraphs are set apart by half a line, as an empty line is. */
function words(text: string, x: number, names: Names): Draw {
  const lines = text.trim() === '' ? [] : wrapAnsi(spoken(text.trim(), names), WORDS).split('\n')
  return (y) =>
    lines.reduce(
      ({ height, svg }, line) => {
        if (line === '') return { height: height + LINE / 2, svg }
        const drawn = `<text x="${x}" y="${height + 15}" fill="${TEXT}" xml:space="preserve">${styled(line)}</text>`
        return { height: height + LINE, svg: `${svg}${svg === '' ? '' : '\n'}${drawn}` }
      },
      { height: y, svg: '' },
    )
}

function code(text: string): Draw {
  const lines = wrapAnsi(text, CODE, { hard: true, trim: false }).split('\n')
  const height = lines.length * CODE_LINE + 12
  return (y) => ({
    height: y + height + 10,
    svg: [
      `<rect x="${INSIDE}" y="${y + 4}" width="${WIDTH - INSIDE - 24}" height="${height}" rx="4" fill="#1e1f22"/>`,
      ...lines.map(
        (line, at) =>
          `<text x="${INSIDE + 8}" y="${y + 21 + at * CODE_LINE}" font-family="'DejaVu Sans Mono', Menlo, monospace" font-size="12" fill="${TEXT}" xml:space="preserve">${escaped(line)}</text>`,
      ),
    ].join('\n'),
  })
}

interface Pressed {
  readonly style: number
  readonly label: string
}

/** Primary, plain and danger, by their numbers. */
const FILLS: Readonly<Record<number, string>> = { 1: '#5865f2', 2: '#4e5058', 4: '#da373c' }

function buttons(row: readonly Pressed[]): Draw {
  return (y) => {
    let left = LEFT
    const drawn = row.map(({ style, label }) => {
      const width = stringWidth(label) * 8 + 32
      const at = left
      left += width + 8
      return `<rect x="${at}" y="${y + 4}" width="${width}" height="32" rx="4" fill="${FILLS[style] ?? ''}"/><text x="${at + width / 2}" y="${y + 25}" font-weight="bold" fill="#ffffff" text-anchor="middle">${escaped(label)}</text>`
    })
    return { height: y + 40, svg: drawn.join('\n') }
  }
}

const BOLD = ['\u001b[1m', '\u001b[22m'] as const
const CALLED = ['\u001b[34m', '\u001b[39m'] as const

/** Markdown as a terminal would show it: so it can be broken into lines, each with its own beginning and end. */
function spoken(text: string, names: Names): string {
  return text
    .replace(/<@&?(\d+)>/g, (_, id) => `${CALLED[0]}@${names[id] ?? id}${CALLED[1]}`)
    .replace(/<t:(\d+):f>/g, (_, at) => time(Number(at) * 1000))
    .replace(/\*\*(.+?)\*\*/g, `${BOLD[0]}$1${BOLD[1]}`)
    .replace(/^- /gm, '• ')
    .replace(/\\([\\*~|`<[\]_#>+.)-])/g, '$1')
}

/** As a reader at Greenwich has it; the clock of the scenes begins at 0. */
function time(at: number): string {
  const shown = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat('en-GB', shown).format(BEGUN + at)
}

const BEGUN = Date.UTC(2026, 0, 1)

function styled(line: string): string {
  return escaped(line)
    .replaceAll(BOLD[0], '<tspan font-weight="bold" fill="#f2f3f5">')
    .replaceAll(CALLED[0], '<tspan fill="#c9cdfb">')
    .replaceAll(BOLD[1], '</tspan>')
    .replaceAll(CALLED[1], '</tspan>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
