/**
 * How the mistakes of a configuration are worded. A wording is two lines, what is wrong and what to do; `{written}` stands
 * for the value as the file writes it, which only the reader of the file knows.
 */
import { z } from 'zod'
import { nearest } from './nearest.ts'

type Issue = z.core.$ZodRawIssue

/** A sentence on what is wrong and one on what to do, as one message. */
export function says(what: string, remedy: string): string {
  return `${what}\n${remedy}`
}

/** A word of the file inside a sentence: short, and on one line. */
export function quoted(word: string): string {
  return JSON.stringify(word.length > 60 ? `${word.slice(0, 60)}…` : word).replaceAll('\\"', '"')
}

/** Words one issue of zod; where several keys are unknown, two lines for each of them. */
export function word(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue)
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownWord(key, knownKeys(issue), 'a key here')).join('\n')
    case 'invalid_value':
      return unknownWord(written(issue.input), issue.values.map(String), 'allowed here')
    case 'invalid_union':
      return unknownOption(issue)
    case 'invalid_key':
      return issue.issues[0]?.message ?? says('The key {written} cannot be used here.', 'Rename it.')
    case 'too_small':
      if (issue.origin === 'array') return says('The list is empty.', 'Write at least one entry.')
      return says(`"{written}" is too small.`, `At least ${issue.minimum} is needed here.`)
    case 'too_big':
      return says(`"{written}" is too large.`, `At most ${issue.maximum} is allowed here.`)
    default:
      return says('"{written}" cannot be used here.', 'Compare it with the examples.')
  }
}

/** A word that is not in its list, with the nearest one of the list, or all of it. */
export function unknownWord(found: string, known: readonly string[], role: string): string {
  const near = nearest(found, known)
  const all = known.length === 0 ? 'Take it out.' : `Known here: ${known.join(', ')}.`
  return says(`${quoted(found)} is not ${role}.`, near === undefined ? all : `Write ${near}.`)
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map of keys',
  record: 'a map of names',
}

function wrongType(issue: Issue & { code: 'invalid_type' }): string {
  const { input, expected } = issue
  const wanted = NAMES[expected] ?? expected
  const meant = describe(issue)
  if (input === undefined && typeof issue.path?.at(-1) === 'number')
    return says('This command is empty.', 'Write [program, argument].')
  if (input === undefined) return missing(String(issue.path?.at(-1) ?? ''), meant ?? wanted)
  if (input === null) return says('The value is missing.', `Write ${wanted}, or take the key out.`)
  if (expected === 'string' && typeof input !== 'object')
    return says(`YAML reads {written} as ${kindOf(input)}, not as a text.`, 'Put it in quotes: "{written}".')
  const placeholder = expected === 'string' ? bracedWord(input) : undefined
  if (placeholder)
    return says(`YAML reads ${placeholder} as a map of keys, not as a text.`, `Put it in quotes: "${placeholder}".`)
  if (typeof input === 'string' && (expected === 'number' || expected === 'int' || expected === 'boolean'))
    return says(`"{written}" is a text, not ${wanted}.`, `Write ${wanted}, without quotes.`)
  return says(`This is ${kindOf(input)}, not ${wanted}.`, `Write ${wanted}${meant === undefined ? '' : `: ${meant}`}.`)
}

/** YAML takes `{version}` for a map with one key and no value. */
function bracedWord(input: unknown): string | undefined {
  const [[key, value] = [], ...others] = typeof input === 'object' && input !== null ? Object.entries(input) : []
  return key !== undefined && value === null && others.length === 0 ? `{${key}}` : undefined
}

/** The wording of a key that has to be there. `meant` says what it is for. */
export function missing(key: string, meant: string): string {
  return says(`${quoted(key)} is missing.`, `Add ${key}: ${meant}.`)
}

function describe(issue: Issue): string | undefined {
  return issue.inst instanceof z.ZodType ? issue.inst.description : undefined
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map of keys'
  return NAMES[typeof value] ?? `a ${typeof value}`
}

function knownKeys(issue: Issue): readonly string[] {
  if (issue.inst instanceof z.ZodObject) return Object.keys(issue.inst.shape)
  if (issue.inst instanceof z.ZodRecord && issue.inst.keyType instanceof z.ZodEnum)
    return issue.inst.keyType.options.map(String)
  return []
}

function unknownOption(issue: Issue & { code: 'invalid_union' }): string {
  const options = Array.isArray(issue.options) ? issue.options.map(String) : []
  const key = String(issue.discriminator ?? '')
  const input: unknown = issue.input
  const found = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[key] : undefined
  if (found === undefined) return missing(key, `one of ${options.join(', ')}`)
  return unknownWord(written(found), options, `allowed for ${key}`)
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : '{written}'
}
