/** The table of commands as forms, for platforms where people fill in fields. */
import type { CommandForm, FormField } from '../src/ports/command-form.ts'
import { type Command, type Flag, type Hint, type Option, optionsOf, type Word, wordsOf } from './command.ts'
import { readFields } from './fields.ts'
import { splitLine } from './line.ts'
import { COMMANDS } from './table.ts'
import { lineOf } from './written.ts'

export const FORMS: readonly CommandForm[] = Object.values(COMMANDS).map(formOf)

function formOf(command: Command): CommandForm {
  const named = [
    ...wordsOf(command).map(([key, word]) => ({ key, field: fieldOfWord(word) })),
    ...optionsOf(command).map(([key, option]) => ({ key, field: fieldOfOption(option) })),
  ]
  return {
    name: command.name,
    summary: command.summary,
    fields: named.map(({ field }) => field).toSorted((a, b) => Number(b.required) - Number(a.required)),
    read: (line) => {
      const { words, unclosed } = splitLine(line)
      const { values, fault } = readFields(command, words.slice(1))
      if (unclosed || fault !== undefined) return undefined
      return Object.fromEntries(named.flatMap(({ key, field }) => entry(field.name, values[key])))
    },
    write: (values) =>
      lineOf(command, Object.fromEntries(named.flatMap(({ key, field }) => entry(key, values[field.name])))),
  }
}

function entry<T>(key: string, value: T | undefined): readonly (readonly [string, T])[] {
  return value === undefined ? [] : [[key, value]]
}

/** A word is named as the help shows it: `version`, `number`. */
function fieldOfWord({ shown, about, value, required, hint }: Word): FormField {
  const kind = value === 'number' ? 'number' : 'text'
  return { name: nameOf(shown), about, kind, required, ...filledWith(hint) }
}

function nameOf(shown: string): string {
  return shown.toLowerCase().replace(/\W+/g, '-').replace(/^-|-$/g, '')
}

function fieldOfOption(option: Option | Flag): FormField {
  const { name, about } = option
  if (option.as === 'flag') return { name, about, kind: 'flag', required: false, suggests: false }
  const { choices } = option
  return { name, about, kind: 'text', required: false, ...filledWith(option.hint), ...(choices && { choices }) }
}

function filledWith(hint: Hint | undefined): Pick<FormField, 'suggests' | 'choices'> {
  if (hint === 'command') return { suggests: false, choices: Object.keys(COMMANDS) }
  return { suggests: hint !== undefined }
}

/** What can be suggested for a field of a form. */
export function hintOf(form: string, field: string): Hint | undefined {
  const command = Object.values(COMMANDS).find(({ name }) => name === form) as Command | undefined
  if (command === undefined) return undefined
  const fields = [...wordsOf(command), ...optionsOf(command)].map(([, each]) => each)
  const found = fields.find((each) => (each.as === 'word' ? nameOf(each.shown) : each.name) === field)
  return found === undefined || found.as === 'flag' ? undefined : found.hint
}
