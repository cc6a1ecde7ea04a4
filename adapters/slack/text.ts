/** Text as Slack reads it: what came from outside is shown and never acts, and what does not fit is cut and says so. */
import { withMoments } from '../../src/release/report/moment.ts'

/** Room for the note of what is missing. */
const NOTE = 40

/** Writes a text from outside into a message. The longer the text, the longer what is written. */
export type Write = (text: string) => string

/** What Slack would take for a mention, a link or an entity. https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return harmless(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** In a title or a button, where times stand as they are. */
export const plain: Write = (text) => escaped(withMoments(text)).replaceAll('\n', ' ')

/** In a paragraph: times are shown in the reader's zone. */
export const prose: Write = (text) => {
  const dates: string[] = []
  const own = text.replace(/[\ue002\ue003]/g, '')
  const marked = withMoments(own, (at, words) => `\ue002${dates.push(dateOf(at, words)) - 1}\ue003`)
  return escaped(marked).replace(/\ue002(\d+)\ue003/g, (_, index) => dates[Number(index)] ?? '')
}

/** In a block of code, which three backticks would end. */
export const code: Write = (text) => `\`\`\`${escaped(withMoments(text)).replace(/`(?=``)/g, '`\u200b')}\`\`\``

export function strong(text: string): string {
  const written = plain(text).replaceAll('*', '\u2217').trim()
  return written === '' ? '' : `*${written}*`
}

/** As much of the text as can be written in `room` characters, with a note of how much is missing, and whether that is all of it. */
export function fitted(text: string, room: number, write: Write): { readonly text: string; readonly whole: boolean } {
  if (fits(text, room, write)) return { text: write(text), whole: true }
  const head = headOf(text, longestThatFits(text, room - NOTE, write))
  const missing = text.slice(head.length)
  const lines = missing.split('\n').length - 1
  const note = lines > 1 ? `${lines} more lines` : `${missing.length} more characters`
  return { text: write(`${head}${head.includes('\n') ? '\n' : ' '}… (${note})`), whole: false }
}

/** At most `longest` characters, for places where a note of what is missing would be longer than the text. */
export function clipped(text: string, longest: number, write: Write): string {
  if (fits(text, longest, write)) return write(text)
  return `${write(headOf(text, longestThatFits(text, longest - 1, write)))}…`
}

/** What is written is hardly ever shorter than the text, so a far longer one need not be written to know. */
function fits(text: string, room: number, write: Write): boolean {
  return text.length <= room * 2 && write(text).length <= room
}

function longestThatFits(text: string, room: number, write: Write): number {
  let [fitting, tooLong] = [0, Math.min(text.length, Math.max(0, room)) + 1]
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1
    if (write(headOf(text, middle)).length <= room) fitting = middle
    else tooLong = middle
  }
  return fitting
}

/** Cut between characters, not inside a marked time, and where that costs little at the end of a line. */
function headOf(text: string, at: number): string {
  const head = text.slice(0, at).replace(/[\ud800-\udbff]$/, '')
  const outside = head.lastIndexOf('\ue000') > head.lastIndexOf('\ue001') ? head.lastIndexOf('\ue000') : head.length
  const line = head.lastIndexOf('\n', outside)
  return head.slice(0, line > outside / 2 ? line : outside)
}

/** Always with the day: in some reader's zone another one begins between this time and any other. */
function dateOf(at: number, words: string): string {
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} at {time}|${escaped(words).replaceAll('|', ' ')}>`
}

/** The report has made escapes visible already; this is the second lock. Half a character is no text. */
function harmless(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').toWellFormed()
}
