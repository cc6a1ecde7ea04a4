/** Values of a PKGBUILD that can be replaced where they stand. */
import { assignmentsOf, expand, type Pkgbuild } from '../pkgbuild.ts'
import { type Problem, problem } from '../problems.ts'
import { type Edit, lineAt } from '../text.ts'
import type { Word } from './words.ts'

/** What a release sets. */
export interface PkgbuildValues {
  readonly pkgver: string
  /** Absent: the one that is there stays. */
  readonly pkgrel?: string
  /** What the AUR has: a lower one is raised to it, a higher one stays. */
  readonly epoch?: number
  /** Our package among the sources, for a product that publishes one. */
  readonly package?: {
    /** The template of the published address: a source is ours when it is this address of any release. */
    readonly template: string
    /** The address of this release. */
    readonly url: string
    /** Hex, lower case. */
    readonly sha256: string
  }
}

/** An edit and what it is of. */
export interface NamedEdit extends Edit {
  readonly name: string
}

/** Where a value is written out. */
export interface Place {
  readonly name: string
  readonly word: Word
  readonly text: string
}

/** The one place where a value is written out, through a variable where it is nothing but one, or why there is none. */
export function followed(pkgbuild: Pkgbuild, name: string, before = pkgbuild.text.length): Place | Problem {
  const assignments = assignmentsOf(pkgbuild, name).filter(({ end }) => end <= before)
  const [assignment] = assignments
  if (!assignment) return unfit(name, 'it is not set')
  const lines = assignments.map(({ start }) => lineAt(pkgbuild.text, start)).join(', ')
  if (assignments.length > 1) return unfit(name, `it is set on lines ${lines}`)
  const [word] = assignment.words
  if (!word || assignment.array || assignment.append || !assignment.plain) return unfit(name, `line ${lines}`)
  const [part] = word.parts
  if (word.parts.length === 1 && part?.kind === 'variable') return followed(pkgbuild, part.text, assignment.start)
  const text = expand(pkgbuild.values, word)
  return text === undefined || text === '' || !isWrittenOut(word) ? unfit(name, `line ${lines}`) : { name, word, text }
}

/** Whether bash would find nothing to expand in a word. */
export function isWrittenOut(word: Word): boolean {
  return word.parts.every((part) => part.kind === 'text')
}

/** A text quoted as `raw` is, or in the least way that is safe. */
export function requote(raw: string, text: string): string {
  const quote = /^(["'])[\s\S]*\1$/.exec(raw)?.[1]
  if (quote === '"') return `"${text.replace(/["$`\\]/g, '\\$&')}"`
  if (quote !== "'" && /^[\w./:@%+,=-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

function unfit(name: string, found: string): Problem {
  return problem('version.pkgbuild-assignment', { name, found })
}
