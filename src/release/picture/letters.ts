/** How wide texts are in the font of the pictures, and how they break into lines that fit. */

/** Pixels, never less than it really is: the font has no kerning. */
export function widthOf(text: string, size: number): number {
  let thousandths = 0
  for (const letter of text) thousandths += ADVANCES[(letter.codePointAt(0) ?? 0) - 32] ?? WIDE
  return (thousandths * size) / 1000
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

const DOTS = '...'
/** Of what is not in the table: as wide as Japanese, and hardly anything is wider. */
const WIDE = 1000

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

/** Thousandths of the size that each letter of ASCII takes, from the space on, by the font's own table `hmtx`. */
const ADVANCES: readonly number[] = [
  '290 363 400 678 605 847 712 237 385 385 527 733 304 457 283 507 620 620 620 620 620 620 620 620 620 620 363 384 667 753 667 611',
  '823 693 598 695 682 587 572 745 710 317 527 633 585 857 713 793 600 785 620 573 653 683 693 953 650 670 637 470 507 470 653 583',
  '278 548 578 522 578 552 522 573 573 307 347 562 307 805 568 570 573 573 453 497 512 558 557 810 553 557 547 513 343 513 690',
].flatMap((row) => row.split(' ').map(Number))
