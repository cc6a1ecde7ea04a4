/** A rendered card as the body of a request, with its files. */
import type { Card, CardFile } from '../../src/release/card.ts'
import type { Rendered } from './render.ts'

/** Reads a file that goes with a card; undefined where it cannot be read. */
export type ReadFile = (path: string) => Promise<string | undefined>

/** What a request carries. */
export interface MessageBody {
  readonly body: object
  readonly files?: readonly { readonly name: string; readonly data: string }[]
}

/** Discord takes 10 files of 10 MiB together; a log's end is what matters. */
const MOST_FILES = 9
const LONGEST_FILE = 1_000_000

/** What a message had attached before is replaced. */
export async function messageOf(rendered: Rendered, card: Card, readFile: ReadFile): Promise<MessageBody> {
  const { whole, ...body } = rendered
  const own = await Promise.all(card.files.slice(0, MOST_FILES).map((file) => attached(file, readFile)))
  const files = [...own.flat(), ...(whole === undefined ? [] : [{ name: 'whole-card.txt', data: whole }])]
  if (files.length === 0) return { body: { ...body, attachments: [] } }
  return { body: { ...body, attachments: files.map(({ name }, id) => ({ id, filename: name })) }, files }
}

async function attached(file: CardFile, readFile: ReadFile): Promise<readonly { name: string; data: string }[]> {
  const text = 'text' in file ? file.text : await readFile(file.path).catch(() => undefined)
  if (text === undefined) return []
  const cut = text.length > LONGEST_FILE ? `… (the beginning is left out)\n${text.slice(-LONGEST_FILE)}` : text
  return [{ name: plainName(file.name), data: cut.toWellFormed() }]
}

function plainName(name: string): string {
  return name.replace(/[^\w.+-]/g, '-').slice(-100) || 'file.txt'
}
