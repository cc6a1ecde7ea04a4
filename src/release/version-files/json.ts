/** Values of a JSON text by their keys, with their positions, so that they can be replaced where they stand. */
import { isProblem, type Problem, problem } from '../problems.ts'

/** A value that is a string, a number, true, false or null. */
export interface JsonPlace {
  readonly key: string
  readonly start: number
  readonly end: number
  readonly value: unknown
  readonly template: string
}

/** The places of the keys of `set`; dots lead into objects. Each key has to be there once. */
export function jsonPlaces(
  { file, set }: { readonly file: string; readonly set: Readonly<Record<string, string>> },
  text: string,
): readonly JsonPlace[] | Problem {
  const line = syntaxErrorLine(text)
  if (line !== undefined) return problem('version.json-syntax', { file, line })
  const values = scalars(text)
  const places = Object.entries(set).map(([key, template]): JsonPlace | Problem => {
    const [place, ...others] = values.filter(({ path }) => path === key)
    if (!place) return problem('version.place-missing', { file, place: `"${key}"` })
    if (others.length === 0) return { ...place, key, value: JSON.parse(text.slice(place.start, place.end)), template }
    const lines = [place, ...others].map(({ start }) => text.slice(0, start).split('\n').length).join(', ')
    return problem('version.place-several', { file, place: `"${key}"`, count: others.length + 1, lines })
  })
  return places.find(isProblem) ?? places.flatMap((place) => (isProblem(place) ? [] : [place]))
}

/** A text as the JSON of what stood there: a number stays one where the text is one, everything else is a string. */
export function jsonText(before: unknown, text: string): string {
  if (typeof before === 'number' && /^\d{1,15}$/.test(text)) return String(Number(text))
  return JSON.stringify(text)
}

function syntaxErrorLine(text: string): number | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return Number(/line (\d+)/.exec(String(error))?.[1] ?? 1)
  }
}

interface Scalar {
  readonly path: string
  readonly start: number
  readonly end: number
}

/** Walks a text that is known to be JSON. Elements of arrays go by their index. */
function scalars(text: string): readonly Scalar[] {
  const found: Scalar[] = []
  const open: { path: string; key: string | number; awaitsKey: boolean }[] = []
  for (const { 0: token, index: start } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const top = open.at(-1)
    const path = top === undefined ? '' : `${top.path}${top.key}`
    if (token === '{' || token === '[') {
      open.push({ path: path === '' ? '' : `${path}.`, key: token === '[' ? 0 : '', awaitsKey: token === '{' })
    } else if (token === '}' || token === ']') open.pop()
    else if (token === ',' && top) {
      if (typeof top.key === 'number') top.key += 1
      else top.awaitsKey = true
    } else if (token !== ':' && top?.awaitsKey) {
      top.key = JSON.parse(token)
      top.awaitsKey = false
    } else if (token !== ':' && token !== ',') found.push({ path, start, end: start + token.length })
  }
  return found
}
