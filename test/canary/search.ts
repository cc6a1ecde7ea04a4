/** Looks through everything that tests have left, into what git and gzip have packed too, for the mark and for parts of private keys. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'
import { FORMS, partOfKey } from './secrets.ts'

export interface Search {
  /** Paths of the files that were looked through. */
  readonly files: readonly string[]
  /** How many private keys were looked for. */
  readonly keys: number
  /** A sentence for each file that holds what it may not. */
  readonly found: readonly string[]
}

export function searchFolder(folder: string): Search {
  const files = filesIn(folder)
  const all = files.flatMap((file) => keyIn(file))
  const keys = new Map(all)
  const isKey = new Set(all.map(([, file]) => file))
  const found = files.flatMap((file) => {
    const held = contentsOf(file)
    const marked = held.some((bytes) => FORMS.some((form) => bytes.includes(form)))
    const key = isKey.has(file) ? undefined : held.flatMap((bytes) => keyNamedIn(bytes, keys)).at(0)
    return [
      ...(marked ? [`${file} holds the canary`] : []),
      ...(key === undefined ? [] : [`${file} holds the private key ${key}`]),
    ]
  })
  return { files, keys: keys.size, found }
}

/** What has to be among the files, so that a search that found nothing means something. */
const WANTED: Readonly<Record<string, RegExp>> = {
  'a journal': /\/(open|closed)\/\d+\.json$/,
  'the log of a step': /\/logs\/\d+\/[^/]+\.log$/,
  'a certificate': /\/certificates\/.*\.json$/,
  'the posts of a bot': /\/said\/chat-/,
  'what a bot logged': /\/said\/log-/,
  'what a program printed': /\/said\/program-/,
  'what Slack was sent': /\/said\/slack-/,
  'what Discord was sent': /\/said\/discord-/,
}

/** What a search of a whole suite did not come past. */
export function notSearched({ files, keys }: Search): readonly string[] {
  const missing = Object.entries(WANTED).flatMap(([what, path]) =>
    files.some((file) => path.test(file)) ? [] : [what],
  )
  return keys > 0 ? missing : [...missing, 'a private key']
}

/** Links are not followed: what they name is looked through where it lies. */
function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })
}

function keyIn(file: string): readonly (readonly [part: string, file: string])[] {
  const part = partOfKey(readFileSync(file, 'latin1').slice(0, LONGEST_KEY))
  return part === undefined ? [] : [[part, file]]
}

const LONGEST_KEY = 16_384

/** The bytes as they lie there, and what they hold where they are packed. */
function contentsOf(file: string): readonly Buffer[] {
  const bytes = readFileSync(file)
  const unpack = /\/objects\/[0-9a-f]{2}\/[0-9a-f]+$/.test(file)
    ? inflateSync
    : bytes[0] === 0x1f
      ? gunzipSync
      : undefined
  try {
    return unpack === undefined ? [bytes] : [bytes, unpack(bytes)]
  } catch {
    return [bytes]
  }
}

/** Names the key whose part stands anywhere in a text of base64. */
function keyNamedIn(bytes: Buffer, keys: ReadonlyMap<string, string>): readonly string[] {
  const words = bytes.toString('latin1').match(/[A-Za-z0-9+/]{32,}/g) ?? []
  return words.filter((word) => /[A-Z]/.test(word)).flatMap((word) => keyAt(word, keys) ?? [])
}

function keyAt(word: string, keys: ReadonlyMap<string, string>): string | undefined {
  for (let from = 0; from + 32 <= word.length; from += 1) {
    const key = keys.get(word.slice(from, from + 32))
    if (key !== undefined) return key
  }
  return undefined
}
