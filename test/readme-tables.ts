/** The tables of the README as they follow from the program: a row for each command, setting, variable and phase. */
import { type Command, type Field, optionsOf, wordsOf } from '../commands/command.ts'
import { COMMANDS } from '../commands/table.ts'
import { VARIABLES, type Variable } from '../src/config/environment-table.ts'
import { jsonSchemaText } from '../src/config/json-schema.ts'
import { type Branch, TREE } from '../src/release/diagnosis/tree.ts'
import { PHASES, PLAN } from '../src/release/plan.ts'
import { FIXES, PROBES } from '../src/release/recovery.ts'

/** The parts of a JSON schema that a row is made of. */
interface Node {
  readonly description?: string
  readonly default?: unknown
  readonly const?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly additionalProperties?: Node | false
  readonly anyOf?: readonly Node[]
  readonly oneOf?: readonly Node[]
}

/** The command, what stands behind it, and what each is for. */
export function commandRows(): readonly string[] {
  return Object.values(COMMANDS).flatMap((each) => {
    const command = each as Command
    const parts = [...wordsOf(command), ...optionsOf(command)]
    const usage = [command.name, ...wordsOf(command).map(([, word]) => written(word))].join(' ')
    return [
      row(`\`/${usage}\``, '', command.summary, command.permission),
      ...parts.map(([, field]) => row('', `\`${written(field)}\``, field.about, '')),
    ]
  })
}

export function variableRows(): readonly string[] {
  return (VARIABLES as readonly Variable[]).map(({ name, purpose, standard }) =>
    row(`\`${name}\``, purpose, standard === undefined ? 'none' : `\`${standard}\``),
  )
}

/** Every step of a phase, in the order of the plan. */
export function phaseRows(): readonly string[] {
  const steps = Object.entries(PLAN)
  return PHASES.map(({ name, title }) => {
    const own = steps.filter(([, { phase }]) => phase === name)
    return row(title, own.map(([step, { title }]) => `${title} (\`${step}\`)`).join('; '))
  })
}

/** Every branch of the troubleshooting tree: its questions in their order, and what users would meet. */
export function branchRows(): readonly string[] {
  return Object.values<Branch>(TREE).map(({ title, questions, consequence }) =>
    row(title, questions.map(({ probe }) => PROBES[probe].title).join(' '), consequence),
  )
}

/** Every fix, and whether it is done unasked. */
export function fixRows(): readonly string[] {
  return Object.entries(FIXES).map(([name, fix]) => {
    const how = fix.risk === 'safe' ? 'unasked' : 'after a press'
    return row(fix.title, `\`${name}\``, 'early' in fix ? `${how}, while nothing of it is public` : how)
  })
}

/** Every key of slipway.yaml; those of a project without `projects.<name>.` in front. What stands in several places is written out once. */
export function settingRows(): readonly string[] {
  const seen = new Map<string, string>()
  return keysOf(JSON.parse(jsonSchemaText()) as Node, '', seen).map((each) => row(...each))
}

type Key = readonly [key: string, meaning: string, standard: string]

function keysOf(node: Node, path: string, seen: Map<string, string>): readonly Key[] {
  const { properties = {}, required = [] } = node
  return Object.entries(properties).flatMap(([name, inner]) => {
    const key = path === '' ? name : `${path}.${name}`
    const { at, inside } = opened(inner, key)
    const shape = JSON.stringify([inside.map(({ properties }) => properties)])
    const before = inside.length === 0 ? undefined : seen.get(shape)
    if (inside.length > 0 && before === undefined) seen.set(shape, at)
    const like = before === undefined ? '' : `; keys as in \`${shown(before)}\``
    const own: Key = [`\`${shown(key)}\``, `${inner.description}${like}`, standardOf(inner, required.includes(name))]
    const below = inside.length === 1 ? keysOf(inside[0] ?? {}, at, seen) : kindsOf(inside, at, seen)
    return [own, ...(before === undefined ? below : [])]
  })
}

/** Where the keys of a value stand: in it, in each of its items, under each of its names, or in one of its kinds. */
function opened(node: Node, key: string): { readonly at: string; readonly inside: readonly Node[] } {
  if (node.items) return opened(node.items, `${key}[]`)
  if (node.properties) return { at: key, inside: [node] }
  const named = node.additionalProperties
  if (named) return named.properties ? opened(named, `${key}.<name>`) : { at: key, inside: [] }
  return { at: key, inside: (node.oneOf ?? node.anyOf ?? []).filter(({ properties }) => properties !== undefined) }
}

/** The keys of a value with a `kind`, each with the kinds that have it, unless all do. */
function kindsOf(kinds: readonly Node[], path: string, seen: Map<string, string>): readonly Key[] {
  if (kinds.length === 0) return []
  const each = kinds.map((node) => ({ name: kindOf(node), keys: keysOf(withoutKind(node), path, new Map(seen)) }))
  const single = new Map(each.flatMap(({ keys }) => keys).map((key) => [key.join(), key]))
  const fields = [...single].map(([id, [key, meaning, standard]]): Key => {
    const having = each.filter(({ keys }) => keys.some((one) => one.join() === id)).map(({ name }) => name)
    return [key, having.length === kinds.length ? meaning : `${having.join(', ')}: ${meaning}`, standard]
  })
  const names = each.map(({ name }) => name)
  return [[`\`${shown(path)}.kind\``, `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`, 'required'], ...fields]
}

function kindOf({ properties }: Node): string {
  return properties?.kind?.const ?? ''
}

function withoutKind(node: Node): Node {
  const { properties = {} } = node
  return { ...node, properties: Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'kind')) }
}

/** Empty where the keys below have defaults of their own. */
function standardOf({ default: standard, properties }: Node, required: boolean): string {
  if (required) return 'required'
  if (standard === undefined) return 'none'
  if (properties !== undefined) return ''
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``
}

function shown(key: string): string {
  return key.replace(/^projects\.<name>\./, '')
}

function written(field: Field): string {
  if (field.as === 'flag') return `--${field.name}`
  if (field.as === 'option') return `--${field.name} ${field.shown}`
  return field.required ? field.shown : `[${field.shown}]`
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll('|  |', '| |')
}
