import { describe, expect, test } from 'vitest'
import { readEnvironment, readPlaces, secretFiles } from '../../src/config/environment.ts'

const HOME = { HOME: '/home/ana' }
const SLACK = { ...HOME, SLACK_BOT_TOKEN: 'xoxb-0000-example', SLACK_APP_TOKEN: 'xapp-0000-example' }
const HTTP = {
  ...HOME,
  SLACK_BOT_TOKEN: 'xoxb-0000-example',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
  SLACK_PORT: '3000',
}
const DISCORD = {
  ...HOME,
  DISCORD_TOKEN: 'MTE4.example.of-a-token',
  DISCORD_APPLICATION_ID: '118100001',
  DISCORD_GUILD_ID: '118100002',
}

const settingsOf = (env: Record<string, string>, contents?: Record<string, string>) => {
  const read = readEnvironment(env, contents)
  return read.ok ? read.settings : read.mistakes
}
const mistakesOf = (env: Record<string, string>, contents?: Record<string, string>) => {
  const read = readEnvironment(env, contents)
  return read.ok ? [] : read.mistakes
}

describe('settings', () => {
  test('with nothing but a home folder the bot speaks in the terminal', () => {
    expect(settingsOf(HOME)).toEqual({
      configFile: './slipway.yaml',
      dataFolder: '/home/ana/.local/share/slipway',
      logLevel: 'info',
      logBytes: 64 * 1024 * 1024,
      secrets: [],
    })
  })

  test('places are read past a mistake in anything else, with every secret for the masker', () => {
    const env = { ...HOME, DISCORD_TOKEN: DISCORD.DISCORD_TOKEN, LOG_LEVEL: 'loud' }
    expect(readPlaces(env)).toEqual({
      ok: true,
      settings: {
        configFile: './slipway.yaml',
        dataFolder: '/home/ana/.local/share/slipway',
        secrets: [{ name: 'DISCORD_TOKEN', value: DISCORD.DISCORD_TOKEN }],
      },
    })
    expect(readPlaces({})).toMatchObject({ ok: false, mistakes: [{ name: 'SLIPWAY_DATA' }] })
  })

  test('Socket Mode, HTTP and Discord, with secrets for the masker', () => {
    expect(settingsOf(SLACK)).toMatchObject({
      slack: {
        botToken: 'xoxb-0000-example',
        delivery: { kind: 'socket', appToken: 'xapp-0000-example' },
        apiUrl: 'https://slack.com/api/',
      },
      secrets: [
        { name: 'SLACK_BOT_TOKEN', value: 'xoxb-0000-example' },
        { name: 'SLACK_APP_TOKEN', value: 'xapp-0000-example' },
      ],
    })
    expect(settingsOf(HTTP)).toMatchObject({
      slack: { delivery: { kind: 'http', signingSecret: '0123456789abcdef', port: 3000 } },
    })
    expect(settingsOf({ ...DISCORD, DISCORD_API_URL: 'http://127.0.0.1:4000/api/' })).toMatchObject({
      discord: {
        applicationId: '118100001',
        guildId: '118100002',
        apiUrl: 'http://127.0.0.1:4000/api',
        apiVersion: '10',
      },
    })
  })

  test('values are trimmed, empty ones count as not set', () => {
    const env = {
      ...SLACK,
      SLACK_BOT_TOKEN: ' xoxb-0000-example\n',
      SLACK_PORT: '',
      DISCORD_TOKEN: '  ',
      SLIPWAY_DATA: '~/data',
    }
    expect(settingsOf(env)).toMatchObject({ slack: { botToken: 'xoxb-0000-example' }, dataFolder: '/home/ana/data' })
  })

  test('a secret may lie in a file, which the caller reads', () => {
    const { SLACK_BOT_TOKEN: token, ...rest } = SLACK
    const env = { ...rest, SLACK_BOT_TOKEN_FILE: '/run/secrets/slack' }
    expect(secretFiles(env)).toEqual([{ name: 'SLACK_BOT_TOKEN', path: '/run/secrets/slack' }])
    expect(settingsOf(env, { SLACK_BOT_TOKEN: `${token}\n` })).toMatchObject({ slack: { botToken: token } })
  })
})

