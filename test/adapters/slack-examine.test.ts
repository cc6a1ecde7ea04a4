/** What the doctor finds of Slack, by asking a small Slack of our own. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ExamineOptions, examineSlack, SCOPES } from '../../adapters/slack/examine.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL } from '../slack-server/state.ts'

let server: SlackServer
beforeEach(async () => {
  server = await createSlackServer()
  server.state.groups.set('S0MANAGERS', ['UBEN'])
  server.state.scopes = SCOPES
})
afterEach(() => server.close())

const MANAGERS = { name: 'managers', id: 'S0MANAGERS' }

function examined(more: Partial<ExamineOptions> = {}) {
  const { botToken, appToken } = APP
  return examineSlack({ botToken, appToken, apiUrl: server.apiUrl, channels: [CHANNEL], groups: [MANAGERS], ...more })
}

test('where all is well it says so in one line, and has posted nothing', async () => {
  expect(await examined()).toEqual([
    expect.objectContaining({ about: 'Slack', standing: 'good', what: expect.stringContaining('every channel') }),
  ])
  expect(server.calls.filter((call) => /^(chat|files|views)/.test(call))).toEqual([])
  expect(server.state.messages).toEqual([])
})

test.each([
  ['a bot token that is refused', { botToken: 'xoxb-other' }, 'Slack refuses SLACK_BOT_TOKEN: invalid_auth'],
  ['an app token that is refused', { appToken: 'xapp-other' }, 'Slack refuses SLACK_APP_TOKEN: invalid_auth'],
  ['a channel that it was not invited to', { channels: ['C0OTHER'] }, 'cannot post in the channel C0OTHER'],
  ['a user group that is gone', { groups: [{ name: 'owners', id: 'S0GONE' }] }, 'The role owners in slipway.yaml'],
] as const)('%s is named', async (_, more, what) => {
  expect(await examined(more)).toEqual([
    expect.objectContaining({ standing: 'bad', what: expect.stringContaining(what) }),
  ])
})

test('scopes that the app was not installed with are named, and what hangs on them is not asked', async () => {
  server.state.scopes = SCOPES.filter((scope) => !scope.startsWith('user'))
  const [finding, ...others] = await examined({ channels: ['C0OTHER'] })
  expect(others).toEqual([])
  expect(finding).toMatchObject({ standing: 'bad', what: expect.stringContaining('usergroups:read, users:read') })
})

test('over HTTP the secret is said to show later; without a channel that is worth knowing', async () => {
  const { botToken } = APP
  const [finding] = await examineSlack({ botToken, apiUrl: server.apiUrl, channels: [], groups: [] })
  expect(finding).toMatchObject({ standing: 'note', what: expect.stringContaining('SLACK_SIGNING_SECRET') })
  expect(finding?.what).toContain('names no channel')
})

test.each([/auth/, /apps/, /usergroups/, /conversations/])(
  'a Slack that does not answer %s is worth knowing, and stops nothing',
  async (call) => {
    server.faults.add(call, { kind: 'status', status: 503 })
    expect(await examined()).toEqual([expect.objectContaining({ standing: 'note', about: 'Slack' })])
  },
)
