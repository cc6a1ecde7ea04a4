/** Globs of file paths: `*` within a folder, `**` across folders, `?`, and `{a,b}`. */
import { literal } from './text.ts'

/** Whether one of the globs is the whole path. A glob without a slash fits the file name in any folder. */
export function matchesGlob(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => patternOf(glob).test(glob.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1)))
}

const TOKENS: Readonly<Record<string, string>> = {
  '**/': '(?:[^/]+/)*',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
  '{': '(?:',
  ',': '|',
  '}': ')',
}

function patternOf(glob: string): RegExp {
  const braces = /\{[^{}]*\}/.test(glob)
  const pieces = glob.split(braces ? /(\*\*\/|\*\*|[*?{},])/ : /(\*\*\/|\*\*|[*?])/)
  const source = pieces.map((piece, index) => (index % 2 === 1 && TOKENS[piece]) || literal(piece)).join('')
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return new RegExp(`^${literal(glob)}$`)
  }
}
