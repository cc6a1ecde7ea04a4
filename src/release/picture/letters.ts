/** Which letters the fonts of the pictures have, how wide texts are in them, and how they break into lines that fit. */
import { visible } from '../redact.ts'

/** Pixels, never less than it really is: the fonts have no kerning. */
export function widthOf(text: string, size: number): number {
  let thousandths = 0
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    thousandths += ADVANCES[code - 32] ?? (code < JAPANESE ? WIDEST : WIDE)
  }
  return (thousandths * size) / 1000
}

/**
 * The text as it can be drawn: emoji and marks that no font here has are left out, and a question mark stands for every other
 * such letter, where a font would draw an empty box.
 */
export function drawable(text: string): string {
  const bare = text.normalize('NFC').replace(EMOJI, (sign) => (sign.search(NOT_DRAWN) === 0 ? '' : sign))
  return visible(bare).replace(NOT_DRAWN, (letter) => (DISPENSABLE.test(letter) ? '' : '?'))
}

/** At most `most` lines that fit into `width`; what is more ends in three dots. Words stay whole where they can. */
export function wrapped(text: string, width: number, size: number, most = 3): readonly string[] {
  const lines: string[] = []
  let rest = text.trim()
  while (rest !== '' && lines.length < most) {
    const isLast = lines.length === most - 1
    const fits = fitting(rest, width, size)
    if (fits.length === rest.length) return [...lines, rest]
    if (isLast) return [...lines, `${fitting(rest, width - widthOf(DOTS, size), size).trimEnd()}${DOTS}`]
    const space = fits.search(/[\s:/_-][^\s:/_-]*$/)
    const line = space > 0 ? fits.slice(0, space + 1) : fits
    lines.push(line.trimEnd())
    rest = rest.slice(line.length).trimStart()
  }
  return lines
}

/** Latin, Greek and Cyrillic with their signs, kana, every usual kanji and hanja, and Korean. */
const DRAWN = [
  String.raw`\t\n\x20-\x7e\xa0-\u01c3\u01cd-\u01f0\u01f4-\u02af\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490\u0491\u1e00-\u1eff`,
  String.raw`\u2010-\u2016\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122\u2190-\u2193`,
  String.raw`\u3000-\u301f\u3041-\u3096\u309b-\u30ff\u4e00-\u9fa5\u{20bb7}\uf900-\ufa2d\uff01-\uff9f\uffe0-\uffe6`,
  String.raw`\uac00-\ud7a3`,
].join('')
const NOT_DRAWN = new RegExp(`[^${DRAWN}]`, 'gu')
/** A picture of several parts is one, and what holds them together has no meaning without them. */
const EMOJI = /\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|[\u200d\ufe0f]|(?<=\u200d)\p{Extended_Pictographic})*/gu
const DISPENSABLE = /[\p{Emoji_Component}\p{M}]/u

const DOTS = '...'
/** Of what is not in the table: Japanese, Chinese and Korean, and what stands before them, none of it wider than its widest letter. */
const [WIDE, WIDEST, JAPANESE] = [1000, 1060, 0x3000]

/** The longest beginning that fits, at least one letter, by code points. */
function fitting(text: string, width: number, size: number): string {
  let end = 0
  let used = 0
  for (const letter of text) {
    used += widthOf(letter, size)
    if (used > width && end > 0) break
    end += letter.length
  }
  return text.slice(0, end)
}

/** Thousandths of the size that each letter of ASCII takes, from the space on, by the first font's own table `hmtx`. */
const ADVANCES: readonly number[] = [
  '290 363 400 678 605 847 712 237 385 385 527 733 304 457 283 507 620 620 620 620 620 620 620 620 620 620 363 384 667 753 667 611',
  '823 693 598 695 682 587 572 745 710 317 527 633 585 857 713 793 600 785 620 573 653 683 693 953 650 670 637 470 507 470 653 583',
  '278 548 578 522 578 552 522 573 573 307 347 562 307 805 568 570 573 573 453 497 512 558 557 810 553 557 547 513 343 513 690',
].flatMap((row) => row.split(' ').map(Number))
