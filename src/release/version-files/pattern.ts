/** A version anywhere in a text, found by the words around it. */
import { literal } from '../text.ts'
import { PLACEHOLDERS } from '../version.ts'

/** Where the placeholder's text stands, or undefined for a pattern without exactly one placeholder. */
export function patternPlaces(
  pattern: string,
  text: string,
): readonly { start: number; end: number; text: string }[] | undefined {
  const [before, placeholder, after, ...more] = pattern.split(/(\{(?:version|build|full)\})/)
  if (before === undefined || placeholder === undefined || after === undefined || more.length > 0) return undefined
  const opening = before === '' ? '(?<![\\w]\\.?)' : literal(before)
  const closing = after === '' ? '(?!\\.?\\d)' : literal(after)
  const found = text.matchAll(new RegExp(`(?<before>${opening})(?<value>${PLACEHOLDERS[placeholder]})${closing}`, 'g'))
  return [...found].map(({ index, groups }) => {
    const start = index + (groups?.before?.length ?? 0)
    const value = groups?.value ?? ''
    return { start, end: start + value.length, text: value }
  })
}
