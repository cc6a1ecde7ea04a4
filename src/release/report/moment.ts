/** Times that a platform can show in its reader's own zone: marked in a text, and taken out again by whoever shows it. */

/** Characters for private use: they mean nothing to anybody else, and no font has them. */
const BEGIN = '\ue000'
const END = '\ue001'
const MARKED = /\ue000(\d{1,15})\|([^\ue000\ue001]*)\ue001/g

/** A time, ms since the epoch, with how it reads where it cannot be shown better. */
export function moment(at: number, text: string): string {
  return `${BEGIN}${Math.floor(at)}|${text}${END}`
}

/** The text with every marked time as `write` wants it; by default in the words it was marked with. */
export function withMoments(text: string, write: (at: number, text: string) => string = (_, words) => words): string {
  return text.replace(MARKED, (_, at: string, words: string) => write(Number(at), words)).replace(/[\ue000\ue001]/g, '')
}