test.each([
  [
    'the app token as bot token',
    { ...SLACK, SLACK_BOT_TOKEN: 'xapp-0000-example' },
    'SLACK_BOT_TOKEN',
    'which belongs into SLACK_APP_TOKEN',
  ],
  [
    'the bot token as app token',
    { ...SLACK, SLACK_APP_TOKEN: 'xoxb-0000-example' },
    'SLACK_APP_TOKEN',
    'which belongs into SLACK_BOT_TOKEN',
  ],
  [
    'a user token as bot token',
    { ...SLACK, SLACK_BOT_TOKEN: 'xoxp-0000-example' },
    'SLACK_BOT_TOKEN',
    'another kind of Slack token',
  ],
  [
    'anything else as bot token',
    { ...SLACK, SLACK_BOT_TOKEN: 'hunter22-example' },
    'SLACK_BOT_TOKEN',
    'is found at api.slack.com/apps, your app, OAuth & Permissions',
  ],
  [
    'a token as signing secret',
    { ...HTTP, SLACK_SIGNING_SECRET: 'xapp-0000-example' },
    'SLACK_SIGNING_SECRET',
    'app-level token',
  ],
  ['a short secret', { ...HTTP, SLACK_SIGNING_SECRET: '1234567' }, 'SLACK_SIGNING_SECRET', 'too short to be a secret'],
  ['quotes', { ...SLACK, SLACK_BOT_TOKEN: '"xoxb-0000-example"' }, 'SLACK_BOT_TOKEN', 'Take the quotes away'],
  ['white space', { ...SLACK, SLACK_BOT_TOKEN: 'xoxb-0000 example' }, 'SLACK_BOT_TOKEN', 'white space'],
  [
    'the public key as Discord token',
    { ...DISCORD, DISCORD_TOKEN: 'a1'.repeat(32) },
    'DISCORD_TOKEN',
    'the public key',
  ],
  ['an id as Discord token', { ...DISCORD, DISCORD_TOKEN: '118100000001' }, 'DISCORD_TOKEN', 'an id, not a token'],
  ['no bot token', { ...HOME, SLACK_APP_TOKEN: 'xapp-0000-example' }, 'SLACK_BOT_TOKEN', 'is missing'],
  [
    'no way to be reached',
    { ...HOME, SLACK_BOT_TOKEN: 'xoxb-0000-example' },
    'SLACK_APP_TOKEN',
    'no way for Slack to reach the bot',
  ],
  [
    'both ways for Slack to reach the bot',
    { ...HTTP, ...SLACK },
    'SLACK_SIGNING_SECRET',
    'Take SLACK_SIGNING_SECRET out to use Socket Mode, or SLACK_APP_TOKEN to use HTTP.',
  ],
  ['a size that is none', { ...HOME, SLIPWAY_LOG_MB: '64 MB' }, 'SLIPWAY_LOG_MB', 'whole number of MB'],
  ['HTTP without a port', { ...HTTP, SLACK_PORT: '' }, 'SLACK_PORT', 'SLACK_PORT is missing'],
  ['a port without HTTP', { ...HOME, SLACK_PORT: '3000', SLACK_BOT_TOKEN: '' }, 'SLACK_SIGNING_SECRET', 'is missing'],
  ['a port that is none', { ...HTTP, SLACK_PORT: '65536' }, 'SLACK_PORT', 'is not a port'],
  ['no guild', { ...DISCORD, DISCORD_GUILD_ID: '' }, 'DISCORD_GUILD_ID', 'is missing'],
  ['no Discord token', { ...DISCORD, DISCORD_TOKEN: '' }, 'DISCORD_TOKEN', 'is missing beside the other settings'],
  [
    'an unencrypted address',
    { ...SLACK, SLACK_API_URL: 'http://slack.example/api' },
    'SLACK_API_URL',
    'is not encrypted',
  ],
  [
    'an address with credentials',
    { ...SLACK, SLACK_API_URL: 'https://a:b@slack.example' },
    'SLACK_API_URL',
    'holds credentials',
  ],
  [
    'no address',
    { ...DISCORD, DISCORD_API_URL: 'discord' },
    'DISCORD_API_URL',
    'The address in DISCORD_API_URL is not a web address',
  ],
  ['a level that is none', { ...HOME, LOG_LEVEL: 'loud' }, 'LOG_LEVEL', 'Write error, warn, info or debug'],
  ['no home', { HOME: '' }, 'SLIPWAY_DATA', 'HOME is not set'],
  [
    'a secret twice',
    { ...SLACK, SLACK_BOT_TOKEN_FILE: '/run/x' },
    'SLACK_BOT_TOKEN',
    'Both SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE',
  ],
])('%s is one mistake', (_, env, name, says) => {
  const found = mistakesOf(env)
  expect(found.map((mistake) => mistake.name)).toEqual([name])
  expect(`${found[0]?.what} ${found[0]?.remedy}`).toContain(says)
})

