/** Keeps secrets inside: what is shown or written passes through a masker, and what came from outside through `visible`. */
import { type Form, type Secret, secretForms } from './redact/forms.ts'
import { LONGEST_HIDDEN, LONGEST_OPENING, PATTERNS } from './redact/patterns.ts'
import { createSearch, type Needle, type Span } from './redact/search.ts'

export interface Masker {
  /** The text with every secret replaced by `[NAME hidden]`, or `[hidden]` where only its shape gave it away. */
  mask(text: string): string
  /** For output that arrives in pieces: a secret split over pieces is found, the unfinished line is held back. */
  stream(): MaskStream
}

/** What the pushes return, and then `end`, is together what `mask` makes of the whole. Holds a bounded rest. */
export interface MaskStream {
  push(chunk: string): string
  end(): string
}

/**
 * A masker of known values, in the encodings they leak in, and of what is shaped like a secret: token prefixes, private
 * keys, passwords in URLs, values after NAME_TOKEN=. Takes decoded text, or bytes decoded as latin1, which loses none.
 * Values of fewer than four characters are not hidden: that would shred the text and protect nothing.
 */
export function createMasker(secrets: readonly Secret[]): Masker {
  const forms = secretForms(secrets)
  const search = createSearch([...forms.map(literal), ...PATTERNS])
  const find = (text: string) => merged(search(text))
  return {
    mask: (text) => hide(text, find(text)),
    stream: () => maskStream(find, Math.max(LONGEST_OPENING, ...forms.map((form) => form.text.length))),
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
    span: (text, from) =>
      text.startsWith(begins, from) ? { from, start: from, end: from + begins.length, name } : undefined,
  }
}

/** No secret opens on one line and needs the next one to be recognised, so whole lines can go. */
function maskStream(find: (text: string) => readonly Span[], overlap: number): MaskStream {
  let held = ''
  return {
    push(chunk) {
      const text = held + chunk
      const spans = find(text)
      const cut = cutBefore(spans, Math.max(text.lastIndexOf('\n') + 1, text.length - overlap))
      held = text.slice(cut)
      return hide(
        text.slice(0, cut),
        spans.filter((span) => span.start < cut),
      )
    },
    end() {
      const rest = hide(held, find(held))
      held = ''
      return rest
    },
  }
}

/** A span that touches the cut may still grow: it stays whole for the next time, until it is as long as any may be. */
function cutBefore(spans: readonly Span[], cut: number): number {
  return spans.reduceRight((at, span) => {
    if (span.from >= at || span.end < at) return at
    return span.end - span.from > LONGEST_HIDDEN ? Math.max(at, span.end) : span.from
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

function union(a: Span, b: Span): Span {
  return { from: Math.min(a.from, b.from), start: a.start, end: Math.max(a.end, b.end), name: a.name ?? b.name }
}

function hide(text: string, spans: readonly Span[]): string {
  let shown = ''
  let from = 0
  for (const span of spans) {
    shown += `${text.slice(from, span.start)}[${span.name === undefined ? '' : `${span.name} `}hidden]`
    from = span.end
  }
  return shown + text.slice(from)
}
