/** The slash commands of the server, made from the table of commands and written only where they differ. */
import type { APIApplicationCommand } from 'discord.js'
import type { CommandForm, FormField } from '../../src/ports/command-form.ts'
import { problem } from '../../src/release/problems.ts'
import { cutText } from './markdown.ts'
import { answered, inviteLink, spoken } from './refusals.ts'
import { type Ask, refusalOf } from './rest.ts'

const LONGEST_ABOUT = 100
const MOST_CHOICES = 25
const TYPES = { text: 3, number: 4, flag: 5 } as const

export interface RegistrationOptions {
  readonly ask: Ask
  readonly applicationId: string
  readonly guildId: string
  readonly forms: readonly CommandForm[]
}

/** Registers the commands where they changed. A refusal comes back as a sentence; what passes by itself rejects. */
export async function register({
  ask,
  applicationId,
  guildId,
  forms,
}: RegistrationOptions): Promise<string | undefined> {
  const path = `/applications/${applicationId}/guilds/${guildId}/commands` as const
  const wanted = forms.map(commandOf)
  try {
    const there = (await ask({ method: 'GET', path })) as readonly APIApplicationCommand[]
    if (isSame(there, wanted)) return undefined
    await ask({ method: 'PUT', path, body: wanted })
    return undefined
  } catch (error) {
    if (refusalOf(error) === undefined) throw error
    const values = { guild: guildId, answer: answered(error), invite: inviteLink(applicationId) }
    return spoken(problem('discord.registration', values))
  }
}

/** One command as it is registered. Nobody is kept from seeing it: who may use it is asked at every use. */
function commandOf({ name, summary, fields }: CommandForm) {
  return { name, type: 1, description: cutText(summary, LONGEST_ABOUT), options: fields.map(optionOf) }
}

function optionOf({ name, about, kind, required, choices = [], suggests }: FormField) {
  const listed = choices.length > 0 && choices.length <= MOST_CHOICES
  return {
    name,
    type: TYPES[kind],
    description: cutText(about, LONGEST_ABOUT),
    required,
    ...(listed ? { choices: choices.map((value) => ({ name: value, value })) } : suggests && { autocomplete: true }),
  }
}

type Registered = ReturnType<typeof commandOf>

/** Discord leaves out what is false or empty, and adds ids of its own. */
function isSame(there: readonly APIApplicationCommand[], wanted: readonly Registered[]): boolean {
  const ours = there.map(({ name, description, options = [] }) => ({ name, description, options: options as never }))
  return JSON.stringify(ours.map(essence).toSorted()) === JSON.stringify(wanted.map(essence).toSorted())
}

function essence({ name, description, options }: Pick<Registered, 'name' | 'description' | 'options'>): string {
  const known = options.map((option) => [
    option.name,
    option.type,
    option.description,
    option.required === true,
    'autocomplete' in option && option.autocomplete === true,
    'choices' in option ? (option.choices ?? []).map((choice) => [choice.name, choice.value]) : [],
  ])
  return JSON.stringify([name, description, known])
}
