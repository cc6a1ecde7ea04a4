/** Text in Discord's markdown: what came from outside is shown and never acts, and what is cut is cut between characters. */

import { withMoments } from '../../src/release/report/moment.ts'

/** How texts are written: for the reader of a message, or for a file. */
export interface Ink {
  /** Text from outside. */
  text(text: string): string
  strong(text: string): string
  code(text: string): string
}

export const PLAIN: Ink = { text: inWords, strong: inWords, code: inWords }

export const MARKDOWN: Ink = {
  text: (text) => named(escaped(withMoments(text.replace(/[\ue002\ue003]/g, ''), bare)).replace(BARE, '<t:$1:f>')),
  strong: (text) => (text.trim() === '' ? '' : `**${escaped(withMoments(text))}**`),
  code: unfenced,
}

/** A title: Discord shows neither names nor times of the reader's zone in one. */
export function titleText(text: string): string {
  return escaped(withMoments(text)).replaceAll('\n', ' ')
}

/** At most `longest` UTF-16 units, cut between code points; what was cut is marked. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text
  return `${text.slice(0, Math.max(0, longest - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Ids that a report gives for people and roles: in an embed Discord shows their names, and calls nobody. */
function named(text: string): string {
  return text.replace(/\bmembers of (\d{15,20})\b/g, 'members of <@&$1>').replace(/\bdiscord:(\d{15,20})\b/g, '<@$1>')
}

/**
 * A time without a sign that would be escaped: Discord shows it in each reader's own zone, and always with the day, since in
 * somebody's zone another one begins between this time and any other.
 */
function bare(at: number): string {
  return `\ue002${Math.floor(at / 1000)}\ue003`
}

const BARE = /\ue002(\d+)\ue003/g

function inWords(text: string): string {
  return withMoments(wellFormed(text))
}

/** Addresses stay whole, since a backslash inside one would break the link. */
function escaped(text: string): string {
  const parts = wellFormed(text).split(/(https?:\/\/[^\s<>|`*\\"]*[^\s<>|`*\\".,;:!?()'])/)
  return parts.map((part, index) => (index % 2 === 1 ? part : escapedWords(part))).join('')
}

/** An underscore inside a word means nothing to Discord. */
function escapedWords(text: string): string {
  return text
    .replace(/[\\*~|`<[\]]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replace(/^(\s*)(#{1,3}|-#?|\+|>{1,3})(?=\s)/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s)/gm, '$1\\$2')
}

/** Three backticks would end the block that the text stands in. */
function unfenced(text: string): string {
  return inWords(text).replace(/`(?=``)/g, '` ')
}

/** The report has made escapes visible already; this is the second lock. Half a character would be refused as no text. */
function wellFormed(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').toWellFormed()
}
