/** A command written as it has to be typed. */
import { type Command, type Flag, type Option, optionsOf, type Word, wordsOf } from './command.ts'
import type { Values } from './fields.ts'
import { quoteWord } from './line.ts'

type Value = Values[string] | undefined

/** The line that gives these values when it is read. */
export function lineOf(command: Command, values: Values): string {
  const words = wordsOf(command).flatMap(([key, word]) => writeWord(word, values[key]))
  const options = optionsOf(command).flatMap(([key, option]) => writeOption(option, values[key]))
  return [command.name, ...words, ...options].join(' ')
}

function writeWord(word: Word, value: Value): readonly string[] {
  if (value === undefined) return []
  if (word.value === 'number') return [`#${value}`]
  return word.value === 'rest' ? String(value).split(/\s+/u).map(quoteWord) : [quoteWord(String(value))]
}

function writeOption(option: Option | Flag, value: Value): readonly string[] {
  if (option.as === 'flag') return value === true ? [`--${option.name}`] : []
  return value === undefined ? [] : [`--${option.name}`, quoteWord(String(value))]
}
