/** A command written as it has to be typed. */
import { type Command, type Flag, type Option, optionsOf, type Word, wordsOf } from './command.ts'
import type { Values } from './fields.ts'
import { quoteWord } from './line.ts'

type Value = Values[string] | undefined

/** The line that gives these values when it is read. */
export function lineOf(command: Command, values: Values): string {
  const all = wordsOf(command)
  const words = all.flatMap(([key, word], at) => {
    const isFirst = all.slice(0, at).every(([before]) => values[before] !== undefined)
    return writeWord(word, values[key], isFirst)
  })
  const options = optionsOf(command).flatMap(([key, option]) => writeOption(option, values[key]))
  return [command.name, ...words, ...options].join(' ')
}

/** What takes the rest of a line is one quoted word where a word before it is left out: otherwise its own first word would be taken for that. */
function writeWord(word: Word, value: Value, hasAllBefore: boolean): readonly string[] {
  if (value === undefined) return []
  if (word.value === 'number') return [`#${value}`]
  const isOpen = word.value === 'rest' && hasAllBefore
  return isOpen ? String(value).split(/\s+/u).map(quoteWord) : [quoteWord(String(value))]
}

function writeOption(option: Option | Flag, value: Value): readonly string[] {
  if (option.as === 'flag') return value === true ? [`--${option.name}`] : []
  return value === undefined ? [] : [`--${option.name}`, quoteWord(String(value))]
}
