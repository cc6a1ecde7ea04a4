/** What may stand in which environment variable, and which of them need one another. No sentence repeats a value. */
import { judgeWebAddress } from './addresses.ts'
import { SECRET_VARIABLES, VARIABLES, type Variable, type VariableName } from './environment-table.ts'

export type Values = Readonly<Partial<Record<VariableName, string>>>

interface Fault {
  readonly what: string
  readonly remedy: string
}

/** Finds fault with one value, or not. */
type Judge = (value: string) => Fault | undefined

/** A value of fewer characters is no secret. */
export const SHORTEST_SECRET = 8

/** What is wrong with the value of a variable by itself. */
export function faultOf(name: VariableName, value: string): Fault | undefined {
  const judges = [...(SECRET_VARIABLES.includes(name) ? [secret(name)] : []), ...(JUDGES[name] ?? [])]
  return judges.map((judge) => judge(value)).find((fault) => fault !== undefined)
}

/** Variables that are missing beside others, or too many. */
export function combinationFaults(values: Values): readonly (Fault & { readonly name: VariableName })[] {
  return COMBINATIONS.flatMap(({ fails, ...fault }) => (fails(values) ? [fault] : []))
}

const secret =
  (name: VariableName): Judge =>
  (value) => {
    if (/^(["']).*\1$/s.test(value)) return { what: `${name} has quotes around it.`, remedy: 'Take the quotes away.' }
    if (/\s/.test(value)) return { what: `${name} holds white space.`, remedy: 'Copy it again, on one line.' }
    if (value.length >= SHORTEST_SECRET) return undefined
    return {
      what: `${name} is too short to be a secret.`,
      remedy: `Copy it whole; at least ${SHORTEST_SECRET} characters are needed.`,
    }
  }

/** A value that belongs into another variable, told by its beginning. */
const mixedUp =
  (name: VariableName, looks: readonly (readonly [RegExp, string])[]): Judge =>
  (value) => {
    const found = looks.find(([pattern]) => pattern.test(value))
    if (found === undefined) return undefined
    return { what: `${name} holds ${found[1]}.`, remedy: foundAt(name) }
  }

const shaped =
  (pattern: RegExp, what: string, remedy: string): Judge =>
  (value) =>
    pattern.test(value) ? undefined : { what, remedy }

const address =
  (name: VariableName): Judge =>
  (value) => {
    const [what, remedy] = judgeWebAddress(value)?.split('\n') ?? []
    return what === undefined || remedy === undefined
      ? undefined
      : { what: what.replaceAll('"{written}"', `The address in ${name}`), remedy }
  }

const APP_TOKEN = [/^xapp-/, 'the app-level token, which belongs into SLACK_APP_TOKEN'] as const
const BOT_TOKEN = [/^xoxb-/, 'the bot token of Slack, which belongs into SLACK_BOT_TOKEN'] as const
const USER_TOKEN = [/^xox[a-z]-/, 'another kind of Slack token'] as const
const DIGITS = /^\d{5,20}$/

const JUDGES: Partial<Record<VariableName, readonly Judge[]>> = {
  SLACK_BOT_TOKEN: [
    mixedUp('SLACK_BOT_TOKEN', [APP_TOKEN, [/^xox[ac-z]-/, USER_TOKEN[1]]]),
    shaped(/^xoxb-/, 'SLACK_BOT_TOKEN is not a bot token.', foundAt('SLACK_BOT_TOKEN')),
  ],
  SLACK_APP_TOKEN: [
    mixedUp('SLACK_APP_TOKEN', [BOT_TOKEN, USER_TOKEN]),
    shaped(/^xapp-/, 'SLACK_APP_TOKEN is not an app-level token.', foundAt('SLACK_APP_TOKEN')),
  ],
  SLACK_SIGNING_SECRET: [mixedUp('SLACK_SIGNING_SECRET', [APP_TOKEN, BOT_TOKEN, USER_TOKEN])],
  SLACK_PORT: [
    shaped(
      /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
      'SLACK_PORT is not a port.',
      'Write a number from 1 to 65535, such as 3000.',
    ),
  ],
  SLACK_API_URL: [address('SLACK_API_URL')],
  DISCORD_TOKEN: [
    mixedUp('DISCORD_TOKEN', [
      APP_TOKEN,
      BOT_TOKEN,
      USER_TOKEN,
      [/^\d+$/, 'an id, not a token'],
      [/^[0-9a-f]{64}$/, 'the public key of the application, not the token of its bot'],
      [/^[\w-]{32}$/, 'the client secret of the application, not the token of its bot'],
    ]),
  ],
  DISCORD_APPLICATION_ID: [
    shaped(DIGITS, 'DISCORD_APPLICATION_ID is not an id.', 'Copy the Application ID, digits alone.'),
  ],
  DISCORD_GUILD_ID: [shaped(DIGITS, 'DISCORD_GUILD_ID is not an id.', 'Copy the Server ID, digits alone.')],
  DISCORD_API_URL: [address('DISCORD_API_URL')],
  DISCORD_API_VERSION: [shaped(/^\d{1,2}$/, 'DISCORD_API_VERSION is not a version.', 'Write a number, such as 10.')],
  SLIPWAY_LOG_MB: [
    shaped(
      /^[1-9]\d{0,4}$/,
      'SLIPWAY_LOG_MB is not a size.',
      'Write a whole number of MB from 1 to 99999, such as 64.',
    ),
  ],
  LOG_LEVEL: [shaped(/^(?:error|warn|info|debug)$/, 'LOG_LEVEL is not a level.', 'Write error, warn, info or debug.')],
  SLIPWAY_DATA: [
    shaped(/^(?!~\/)/, 'The folder for data is below ~, and HOME is not set.', 'Set HOME or an absolute SLIPWAY_DATA.'),
  ],
  SLIPWAY_CONFIG: [
    shaped(/^(?!~\/)/, 'The configuration is below ~, and HOME is not set.', 'Set HOME or an absolute SLIPWAY_CONFIG.'),
  ],
}

/** Where the value of a variable is found, one sentence. */
function foundAt(name: VariableName): string {
  const variables: readonly Variable[] = VARIABLES
  return `${name} is found at ${variables.find((variable) => variable.name === name)?.found}.`
}

const has =
  (...names: readonly VariableName[]) =>
  (values: Values) =>
    names.every((name) => values[name] !== undefined)
const hasAny =
  (...names: readonly VariableName[]) =>
  (values: Values) =>
    names.some((name) => values[name] !== undefined)

const COMBINATIONS: readonly (Fault & { readonly name: VariableName; readonly fails: (values: Values) => boolean })[] =
  [
    {
      name: 'SLACK_BOT_TOKEN',
      fails: (values) => hasAny('SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET')(values) && !has('SLACK_BOT_TOKEN')(values),
      what: 'SLACK_BOT_TOKEN is missing beside the other settings of Slack.',
      remedy: `Set it. ${foundAt('SLACK_BOT_TOKEN')}`,
    },
    {
      name: 'SLACK_APP_TOKEN',
      fails: (values) => has('SLACK_BOT_TOKEN')(values) && !hasAny('SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET')(values),
      what: 'There is a SLACK_BOT_TOKEN, but no way for Slack to reach the bot.',
      remedy: `Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET and SLACK_PORT for HTTP. ${foundAt('SLACK_APP_TOKEN')}`,
    },
    {
      name: 'SLACK_SIGNING_SECRET',
      fails: has('SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'),
      what: 'SLACK_APP_TOKEN asks for Socket Mode, and SLACK_SIGNING_SECRET for HTTP.',
      remedy: 'Take SLACK_SIGNING_SECRET out to use Socket Mode, or SLACK_APP_TOKEN to use HTTP.',
    },
    {
      name: 'SLACK_PORT',
      fails: (values) => has('SLACK_SIGNING_SECRET')(values) && !hasAny('SLACK_PORT', 'SLACK_APP_TOKEN')(values),
      what: 'SLACK_SIGNING_SECRET asks for HTTP, and SLACK_PORT is missing.',
      remedy: 'Set SLACK_PORT, such as 3000.',
    },
    {
      name: 'SLACK_SIGNING_SECRET',
      fails: (values) => has('SLACK_PORT')(values) && !hasAny('SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN')(values),
      what: 'SLACK_PORT asks for HTTP, and SLACK_SIGNING_SECRET is missing.',
      remedy: `Set it. ${foundAt('SLACK_SIGNING_SECRET')}`,
    },
    {
      name: 'DISCORD_TOKEN',
      fails: (values) => hasAny('DISCORD_APPLICATION_ID', 'DISCORD_GUILD_ID')(values) && !has('DISCORD_TOKEN')(values),
      what: 'DISCORD_TOKEN is missing beside the other settings of Discord.',
      remedy: `Set it. ${foundAt('DISCORD_TOKEN')}`,
    },
    ...(['DISCORD_APPLICATION_ID', 'DISCORD_GUILD_ID'] as const).map((name) => ({
      name,
      fails: (values: Values) => has('DISCORD_TOKEN')(values) && !has(name)(values),
      what: `There is a DISCORD_TOKEN, and ${name} is missing.`,
      remedy: `Set it. ${foundAt(name)}`,
    })),
  ]
