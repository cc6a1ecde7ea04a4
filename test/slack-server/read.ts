/** A message as people read it, and whom it calls. */
import { isLoose, listOf } from './validate.ts'

interface Shown {
  readonly text?: unknown
  readonly blocks?: unknown
  readonly attachments?: unknown
}

/** Every word that is shown, block by block, as a reader sees it. */
export function wordsOf({ text, blocks, attachments }: Shown): string {
  const all = [...listOf(blocks), ...listOf(attachments).flatMap((each) => listOf(each.blocks))]
  return all.length === 0 ? unescaped(String(text ?? '')) : all.map((block) => unescaped(wordsIn(block))).join('\n')
}

/** Ids that Slack would call: accounts, groups, and whole channels as `!channel`. */
export function calledBy({ text, blocks, attachments }: Shown): readonly string[] {
  const texts = JSON.stringify([text ?? '', blocks ?? [], attachments ?? []])
  const calls = texts.matchAll(/<(?:@|!subteam\^)([A-Z0-9]+)|<(![a-z]+)[|>]/g)
  return [...new Set([...calls].map(([, id, everybody]) => id ?? everybody ?? ''))]
}

/** The buttons of a message that can be pressed now. */
export function buttonsOf({ blocks, attachments }: Shown) {
  const all = [...listOf(blocks), ...listOf(attachments).flatMap((each) => listOf(each.blocks))]
  return all
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => listOf(elements))
    .map((element) => ({
      label: isLoose(element.text) ? unescaped(String(element.text.text)) : '',
      value: String(element.value),
      action_id: String(element.action_id),
    }))
}

function wordsIn(value: unknown): string {
  if (Array.isArray(value))
    return value
      .map(wordsIn)
      .filter((words) => words !== '')
      .join('\n')
  if (!isLoose(value)) return ''
  if (typeof value.text === 'string') return value.text
  return [value.text, value.fields, value.elements]
    .map(wordsIn)
    .filter((words) => words !== '')
    .join('\n')
}

function unescaped(text: string): string {
  return text
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