test.each([
  ['SLACK_BOT_TOKEN', { ...SLACK, SLACK_BOT_TOKEN: 'xapp-0000-example' }, 'OAuth & Permissions'],
  ['SLACK_BOT_TOKEN', { ...SLACK, SLACK_BOT_TOKEN: '' }, 'OAuth & Permissions'],
  ['SLACK_APP_TOKEN', { ...SLACK, SLACK_APP_TOKEN: 'xoxb-0000-example' }, 'App-Level Tokens'],
  ['SLACK_APP_TOKEN', { ...SLACK, SLACK_APP_TOKEN: 'hunter22-example' }, 'App-Level Tokens'],
  ['SLACK_APP_TOKEN', { ...SLACK, SLACK_APP_TOKEN: '' }, 'App-Level Tokens'],
  ['SLACK_SIGNING_SECRET', { ...HTTP, SLACK_SIGNING_SECRET: 'xapp-0000-example' }, 'App Credentials'],
  ['SLACK_SIGNING_SECRET', { ...HTTP, SLACK_SIGNING_SECRET: '' }, 'App Credentials'],
  ['DISCORD_TOKEN', { ...DISCORD, DISCORD_TOKEN: '118100000001' }, 'Reset Token'],
])('where %s is found is said where it is missing or mixed up', (name, env, where) => {
  const remedies = mistakesOf(env).map(({ remedy }) => remedy)
  expect(remedies).toContainEqual(expect.stringMatching(`${name} is found at .*${where}`))
})

test.each([
  ['not readable', {}, 'could not be read'],
  ['empty', { SLACK_BOT_TOKEN: '\n' }, 'is empty'],
])('a file for a secret that is %s', (_, contents, says) => {
  const env = { HOME: '/home/ana', SLACK_APP_TOKEN: 'xapp-0000-example', SLACK_BOT_TOKEN_FILE: '/run/x' }
  expect(mistakesOf(env, contents)[0]?.what).toContain(says)
})

test('all mistakes are told at once, and none repeats a value', () => {
  const env = {
    SLACK_BOT_TOKEN: 'xapp-hunter22',
    SLACK_APP_TOKEN: 'xoxb-hunter22',
    DISCORD_TOKEN: 'xoxb-hunter22',
    SLACK_API_URL: 'http://hunter22.example',
    LOG_LEVEL: 'hunter22',
  }
  const found = mistakesOf(env)
  expect(found.map(({ name }) => name)).toEqual([
    'SLIPWAY_DATA',
    'LOG_LEVEL',
    'SLACK_BOT_TOKEN',
    'SLACK_APP_TOKEN',
    'SLACK_API_URL',
    'DISCORD_TOKEN',
    'DISCORD_APPLICATION_ID',
    'DISCORD_GUILD_ID',
  ])
  expect(JSON.stringify(found)).not.toContain('hunter22')
})
