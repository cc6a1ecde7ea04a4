/** The help, made from the table: all commands in one look, or one of them in full. */
import type { Card, Section } from '../src/release/card.ts'
import { problemCard } from '../src/release/report.ts'
import { type Command, type Field, optionsOf, type Word, wordsOf } from './command.ts'
import { commandNamed, unknownCommand } from './parse.ts'
import { COMMANDS } from './table.ts'

type Spell = (command: string) => string

/** The help for a command's name as it was typed; without one, for all of them. A name that is none gets the nearest one. */
export function helpCard(command?: string, spell: Spell = (line) => `/${line}`): Card {
  if (command === undefined) return overview(spell)
  const row = commandNamed(command.replace(/^\//, ''))
  if (row !== undefined) return explain(row, spell)
  return problemCard(
    unknownCommand(command, (meant) => `help ${meant.name}`),
    spell,
  )
}

/** How a command is written: `/deploy [version] [--dry-run]`. Brackets: may be left out. */
function usageOf(command: Command, spell: Spell): string {
  return [written(command, spell), ...optionsOf(command).map(([, option]) => `[${writtenOption(option)}]`)].join(' ')
}

function overview(spell: Spell): Card {
  const rows = Object.values(COMMANDS).map((row: Command) => [written(row, spell), row.summary])
  return card('What Slipway understands', [
    { kind: 'table', head: ['Command', 'What it does'], rows },
    {
      kind: 'text',
      text: `What stands in brackets may be left out. ${spell('help deploy')} explains one command in full.`,
    },
  ])
}

function explain(row: Command, spell: Spell): Card {
  const parts = [
    ...wordsOf(row).map(([, word]) => [writtenWord(word), word.about] as const),
    ...optionsOf(row).map(([, option]) => [writtenOption(option), option.about] as const),
  ]
  return card(spell(row.name), [
    { kind: 'text', text: row.summary },
    { kind: 'code', text: usageOf(row, spell) },
    ...(parts.length === 0 ? [] : [{ kind: 'fields', fields: parts } as const]),
    { kind: 'code', title: 'For example', text: spell(row.example), copy: true },
  ])
}

/** The command with its words alone: the options are for the full explanation. Only its name is spelled: the rest stands for words. */
function written(command: Command, spell: Spell): string {
  return [spell(command.name), ...wordsOf(command).map(([, word]) => writtenWord(word))].join(' ')
}

function writtenWord({ shown, required }: Word): string {
  return required ? shown : `[${shown}]`
}

function writtenOption(option: Exclude<Field, Word>): string {
  return option.as === 'flag' ? `--${option.name}` : `--${option.name} ${option.shown}`
}

function card(title: string, sections: readonly Section[]): Card {
  return { title, tone: 'neutral', sections, buttons: [], files: [] }
}
