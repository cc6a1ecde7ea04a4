/** Every environment variable the bot reads, as data: the reader and `.env.example` are made from it. */

export interface Variable {
  readonly name: string
  /** Masked everywhere, at least 8 characters, and also taken from the file that NAME_FILE names. */
  readonly secret: boolean
  /** What it is for, one sentence. */
  readonly purpose: string
  /** Where its value is found, one sentence. */
  readonly found?: string
  /** Used when it is not set; `~/` stands for HOME. */
  readonly standard?: string
}

const plain = (name: string, purpose: string, more: Partial<Variable> = {}) => ({
  name,
  secret: false,
  purpose,
  ...more,
})
const secret = (name: string, purpose: string, found: string) => ({ name, secret: true, purpose, found })

export const VARIABLES = [
  plain('SLIPWAY_CONFIG', 'The configuration: which projects there are and who may release them.', {
    standard: './slipway.yaml',
  }),
  plain('SLIPWAY_DATA', 'The folder for journal, logs, clones and certificates.', {
    standard: '~/.local/share/slipway',
  }),
  plain(
    'SLIPWAY_SIGNING_KEY_FILE',
    'The Ed25519 key, PEM, mode 0600, that certificates are signed with. Left out: one that is made in SLIPWAY_DATA.',
    { found: 'openssl genpkey -algorithm ed25519 -out FILE makes one' },
  ),
  plain(
    'SLIPWAY_LOG_MB',
    'How many MB the log of one step may hold; of what a program prints beyond that, the middle is left out.',
    { standard: '64' },
  ),
  plain(
    'LOG_LEVEL',
    'What goes to standard error: error, warn or info; debug tells every event of every deployment too.',
    { standard: 'info' },
  ),
  secret(
    'SLACK_BOT_TOKEN',
    'Lets the bot speak in Slack.',
    'api.slack.com/apps, your app, OAuth & Permissions: Bot User OAuth Token, xoxb-…',
  ),
  secret(
    'SLACK_APP_TOKEN',
    'Socket Mode: Slack reaches the bot without an open port.',
    'api.slack.com/apps, your app, Basic Information, App-Level Tokens, scope connections:write: xapp-…',
  ),
  secret(
    'SLACK_SIGNING_SECRET',
    'HTTP, in place of Socket Mode: proves that a request comes from Slack.',
    'api.slack.com/apps, your app, Basic Information, App Credentials: Signing Secret',
  ),
  plain(
    'SLACK_PORT',
    'HTTP: the port to listen on; Slack calls /slack/events there. Socket Mode: the port of /healthz, where it is wanted.',
  ),
  plain('SLACK_API_URL', 'The address of the Slack Web API.', { standard: 'https://slack.com/api/' }),
  secret(
    'DISCORD_TOKEN',
    'Lets the bot speak in Discord.',
    'discord.com/developers/applications, your application, Bot, Reset Token',
  ),
  plain('DISCORD_APPLICATION_ID', 'The application that the commands are registered for.', {
    found: 'discord.com/developers/applications, your application, General Information: Application ID',
  }),
  plain('DISCORD_GUILD_ID', 'The server that the commands are registered in.', {
    found: 'Discord with developer mode on: right-click the server, Copy Server ID',
  }),
  plain('DISCORD_API_URL', 'The address of the Discord API, without its version.', {
    standard: 'https://discord.com/api',
  }),
  plain('DISCORD_API_VERSION', 'The version of the Discord API.', { standard: '10' }),
] as const satisfies readonly Variable[]

export type VariableName = (typeof VARIABLES)[number]['name']

export const SECRET_VARIABLES: readonly string[] = VARIABLES.filter(({ secret }) => secret).map(({ name }) => name)

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  const head = [
    '# The environment of Slipway. Copy this to .env, mode 0600, and fill in one chat platform or both.',
    '# Without a chat token the bot speaks in the terminal. A secret can also be read from a file: NAME_FILE=/path.',
  ]
  return [head, ...VARIABLES.map(lines)].map((part) => `${part.join('\n')}\n`).join('\n')
}

function lines({ name, purpose, found, standard }: Variable): readonly string[] {
  const comments = [purpose, ...(found === undefined ? [] : [`Found at: ${found}`])].map((text) => `# ${text}`)
  return [...comments, standard === undefined ? `${name}=` : `# ${name}=${standard}`]
}
