/** The spellings in which a secret leaks: as it is, url-encoded, JSON-escaped, in base64. */

export interface Secret {
  /** What stands in its place, such as the name of the environment variable. */
  readonly name: string
  readonly value: string
}

/** One spelling of a secret. It never holds a line end. */
export interface Form {
  readonly name: string
  readonly text: string
}

const SHORTEST = 4
/** Lines of a value of several lines that are shorter are no secret: a brace, a header. */
const SHORTEST_LINE = 16

/** Every spelling of every secret, each once; the first secret that has it names it. */
export function secretForms(secrets: readonly Secret[]): readonly Form[] {
  const names = new Map<string, string>()
  for (const { name, value } of secrets)
    for (const text of formsOf(value.trim())) if (!names.has(text)) names.set(text, name)
  return [...names].map(([text, name]) => ({ name, text }))
}

function formsOf(value: string): readonly string[] {
  if (value.length < SHORTEST) return []
  const lines = value.split(/[\r\n]+/)
  const plain =
    lines.length === 1 ? lines : lines.map((line) => line.trim()).filter((line) => line.length >= SHORTEST_LINE)
  const forms = [...plain, ...urlEncoded(value), ...jsonEscaped(value), ...inBase64(value)]
  return [...forms, ...forms.map(bytesAsLatin1)].filter((form) => form.length >= SHORTEST && !/[\r\n]/.test(form))
}

/** What a stream of bytes shows that was decoded as latin1. */
function bytesAsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** As encodeURIComponent does, as RFC 3986 wants it, as forms do; hexadecimal digits in either case. */
function urlEncoded(value: string): readonly string[] {
  const component = encodeURIComponent(value.toWellFormed())
  const strict = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
  const spellings = [component, strict, component.replaceAll('%20', '+'), strict.replaceAll('%20', '+')]
  return spellings.flatMap((text) => [text, text.replace(/%../g, (hex) => hex.toLowerCase())])
}

/** As JSON.stringify does, and with everything beyond ASCII or the slash escaped, as other writers do. */
function jsonEscaped(value: string): readonly string[] {
  const escaped = JSON.stringify(value).slice(1, -1)
  const ascii = escaped.replace(/[^\0-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [escaped, ascii].flatMap((text) => [text, text.replaceAll('/', '\\/')])
}

/** Alone with its padding, and inside a longer encoded text at each of the three alignments; both alphabets. */
function inBase64(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  const inside = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  const standard = [bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), ...inside]
  return standard.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}
