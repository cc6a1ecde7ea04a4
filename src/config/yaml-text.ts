/** A text as YAML: its value and the places in it, or what keeps it from being YAML. Bounded, whatever the text does. */
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml'
import { inOrder, type Mistake, mistake } from './mistake.ts'
import { placesOf, unusableKeys } from './places.ts'
import { says } from './wording.ts'

type Places = ReturnType<typeof placesOf>

export type Read =
  | { readonly ok: true; readonly value: unknown; readonly place: Places }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/** In characters. */
const LARGEST = 256 * 1024
/** Beyond this, aliases within aliases grow a small file without end. */
const MOST_ALIASES = 100

/** Reads one YAML document. Never throws. */
export function readYaml(text: string): Read {
  if (text.length > LARGEST)
    return refused(says(`The file has ${text.length} characters.`, `At most ${LARGEST} are read.`))
  const lines = new LineCounter()
  const document = documentOf(text, lines)
  if (document === undefined) return refused(says('The file is nested too deeply.', 'Compare it with the examples.'))
  const mistakes = [...syntaxMistakes(document, lines, text), ...keyMistakes(document, lines)]
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) }
  const plain = plainValue(document)
  if (plain === undefined)
    return refused(says('The aliases of the file cannot be followed.', 'Write the values out instead.'))
  return { ok: true, value: plain.value, place: placesOf(document, lines) }
}

function documentOf(text: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, logLevel: 'error' })
  } catch {
    return undefined
  }
}

/** An alias bomb, or an alias without an anchor, throws. */
function plainValue(document: Document): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) }
  } catch {
    return undefined
  }
}

const REMEDIES: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Give keys of the same map the same indentation.',
  MISSING_CHAR: 'Look for a quote or bracket that is not closed, above this line too.',
  MULTIPLE_DOCS: 'Take out the line --- and what follows it.',
  UNEXPECTED_TOKEN: 'Put a text with special characters in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a text that holds a colon in quotes.',
  TAG_RESOLVE_FAILED: 'Take the tag (the word with !) out.',
}

/** Only the first: whatever follows a slip is read wrongly, up to the end of the file. */
function syntaxMistakes({ errors, warnings }: Document, lines: LineCounter, text: string): readonly Mistake[] {
  const first = [...errors, ...warnings].toSorted((a, b) => a.pos[0] - b.pos[0]).slice(0, 1)
  return first.map(({ code, message, pos }) => {
    const { line, col } = lines.linePos(pos[0])
    const what = `This is not YAML: ${message.replace(/\s+/g, ' ').slice(0, 200)}.`
    const bare = bareTemplate(text.split('\n')[line - 1] ?? '')
    const remedy = bare ? `Put it in quotes: "${bare}".` : (REMEDIES[code] ?? 'Compare the line with the examples.')
    return mistake([], says(what, remedy), { line: Math.max(line, 1), column: Math.max(col, 1) })
  })
}

/** A text with a placeholder and without quotes, which YAML takes for the beginning of a map. */
function bareTemplate(line: string): string | undefined {
  return /[:,[{]\s*([^\s"',[\]{}:#]*\{(?:version|build|full|date|commit)\}[^\s"',[\]{}#]*)/.exec(line)?.[1]
}

function keyMistakes(document: Document, lines: LineCounter): readonly Mistake[] {
  return unusableKeys(document, lines).map(({ path, place, message }) => mistake(path, message, place))
}

function refused(message: string): Read {
  return { ok: false, mistakes: [mistake([], message, { line: 1, column: 1 })] }
}
