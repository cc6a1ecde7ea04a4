/** Where in the file a key or a value stands, and how it is written there. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Finding } from './rules.ts'
import { quoted, says } from './wording.ts'
import type { Path } from './written.ts'

/** Counted from 1. `written` is the source of a plain value, such as `1.10`; undefined for lists and maps. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly written?: string
}

interface Entry {
  readonly key: Node
  readonly value: Node | undefined
}

interface UnusableKey {
  readonly path: Path
  readonly place: Place
  readonly message: string
}

/** Finds places by path. What is not there has the place of the key that holds it. */
export function placesOf(document: Document, lines: LineCounter): (finding: Pick<Finding, 'path' | 'key'>) => Place {
  const entriesOf = indexed(document)
  return ({ path, key }) => {
    let holder: Node | undefined
    let node: Node | undefined = asNode(document.contents)
    for (const [index, segment] of path.entries()) {
      const entry = childOf(resolved(node, document), segment, entriesOf)
      if (entry === undefined) return placeOf(holder, lines)
      holder = entry.key
      node = entry.value
      if (key === true && index === path.length - 1) return placeOf(entry.key, lines)
    }
    const meant = resolved(node, document)
    return isBlank(meant) ? placeOf(holder, lines) : placeOf(meant, lines)
  }
}

/**
 * Keys that stand twice in one map (the library's own check takes a time that grows with the square of the keys), and the
 * one that JavaScript keeps for itself, which would be lost without a word.
 */
export function unusableKeys(document: Document, lines: LineCounter): readonly UnusableKey[] {
  const found: UnusableKey[] = []
  visit(document, {
    Map(_, map, above) {
      const seen = new Map<string, number>()
      for (const { key } of map.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const place = placeOf(key, lines)
        const message = faultOfKey(name, seen.get(name))
        seen.set(name, seen.get(name) ?? place.line)
        if (message !== undefined) found.push({ path: [...pathOf([...above, map]), name], place, message })
      }
    },
  })
  return found
}

function faultOfKey(name: string, earlierLine: number | undefined): string | undefined {
  if (name === '__proto__') return says('"__proto__" cannot be a key.', 'Choose another name.')
  if (earlierLine === undefined) return undefined
  return says(`${quoted(name)} stands in line ${earlierLine} already.`, 'Keep one of them.')
}

function pathOf(nodes: readonly unknown[]): Path {
  return nodes.flatMap((node, index): Path => {
    if (isPair(node)) return [isScalar(node.key) ? String(node.key.value) : '']
    return isSeq(node) ? [node.items.indexOf(nodes[index + 1])] : []
  })
}

function childOf(
  node: Node | undefined,
  segment: Path[number],
  entriesOf: (map: YAMLMap) => ReadonlyMap<string, Entry>,
): Entry | undefined {
  if (isMap(node)) return entriesOf(node).get(String(segment))
  if (!isSeq(node) || typeof segment !== 'number') return undefined
  const item = asNode(node.items[segment])
  return item === undefined ? undefined : { key: item, value: item }
}

/** Each map is indexed once, however many mistakes it holds. */
function indexed(document: Document): (map: YAMLMap) => ReadonlyMap<string, Entry> {
  const known = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>()
  return (map) => {
    const index =
      known.get(map) ??
      new Map(
        map.items.flatMap(({ key, value }) =>
          isNode(key) ? [[keyText(key, document), { key, value: asNode(value) }] as const] : [],
        ),
      )
    known.set(map, index)
    return index
  }
}

function keyText(key: Node, document: Document): string {
  const node = resolved(key, document)
  return isScalar(node) ? String(node.value) : ''
}

function resolved(node: Node | undefined, document: Document): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node
}

function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}

function isBlank(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null && (node.source ?? '') === '')
}

function placeOf(node: Node | undefined, lines: LineCounter): Place {
  const start = node?.range?.[0]
  if (start === undefined) return { line: 1, column: 1 }
  const { line, col } = lines.linePos(start)
  const written = isScalar(node) ? (node.source ?? String(node.value)) : undefined
  return { line: Math.max(line, 1), column: Math.max(col, 1), ...(written === undefined ? {} : { written }) }
}
