/** Why a text is no version: the causes as a table, each with what its writer may have meant. */
import { type Problem, problem } from '../problems.ts'
import { visible } from '../redact.ts'

/** Why a text is no version, and what its writer may have meant. */
export interface Misread {
  readonly cause: keyof typeof CAUSES
  readonly text: string
  readonly meant?: string
}

/** Longer than any version anybody ships; what is longer is refused before it is looked at. */
export const LONGEST = 100

/** Words a misread text; `suggestion` is what the corrected command deploys. */
export function misreadProblem(read: Misread, suggestion: string): Problem {
  return problem(read.cause, { text: shown(read.text), length: read.text.length, longest: LONGEST, suggestion })
}

/** Words a misread text that should have named a release; `command` takes the version. */
export function misnamedProblem({ text, meant }: Misread, command: string): Problem {
  return problem('request.no-version-named', { text: shown(text), copy: [command, meant ?? ''].join(' ').trim() })
}

interface Cause {
  readonly fits: RegExp
  /** What its writer may have meant. */
  readonly meant: (text: string) => string
}

const numbers = (text: string): readonly string[] => text.match(/\d+/g) ?? []

/** Why a text may not be a version: the first row that fits. */
const CAUSES = {
  'request.version-missing': { fits: /^\s*$/, meant: () => '' },
  'request.version-too-long': { fits: new RegExp(`^[\\s\\S]{${LONGEST + 1}}`), meant: () => '' },
  'request.version-spaces': { fits: /[\s\p{Cc}\p{Cf}]/u, meant: (text) => text.replace(/[\s\p{Cc}\p{Cf}]/gu, '') },
  'request.version-digits': { fits: /(?![0-9])\p{Nd}/u, meant: (text) => text.normalize('NFKC') },
  'request.version-four-numbers': {
    fits: /^v?\d+(\.\d+){3,}/i,
    meant: (text) => numbers(text).slice(0, 3).join('.'),
  },
  'request.version-incomplete': {
    fits: /^v?\d+(\.\d+)?\.?$/i,
    meant: (text) => [...numbers(text), '0', '0'].slice(0, 3).join('.'),
  },
  'request.version-leading-zero': {
    fits: /^(v?|[^+]*[.-])0\d+([.+-]|$)/i,
    meant: (text) => text.replace(/(?<=^v?|[.-])0+(?=\d+([.+-]|$))/gi, ''),
  },
  'request.version-number-too-large': { fits: /^v?(?=[\d.]*\d{16})\d+\.\d+\.\d+([-+]|$)/i, meant: () => '' },
  'request.version-build': { fits: /^v?\d+\.\d+\.\d+[^+]*\+/i, meant: (text) => text.replace(/^v|\+.*$/gi, '') },
  'request.version-without-build': { fits: /^(?!)/, meant: (text) => text.replace(/^v|\+.*$/gi, '') },
  'request.not-a-version': { fits: /^/, meant: () => '' },
} as const satisfies Record<string, Cause>

const CAUSE_NAMES = Object.keys(CAUSES) as (keyof typeof CAUSES)[]

/** The misreading of a text that is no version. */
export function misread(text: string): Misread {
  return misreadAs(CAUSE_NAMES.find((name) => CAUSES[name].fits.test(text)) ?? 'request.not-a-version', text)
}

export function misreadAs(cause: Misread['cause'], text: string): Misread {
  const meant = CAUSES[cause].meant(text)
  return { cause, text, ...(meant && meant !== text ? { meant } : {}) }
}

/** A refused text as it may be shown: one short line with nothing invisible in it. */
function shown(text: string): string {
  const line = visible(text.slice(0, 40)).replace(/\s/g, ' ')
  return text.length > 40 ? `${line}...` : line
}
