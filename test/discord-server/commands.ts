/** Slash commands as Discord checks them when they are registered, and as a person fills them in. */

export interface CommandOption {
  readonly type: number
  readonly name: string
  readonly description: string
  readonly required?: boolean
  readonly autocomplete?: boolean
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[]
}

export interface Command {
  readonly name: string
  readonly description: string
  readonly options?: readonly CommandOption[]
}

const NAME = /^[-_\p{Ll}\p{N}]{1,32}$/u
const STRING = 3
const INTEGER = 4
const BOOLEAN = 5

/** Everything wrong with the commands of a server. */
export function commandFaults(given: readonly object[]): readonly string[] {
  const commands = given as readonly Command[]
  const names = commands.map(({ name }) => name)
  return [
    ...(commands.length > 100 || new Set(names).size < names.length ? ['too many commands, or one twice'] : []),
    ...commands.flatMap((command) => [...nameFaults(command), ...optionFaults(command)]),
  ]
}

function optionFaults({ name, options = [] }: Command): readonly string[] {
  const names = options.map((option) => option.name)
  const firstOptional = options.findIndex(({ required }) => required !== true)
  const lateRequired = options.findLastIndex(({ required }) => required === true)
  return [
    ...(options.length > 25 || new Set(names).size < names.length ? [`${name}: too many options, or one twice`] : []),
    ...(firstOptional >= 0 && lateRequired > firstOptional ? [`${name}: required options come first`] : []),
    ...options.flatMap(nameFaults),
    ...options.flatMap(({ choices = [], autocomplete }) =>
      choices.length > 25 || (choices.length > 0 && autocomplete === true) ? [`${name}: choices`] : [],
    ),
  ]
}

function nameFaults({ name, description }: { readonly name: string; readonly description: string }): readonly string[] {
  const isRight = NAME.test(name) && description.trim().length >= 1 && description.length <= 100
  return isRight ? [] : [`${name}: its name or its description of ${description.length} characters`]
}

export interface Filled {
  readonly name: string
  readonly options: readonly {
    readonly type: number
    readonly name: string
    readonly value: string | number | boolean
  }[]
}

/** The form of a command, filled in as a person would: by a pasted `deploy version:3.1.3`, or with the words of a line. */
export function filled(commands: readonly Command[], line: string): Filled {
  return pasted(commands, line) ?? filledByWords(commands, line)
}

/** Discord fills in a pasted command whose options are named. */
function pasted(commands: readonly Command[], line: string): Filled | undefined {
  const [, name = '', rest = ''] = /^\/?([\w-]+)((?: [\w-]+:.*)?)$/s.exec(line) ?? []
  const options = commands.find((each) => each.name === name)?.options ?? []
  if (!options.some((option) => rest.startsWith(` ${option.name}:`))) return undefined
  const parts = rest.split(new RegExp(` (?=(?:${options.map((option) => option.name).join('|')}):)`)).filter(Boolean)
  const values = parts.map((part) => {
    const [, field = '', text = ''] = /^([\w-]+):(.*)$/s.exec(part) ?? []
    const option = options.find((each) => each.name === field)
    if (option === undefined) throw new Error(`/${name} has no field ${field}`)
    return { type: option.type, name: field, value: valueFor(option, text.replace(/^True$/, 'true')) }
  })
  return { name, options: values }
}

function filledByWords(commands: readonly Command[], line: string): Filled {
  const [name = '', ...words] = line.replace(/^\//, '').split(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  const command = commands.find((each) => each.name === name)
  if (command === undefined) throw new Error(`no command /${name} is registered`)
  const options = command.options ?? []
  const values: Filled['options'][number][] = []
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const named = /^--(.+)$/.exec(word)?.[1]
    const option = options.find((each) =>
      named === undefined ? !values.some((value) => value.name === each.name) : each.name === named,
    )
    if (option === undefined) throw new Error(`/${name} has no place for ${word}`)
    const text = named === undefined ? word : option.type === BOOLEAN ? 'true' : (words.shift() ?? '')
    values.push({ type: option.type, name: option.name, value: valueFor(option, text.replaceAll('"', '')) })
  }
  return { name, options: values }
}

function valueFor({ type }: CommandOption, text: string): string | number | boolean {
  if (type === BOOLEAN) return text === 'true'
  if (type === INTEGER) return Number(text.replace('#', ''))
  return type === STRING ? text : ''
}
