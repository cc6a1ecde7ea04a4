/** A card as the body of a request, with its files. */
import type { Card, CardFile } from '../../src/release/card.ts'
import { type RenderOptions, renderCard } from './render.ts'

/** Reads a file that goes with a card, as text or, a picture, as bytes; rejects, or gives undefined, where it cannot be read. */
export type ReadFile = (path: string) => Promise<string | Uint8Array | undefined>

export interface MessageOptions extends RenderOptions {
  readonly readFile: ReadFile
}

/** What a request carries. */
export interface MessageBody {
  readonly body: object
  readonly files?: readonly Attached[]
}

interface Attached {
  readonly name: string
  readonly data: string | Uint8Array
}

/** Discord takes 10 files, of 10 MiB together; one place is kept for the card itself. */
const MOST_FILES = 9
const MOST_BYTES = 8_000_000
/** Of a longer one the end is what matters, such as that of a log. */
const LONGEST_FILE = 1_000_000

/** What a message had attached before is replaced. */
export async function messageOf(card: Card, options: MessageOptions): Promise<MessageBody> {
  const { attached, lacking } = await attachedTo(card, options.readFile)
  const { whole, ...body } = renderCard(askable(card, lacking), options)
  const files = [...attached, ...(whole === undefined ? [] : [{ name: 'whole-card.txt', data: whole }])]
  if (files.length === 0) return { body: { ...body, attachments: [] } }
  return { body: { ...body, attachments: files.map(({ name }, id) => ({ id, filename: name })) }, files }
}

/** The files of a card, and what of them is not there whole. */
async function attachedTo({ files }: Card, readFile: ReadFile) {
  const attached: Attached[] = []
  const lacking = files.slice(MOST_FILES).map(({ name }) => `${name} (more files than a message takes)`)
  let room = MOST_BYTES
  for (const file of files.slice(0, MOST_FILES)) {
    const whole = await wholeOf(file, readFile)
    const data = typeof whole === 'string' ? whole.slice(-LONGEST_FILE).toWellFormed() : (whole ?? '')
    const isThere = whole !== undefined && Buffer.byteLength(data) <= room
    if (isThere) attached.push({ name: plainName(file.name), data })
    if (isThere) room -= Buffer.byteLength(data)
    if (!isThere) lacking.push(`${file.name} (${whole === undefined ? 'it cannot be read' : 'it is too long'})`)
    else if (whole.length > data.length) lacking.push(`the beginning of ${file.name}`)
  }
  return { attached, lacking }
}

async function wholeOf(file: CardFile, readFile: ReadFile): ReturnType<ReadFile> {
  return 'text' in file ? file.text : readFile(file.path).catch(() => undefined)
}

/** What cannot be read whole cannot be judged, and so not be approved here. */
function askable(card: Card, lacking: readonly string[]): Card {
  if (lacking.length === 0) return card
  const asks = card.buttons.some(({ gate }) => gate !== undefined)
  const rule = asks ? ' What cannot be read whole cannot be approved here; deny it, or answer at the machine.' : ''
  const text = `Not attached: ${lacking.join('; ')}.${rule}`
  const buttons = card.buttons.filter(({ gate, command }) => gate === undefined || !/^approve\b/.test(command))
  return { ...card, buttons, sections: [{ kind: 'text', text }, ...card.sections] }
}

function plainName(name: string): string {
  return name.replace(/[^\w.+-]/g, '-').slice(-100) || 'file.txt'
}
