/** Keeps secrets inside: what is shown or written passes through a masker, and what came from outside through `visible`. */
import { type Form, type Secret, secretForms } from './redact/forms.ts'
import { LONGEST_HIDDEN, LONGEST_OPENING, PATTERNS } from './redact/patterns.ts'
import { createSearch, type Needle, type Span, union } from './redact/search.ts'

export interface Masker {
  /** The text with every secret replaced by `[NAME hidden]`, or `[hidden]` where only its shape gave it away. */
  mask(text: string): string
  /** For text that arrives in pieces: a secret split over pieces is found, the unfinished line is held back. */
  stream(): MaskStream<string>
  /** The same for the output of programs; bytes that are no secret come out as they went in. */
  byteStream(): MaskStream<Buffer>
  /** So far back lies, at most, what decides whether something is hidden: characters. */
  readonly reach: number
}

/** What the pushes return, and then `end`, is together what `mask` makes of the whole. Holds a bounded rest, and nothing of what it took or returned. */
export interface MaskStream<T> {
  push(chunk: T): T
  end(): T
}

/**
 * A masker of known values, in the encodings they leak in, and of what is shaped like a secret: token prefixes, private
 * keys, passwords in URLs, values after NAME_TOKEN=.
 * Values of fewer than four characters are not hidden: that would shred the text and protect nothing.
 */
export function createMasker(secrets: readonly Secret[]): Masker {
  const forms = secretForms(secrets)
  const search = createSearch([...forms.map(literal), ...PATTERNS])
  const overlap = Math.max(LONGEST_OPENING, ...forms.map((form) => form.text.length))
  const text: Material<string> = { ...TEXT, find: (piece) => merged(search(Buffer.from(piece, 'latin1'), () => piece)) }
  const bytes: Material<Buffer> = { ...BYTES, find: (piece) => merged(search(piece, () => piece.toString('latin1'))) }
  return {
    mask: (whole) => text.hide(whole, text.find(whole), 0, whole.length),
    stream: () => maskStream(text, overlap),
    byteStream: () => maskStream(bytes, overlap),
    reach: LONGEST_HIDDEN + overlap,
  }
}

/**
 * Shows what a terminal or a chat would act upon instead of showing: control characters, escapes, zero-width and
 * bidirectional characters become `\x1b` or `\u202e`. Line ends and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** Controls, formats and lone surrogates, line separators, and letters of some scripts that print as nothing. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u17b4\u17b5\u3164\uffa0]|\u034f/gu

function literal({ name, text: begins }: Form): Needle {
  return {
    begins,
    span: ({ text }, from) =>
      text.startsWith(begins, from) ? { from, start: from, end: from + begins.length, name } : undefined,
  }
}

/** What a stream is made of: text, or bytes, which are searched as latin1 and stay what they are. */
interface Material<T> {
  readonly empty: T
  join(a: T, b: T): T
  /** What stays when the piece is gone. */
  rest(piece: T, from: number): T
  /** Just behind the last line end, or 0. */
  lastLine(piece: T): number
  find(piece: T): readonly Span[]
  /** From a place to another one, with the spans between them replaced. */
  hide(piece: T, spans: readonly Span[], from: number, to: number): T
}

const TEXT: Omit<Material<string>, 'find'> = {
  empty: '',
  join: (a, b) => a + b,
  rest: (piece, from) => piece.slice(from),
  lastLine: (piece) => piece.lastIndexOf('\n') + 1,
  hide,
}

const BYTES: Omit<Material<Buffer>, 'find'> = {
  empty: Buffer.alloc(0),
  join: (a, b) => Buffer.concat([a, b]),
  rest: (piece, from) => Buffer.from(piece.subarray(from)),
  lastLine: (piece) => piece.lastIndexOf(0x0a) + 1,
  hide: (piece, spans, from, to) =>
    spans.length === 0
      ? piece.subarray(from, to)
      : Buffer.from(hide(piece.toString('latin1'), spans, from, to), 'latin1'),
}

/** No secret opens on one line and needs the next one to be recognised, so whole lines can go. */
function maskStream<T extends { readonly length: number }>(material: Material<T>, overlap: number): MaskStream<T> {
  const { empty, join, rest, lastLine, find, hide } = material
  let held = empty
  /** So much of what is held is out already: the end of a mask, which is held since the next secret opens in it. */
  let out = 0
  return {
    push(chunk) {
      const piece = join(held, chunk)
      const spans = find(piece)
      const cut = cutBefore(spans, Math.max(lastLine(piece), piece.length - overlap))
      const whole = spans.filter((span) => span.start < cut)
      const end = Math.max(out, cut, whole.at(-1)?.end ?? 0)
      const shown = hide(piece, whole, out, end)
      held = rest(piece, cut)
      out = end - cut
      return shown
    },
    end() {
      const last = hide(held, find(held), out, held.length)
      held = empty
      out = 0
      return last
    },
  }
}

/**
 * A span that reaches the cut may still grow: it stays whole for the next time, until it is as long as any may be. None is
 * parted from that by which it was recognised.
 */
function cutBefore(spans: readonly Span[], cut: number): number {
  return spans.reduceRight((at, { from, start, end }) => {
    const grows = from < cut && cut <= end && end - from <= LONGEST_HIDDEN
    return grows || (from < at && at <= start) ? Math.min(at, from) : at
  }, cut)
}

/** Spans that overlap become one, with the first name among them, so that no rest of a secret stays beside its mask. */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last === undefined || span.start >= last.end) result.push(span)
    else result[result.length - 1] = union(last, span)
  }
  return result
}

/** From a place, up to which everything is out, to another one. */
function hide(text: string, spans: readonly Span[], from: number, to: number): string {
  let shown = ''
  let at = from
  for (const { start, end, name } of spans) {
    if (start >= at) shown += `${text.slice(at, start)}[${name === undefined ? '' : `${name} `}hidden]`
    at = Math.max(at, end)
  }
  return shown + text.slice(at, to)
}
