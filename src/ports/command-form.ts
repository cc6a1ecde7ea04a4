/** A command as a form, for platforms where people fill in fields instead of typing a line. */
import type { Actor } from '../release/actor.ts'
import type { Place } from '../release/deployment.ts'

export interface CommandForm {
  readonly name: string
  /** What it does, one sentence. */
  readonly summary: string
  /** Required ones first. */
  readonly fields: readonly FormField[]
  /** The line that the filled form stands for, such as `deploy 3.1.3 --dry-run`; values by the names of the fields. */
  write(values: FormValues): string
  /** What a typed line fills in; undefined where it is not understood as a whole. */
  read(line: string): FormValues | undefined
}

/** Values by the names of their fields. */
export type FormValues = Readonly<Record<string, string | number | boolean>>

export interface FormField {
  readonly name: string
  readonly about: string
  readonly kind: 'text' | 'number' | 'flag'
  readonly required: boolean
  /** What can be in it, where that is known beforehand. */
  readonly choices?: readonly string[]
  /** Something can be suggested while it is filled in. */
  readonly suggests: boolean
}

export interface Suggestion {
  /** How it reads in a list. */
  readonly shown: string
  readonly value: string | number
}

/** Who fills in a form, and where. */
export interface Filling {
  readonly actor: Actor
  readonly place: Place
  /** What stands in the other fields already. */
  readonly values?: FormValues
}

/** What could stand in a field, the likeliest first. Never rejects. */
export type Suggest = (form: string, field: string, filling: Filling) => Promise<readonly Suggestion[]>
