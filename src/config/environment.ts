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

/** What is wrong with a variable. Never holds the value of a secret. */
export interface EnvironmentMistake {
  readonly name: string
  readonly what: string
  readonly remedy: string
}

export type Environment = Readonly<Record<string, string | undefined>>
type Contents = Readonly<Record<string, string>>
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
export function readEnvironment(
  env: Environment,
  contents: Contents = {},
):
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly mistakes: readonly EnvironmentMistake[] } {
  const values = valuesOf(env, contents)
  const single = VARIABLES.flatMap(({ name, secret }) => {
    const fault = (secret ? fileFault(name, env, contents) : undefined) ?? valueFault(name, values)
    return fault === undefined ? [] : [{ name, ...fault }]
  })
  const mistakes = [...single, ...combinationFaults(values)]
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, settings: settingsOf(values) }
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
    configFile: values.SLIPWAY_CONFIG ?? '',
    dataFolder: values.SLIPWAY_DATA ?? '',
    logLevel: LEVELS.find((level) => level === values.LOG_LEVEL) ?? 'info',
    logBytes: Number(values.SLIPWAY_LOG_MB) * 1024 ** 2,
    ...(values.SLIPWAY_SIGNING_KEY_FILE === undefined ? {} : { signingKey: values.SLIPWAY_SIGNING_KEY_FILE }),
    ...(slack === undefined ? {} : { slack }),
    ...(discord === undefined ? {} : { discord }),
    secrets: VARIABLES.flatMap(({ name, secret }) => {
      const value = values[name]
      return secret && value !== undefined ? [{ name, value }] : []
    }),
  }
}

/** Socket Mode where its token is there. */
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
