/** The body of a message: sections as blocks, as many and as long as one message takes. */
import type { Card } from '../../src/release/card.ts'
import { type Block, mrkdwn, section } from './blocks.ts'
import { type Passage, passageOf } from './sections.ts'
import { clipped, code, fitted, prose, strong } from './text.ts'

/** Characters of a text and of a field; Slack takes a few more. */
const SECTION = 2900
const FIELD = 1900
const FIELDS = 10
const TITLE = 150
/** Blocks and characters of the body, well below the 50 blocks of a message and what Slack takes in all. */
const MOST_BLOCKS = 40
const MOST_LETTERS = 10_000

export interface Body {
  readonly blocks: readonly Block[]
  readonly whole: boolean
}

/** Passages one after the other, each as long as what is left allows. */
export function bodyOf({ sections }: Card): Body {
  const passages = sections.flatMap((each) => passageOf(each) ?? [])
  const blocks: Block[] = []
  let room = MOST_LETTERS
  let whole = true
  for (const [index, passage] of passages.entries()) {
    if (blocks.length >= MOST_BLOCKS || room < 200) {
      const left = passages.length - index
      return { blocks: [...blocks, section(`… (${left} more ${left === 1 ? 'part' : 'parts'})`)], whole: false }
    }
    const made = blocksOf(passage, room, MOST_BLOCKS - blocks.length)
    blocks.push(...made.blocks)
    room -= JSON.stringify(made.blocks).length
    whole &&= made.whole
  }
  return { blocks, whole }
}

function blocksOf(passage: Passage, room: number, most: number): Body {
  if (passage.kind === 'fields') return fieldBlocks(passage.fields, room, most)
  const title = passage.title === undefined ? '' : `${clipped(passage.title, TITLE, strong)}\n`
  const longest = Math.min(SECTION, room) - title.length
  const made = fitted(passage.text, longest, passage.kind === 'code' ? code : prose)
  const isCut = (passage.kind === 'code' && passage.cut === true) || title.endsWith('…\n')
  const text = `${title}${made.text}`
  return { blocks: text.trim() === '' ? [] : [section(text)], whole: made.whole && !isCut }
}

/** Ten at a time; a value that does not fit beside the others is cut. */
function fieldBlocks(fields: readonly (readonly [string, string])[], room: number, most: number): Body {
  const each = Math.min(FIELD, Math.floor(room / Math.min(fields.length, FIELDS * most)))
  const shown = each < 60 ? fields.slice(0, Math.floor(room / 60)) : fields
  const made = shown.slice(0, FIELDS * most).map(([name, value]) => fieldText(name, value, Math.max(60, each)))
  const blocks = Array.from({ length: Math.ceil(made.length / FIELDS) }, (_, index) => ({
    type: 'section' as const,
    fields: made.slice(index * FIELDS, (index + 1) * FIELDS).map(({ text }) => mrkdwn(text)),
  }))
  const left = fields.length - made.length
  const note = left === 0 ? [] : [section(`… (${left} more lines)`)]
  return { blocks: [...blocks, ...note], whole: left === 0 && made.every(({ whole }) => whole) }
}

function fieldText(name: string, value: string, room: number): { readonly text: string; readonly whole: boolean } {
  const label = clipped(name, Math.min(TITLE, Math.floor(room / 2)), strong)
  const made = fitted(value, room - label.length - 1, prose)
  const text = `${label}\n${made.text}`.trim()
  return { text: text === '' ? '-' : text, whole: made.whole && strong(name) === label }
}
