/** Reads the environment: settings and secrets out, or every mistake at once. Files are read by the caller. */
import { LEVELS, type Level } from '../release/log-level.ts'
import { combinationFaults, faultOf, type Values } from './environment-rules.ts'
import { SECRET_VARIABLES, VARIABLES, type Variable, type VariableName } from './environment-table.ts'

interface SlackSettings {
  readonly botToken: string
  readonly delivery:
    | { readonly kind: 'socket'; readonly appToken: string; readonly port?: number }
    | { readonly kind: 'http'; readonly signingSecret: string; readonly port: number }
  /** Ends with a slash. */
  readonly apiUrl: string
}

interface DiscordSettings {
  readonly token: string
  readonly applicationId: string
  readonly guildId: string
  /** Without a slash at the end. */
  readonly apiUrl: string
  readonly apiVersion: string
}

/** A platform without its tokens is absent; without both, the bot speaks in the terminal. */
export interface Settings {
  readonly configFile: string
  readonly dataFolder: string
  readonly logLevel: Level
  /** What the log of one step may hold. */
  readonly logBytes: number
  /** A given key for certificates. */
  readonly signingKey?: string
  readonly slack?: SlackSettings
  readonly discord?: DiscordSettings
  /** Every secret that is set, for the masker. */
  readonly secrets: readonly { readonly name: string; readonly value: string }[]
}

/** Where things lie, and what is hidden: enough for a program that neither speaks in a chat nor releases. */
export type Places = Pick<Settings, 'configFile' | 'dataFolder' | 'signingKey' | 'secrets'>

const PLACES: readonly VariableName[] = ['SLIPWAY_CONFIG', 'SLIPWAY_DATA', 'SLIPWAY_SIGNING_KEY_FILE']

/** What is wrong with a variable. Never holds the value of a secret. */
export interface EnvironmentMistake {
  readonly name: string
  readonly what: string
  readonly remedy: string
}

export type Read<T> =
  | { readonly ok: true; readonly settings: T }
  | { readonly ok: false; readonly mistakes: readonly EnvironmentMistake[] }

export type Environment = Readonly<Record<string, string | undefined>>
export type Contents = Readonly<Record<string, string>>
/** The files that `NAME_FILE` variables name, to be read before `readEnvironment`. */
export function secretFiles(env: Environment): readonly { readonly name: string; readonly path: string }[] {
  return SECRET_VARIABLES.flatMap((name) => {
    const path = env[`${name}_FILE`]?.trim()
    return path ? [{ name, path }] : []
  })
}

/**
 * The settings of an environment. `contents` holds the texts of `secretFiles` by variable name; what could not be read
 * is left out of it and told as a mistake. Values are trimmed, an empty one counts as not set.
 */
export function readEnvironment(env: Environment, contents: Contents = {}): Read<Settings> {
  const values = valuesOf(env, contents)
  const mistakes = mistakesOf(values, env, contents)
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, settings: settingsOf(values) }
}

/** The same of the places alone: a mistake in any other variable is none. */
export function readPlaces(env: Environment, contents: Contents = {}): Read<Places> {
  const values = valuesOf(env, contents)
  const mistakes = mistakesOf(values, env, contents).filter(({ name }) => PLACES.includes(name))
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, settings: placesOf(values) }
}

function mistakesOf(values: Values, env: Environment, contents: Contents): readonly (Fault & { name: VariableName })[] {
  const single = VARIABLES.flatMap(({ name, secret }) => {
    const fault = (secret ? fileFault(name, env, contents) : undefined) ?? valueFault(name, values)
    return fault === undefined ? [] : [{ name, ...fault }]
  })
  return [...single, ...combinationFaults(values)]
}

function valuesOf(env: Environment, contents: Contents): Values {
  const home = env.HOME?.trim()
  const pairs = VARIABLES.flatMap(({ name, secret, standard }: Variable) => {
    const value = env[name]?.trim() || (secret ? contents[name]?.trim() : undefined) || standard
    return value ? [[name, home ? value.replace(/^~(?=\/)/, () => home) : value]] : []
  })
  return Object.fromEntries(pairs)
}

type Fault = Omit<EnvironmentMistake, 'name'>

function fileFault(name: VariableName, env: Environment, contents: Contents): Fault | undefined {
  const path = env[`${name}_FILE`]?.trim()
  if (!path) return undefined
  if (env[name]?.trim()) return { what: `Both ${name} and ${name}_FILE are set.`, remedy: 'Take one of them out.' }
  const text = contents[name]
  if (text === undefined)
    return {
      what: `The file that ${name}_FILE names could not be read.`,
      remedy: 'See that it is there and that the bot may read it.',
    }
  return text.trim() === ''
    ? { what: `The file that ${name}_FILE names is empty.`, remedy: 'Write the secret into it.' }
    : undefined
}

function valueFault(name: VariableName, values: Values): Fault | undefined {
  const value = values[name]
  return value === undefined ? undefined : faultOf(name, value)
}

/** Only for values without a mistake: what is asked for together is there together. */
function settingsOf(values: Values): Settings {
  const slack = slackOf(values)
  const discord = discordOf(values)
  return {
    ...placesOf(values),
    logLevel: LEVELS.find((level) => level === values.LOG_LEVEL) ?? 'info',
    logBytes: Number(values.SLIPWAY_LOG_MB) * 1024 ** 2,
    ...(slack === undefined ? {} : { slack }),
    ...(discord === undefined ? {} : { discord }),
  }
}

function placesOf({ SLIPWAY_CONFIG = '', SLIPWAY_DATA = '', ...values }: Values): Places {
  const signingKey = values.SLIPWAY_SIGNING_KEY_FILE
  return {
    configFile: SLIPWAY_CONFIG,
    dataFolder: SLIPWAY_DATA,
    ...(signingKey === undefined ? {} : { signingKey }),
    secrets: VARIABLES.flatMap(({ name, secret }) => {
      const value = values[name]
      return secret && value !== undefined ? [{ name, value }] : []
    }),
  }
}

function slackOf(values: Values): SlackSettings | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = values
  const apiUrl = (values.SLACK_API_URL ?? '').replace(/\/*$/, '/')
  if (botToken === undefined) return undefined
  const port = values.SLACK_PORT === undefined ? {} : { port: Number(values.SLACK_PORT) }
  if (appToken !== undefined) return { botToken, delivery: { kind: 'socket', appToken, ...port }, apiUrl }
  if (signingSecret === undefined) return undefined
  return { botToken, delivery: { kind: 'http', signingSecret, port: Number(values.SLACK_PORT) }, apiUrl }
}

function discordOf(values: Values): DiscordSettings | undefined {
  const { DISCORD_TOKEN: token, DISCORD_APPLICATION_ID: applicationId, DISCORD_GUILD_ID: guildId } = values
  if (token === undefined || applicationId === undefined || guildId === undefined) return undefined
  const apiUrl = (values.DISCORD_API_URL ?? '').replace(/\/*$/, '')
  return { token, applicationId, guildId, apiUrl, apiVersion: values.DISCORD_API_VERSION ?? '' }
}
