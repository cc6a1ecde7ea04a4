/** What a person sent in Discord as what the bot understands: who, where, and which words. Pure. */
import type {
  APIApplicationCommandAutocompleteInteraction,
  APIChatInputApplicationCommandInteraction,
  APIInteraction,
  APIMessageComponentInteraction,
  APIModalSubmitInteraction,
} from 'discord.js'
import type { Incoming } from '../../src/ports/chat.ts'
import type { CommandForm, FormValues } from '../../src/ports/command-form.ts'
import type { Actor } from '../../src/release/actor.ts'
import { withWords } from '../../src/release/button-book.ts'
import type { Button } from '../../src/release/card.ts'
import type { Place } from '../../src/release/deployment.ts'

/** Of an interaction, by what people do. */
export type Sent =
  | { readonly kind: 'command'; readonly interaction: APIChatInputApplicationCommandInteraction }
  | { readonly kind: 'filling'; readonly interaction: APIApplicationCommandAutocompleteInteraction }
  | { readonly kind: 'press'; readonly interaction: APIMessageComponentInteraction; readonly id: string }
  | {
      readonly kind: 'form'
      readonly interaction: APIModalSubmitInteraction
      readonly id: string
      readonly text: string
    }
  | { readonly kind: 'other' }

const COMMAND = 2
const COMPONENT = 3
const AUTOCOMPLETE = 4
const MODAL = 5
const THREADS: readonly number[] = [10, 11, 12]

export function sentOf(interaction: APIInteraction): Sent {
  switch (interaction.type as number) {
    case COMMAND:
      return { kind: 'command', interaction: interaction as APIChatInputApplicationCommandInteraction }
    case AUTOCOMPLETE:
      return { kind: 'filling', interaction: interaction as APIApplicationCommandAutocompleteInteraction }
    case COMPONENT: {
      const press = interaction as APIMessageComponentInteraction
      return { kind: 'press', interaction: press, id: press.data.custom_id }
    }
    case MODAL: {
      const form = interaction as APIModalSubmitInteraction
      return { kind: 'form', interaction: form, id: form.data.custom_id, text: writtenIn(form) }
    }
    default:
      return { kind: 'other' }
  }
}

/** The line that a filled-in command stands for. */
export function lineOf(
  { data }: Pick<APIChatInputApplicationCommandInteraction, 'data'>,
  forms: readonly CommandForm[],
): string {
  const form = forms.find(({ name }) => name === data.name)
  return form === undefined ? data.name : form.write(valuesOf({ data }))
}

/** What stands in the fields of a command. */
export function valuesOf({ data }: { readonly data: object }): FormValues {
  const options = 'options' in data && Array.isArray(data.options) ? (data.options as readonly Filled[]) : []
  return Object.fromEntries(options.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])))
}

interface Filled {
  readonly name: string
  readonly value?: FormValues[string]
}

/** The line that a press stands for; `words`: what was written beside it. */
export function pressed(button: Button, words = ''): Pick<Incoming, 'text' | 'digest'> {
  const text = withWords(button.command, words)
  return button.gate === undefined ? { text } : { text, digest: button.gate.digest }
}

/** Who sent it, with the roles they have at this moment. Undefined outside a server, where nobody has roles. */
export function actorOf({ member }: APIInteraction): Actor | undefined {
  if (member === undefined) return undefined
  const { user, nick, roles } = member
  return {
    platform: 'discord',
    account: user.id,
    name: nick ?? user.global_name ?? user.username,
    groups: roles,
    vouched: user.bot !== true,
  }
}

/** The channel, also of what was sent in a thread of it: what is asked for there gets a thread of its own. */
export function placeOf({ channel }: APIInteraction): Place | undefined {
  if (channel === undefined) return undefined
  const parent = THREADS.includes(channel.type) && 'parent_id' in channel ? channel.parent_id : undefined
  return { platform: 'discord', channel: typeof parent === 'string' ? parent : channel.id }
}

/** When it was sent, ms since the epoch: an id holds its time, counted from the first second of 2015. */
export function sentAt({ id }: Pick<APIInteraction, 'id'>): number {
  return Number(BigInt(id) >> 22n) + 1_420_070_400_000
}

/** The text of the first field of a form. */
function writtenIn({ data }: APIModalSubmitInteraction): string {
  const parts = data.components.flatMap((row) => ('components' in row ? row.components : []))
  const value = parts.map((part) => ('value' in part ? part.value : undefined)).find((each) => typeof each === 'string')
  return value?.replace(/\s+/g, ' ').trim() ?? ''
}
