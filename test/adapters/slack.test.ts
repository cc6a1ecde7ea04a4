/** What comes in from Slack: acknowledged at once, from whom it really is, once, and answered where only they read it. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Slack, SlackOptions } from '../../adapters/slack/slack.ts'
import type { Incoming, Outage } from '../../src/ports/chat.ts'
import type { Button } from '../../src/release/card.ts'
import { card } from '../contract/chat-port.ts'
import { attachSlack, briskClock, hastyClock, type WayName } from '../slack-server/bot.ts'
import { EVERY_FAULT } from '../slack-server/faults.ts'
import { buttonsOf, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL, type Person } from '../slack-server/state.ts'

const ANA: Person = { id: 'UANA', name: 'Ana' }
const STRANGERS: readonly Person[] = [
  { id: 'UGUEST', name: 'Gast', guest: true },
  { id: 'UBOT', name: 'robot', bot: true },
  { id: 'UFAR', name: 'Far', team: 'T0ELSEWHERE' },
]
const GATE = { id: 'aur-submit.1', digest: 'd1g357' }
const button = (label: string, command: string, more: Partial<Button> = {}): Button => ({
  label,
  style: 'plain',
  command,
  gate: GATE,
  ...more,
})

interface Slackdom {
  readonly server: SlackServer
  readonly slack: Slack
  readonly heard: Incoming[]
  readonly missed: Outage[]
  readonly log: readonly string[]
  readonly port: number
  /** The next that the bot is handed. */
  next(): Promise<Incoming>
  /** What the bot does with everything that it is handed from now on. */
  replies(reply: (incoming: Incoming) => Promise<void>): void
}

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function slackdom(way: WayName, more: Partial<SlackOptions> = {}, before?: (server: SlackServer) => void) {
  const server = await createSlackServer(ANA, ...STRANGERS)
  ends.push(() => server.close())
  before?.(server)
  const { slack, log, port } = await attachSlack(server, way, more)
  const heard: Incoming[] = []
  const missed: Outage[] = []
  const waiting: ((incoming: Incoming) => void)[] = []
  let reply = async (_: Incoming) => {}
  const replies: Slackdom['replies'] = (next) => {
    reply = next
  }
  ends.push(() => slack.stop())
  await slack.start(
    async (incoming) => {
      heard.push(incoming)
      waiting.shift()?.(incoming)
      await reply(incoming)
    },
    (outage) => missed.push(outage),
  )
  const next = () => new Promise<Incoming>((resolve) => waiting.push(resolve))
  return { server, slack, heard, missed, log, port, next, replies } satisfies Slackdom
}

const whispered = (server: SlackServer, person: Person) => server.privately(person).map(wordsOf).join('\n')

describe('a command', () => {
  test.each([
    ['/deploy 3.1.3', 'deploy 3.1.3'],
    ['/deploy', 'deploy'],
    ['/slipway status #42', 'status #42'],
    ['/slipway', ''],
    ['/harbour-slipway retry', 'retry'],
    ['/slipway deny #42 a &lt; b &amp;&amp; c', 'deny #42 a < b && c'],
  ])('%s is heard as “%s”', async (line, text) => {
    const { server, next } = await slackdom('http')
    const incoming = next()
    expect(await server.types(ANA, line)).toMatchObject({ acknowledged: true, status: 200 })
    expect(await incoming).toMatchObject({
      text,
      place: { platform: 'slack', channel: CHANNEL },
      actor: { platform: 'slack', account: 'UANA', name: 'Ana', vouched: true },
    })
  })

  test.each(['http', 'socket'] as const)('is acknowledged before Slack is asked anything: %s', async (way) => {
    const { server, heard } = await slackdom(way, { timeoutMs: 1_000 })
    server.faults.add(/^(users|usergroups)/, { kind: 'hang' }, 10)
    expect((await server.types(ANA, '/deploy 3.1.3')).acknowledged).toBe(true)
    expect(heard).toEqual([])
    await server.until(() => whispered(server, ANA).includes('Slack did not say who you are'))
    expect(heard).toEqual([])
  })

  test('of a member is heard though Slack did not answer when the bot asked who it is', async () => {
    const { server, next } = await slackdom('http', {}, ({ faults }) => faults.add(/^auth.test/, { kind: 'reset' }, 1))
    const incoming = next()
    await server.types(ANA, '/deploy 3.1.3')
    expect((await incoming).actor).toMatchObject({ account: 'UANA', vouched: true })
  })

  test('of a member who cannot be told from a stranger is to be sent again', async () => {
    const { server, heard } = await slackdom('http', {}, ({ faults }) => faults.add(/^auth.test/, { kind: 'reset' }, 2))
    await server.types(ANA, '/deploy 3.1.3')
    await server.until(() => whispered(server, ANA).includes('Slack did not say who you are'))
    expect(whispered(server, ANA)).not.toContain('another workspace')
    expect(heard).toEqual([])
  })

  test.each(STRANGERS)('of $name is not heard, and they are told', async (person) => {
    const { server, heard } = await slackdom('http')
    await server.types(person, '/deploy 3.1.3')
    await server.until(() => whispered(server, person).includes('does not take commands'))
    expect(heard).toEqual([])
    expect(server.messages()).toEqual([])
  })

  test('carries the user groups that its sender has at that moment', async () => {
    const { server, next } = await slackdom('http', {}, ({ state }) => {
      state.groups.set('SREL', ['UANA']).set('SOPS', ['UBEN'])
    })
    const first = next()
    await server.types(ANA, '/slipway status')
    expect((await first).actor.groups).toEqual(['SREL'])
    server.state.groups.set('SREL', [])
    const second = next()
    await server.types(ANA, '/slipway status')
    expect((await second).actor.groups).toEqual([])
  })

  test('counts without a group that cannot be looked up, and says so', async () => {
    const { server, next } = await slackdom('http', {}, ({ state }) => void state.groups.set('SREL', ['UANA']))
    server.faults.add(/^usergroups/, { kind: 'status', status: 500 })
    const incoming = next()
    await server.types(ANA, '/slipway approve #42')
    expect((await incoming).actor.groups).toEqual([])
    await server.until(() => whispered(server, ANA).includes('did not say who belongs to SREL'))
  })

  test.each(['users.info', 'usergroups.users.list'])(
    'waits where Slack asks to wait for %s, and counts',
    async (method) => {
      const clock = hastyClock()
      const { server, next } = await slackdom('http', { clock }, ({ state }) => void state.groups.set('SREL', ['UANA']))
      server.faults.add(new RegExp(`^${method}`), { kind: 'limit', retryAfter: 20 }, 2)
      const incoming = next()
      await server.types(ANA, '/slipway approve #42')
      expect((await incoming).actor.groups).toEqual(['SREL'])
      expect(clock.slept).toEqual([20_000, 20_000])
    },
  )

  test('is answered in the person’s own conversation where nothing can be said in the channel any more', async () => {
    const { server, slack, next } = await slackdom('http')
    const incoming = next()
    await server.types(ANA, '/slipway retry', 'CGONE')
    server.faults.add(/^response/, { kind: 'error', error: 'expired_url' })
    await slack.answer(await incoming, card('Nothing waits.', { tone: 'bad' }), 'private')
    expect(server.messages('DUANA').map(wordsOf)).toEqual(['Nothing waits.'])
  })

  test.each(EVERY_FAULT)('is answered for its sender alone, also when %s', async (_, fault) => {
    const { server, slack, next } = await slackdom('http', { timeoutMs: 200, clock: hastyClock() })
    const incoming = next()
    await server.types(ANA, '/slipway retry')
    server.faults.add(/^response/, fault)
    await slack.answer(await incoming, card('Nothing waits.', { tone: 'bad' }), 'private')
    expect(whispered(server, ANA)).toContain('Nothing waits.')
    expect(server.messages()).toEqual([])
  })

  test.each([
    ['private', [/^response/, /^chat\.postEphemeral/]],
    ['channel', [/^chat\.postMessage/]],
  ] as const)('says where to look in place of what Slack will never take: %s', async (audience, calls) => {
    const { server, slack, next } = await slackdom('http')
    const incoming = next()
    await server.types(ANA, '/slipway status')
    for (const call of calls) server.faults.add(call, { kind: 'error', error: 'invalid_blocks' })
    await slack.answer(await incoming, card('How it stands'), audience)
    const seen = [whispered(server, ANA), ...server.messages().map(wordsOf)].join('\n')
    expect(seen).toMatch(/does not take this card[\s\S]*invalid_blocks[\s\S]*npm run slipway -- status/)
  })

  test.each([true, false])(
    'for everybody is there once, also where Slack fails after its work or before it: %s',
    async (done) => {
      const { server, slack, next } = await slackdom('http')
      const incoming = next()
      await server.types(ANA, '/slipway status')
      server.faults.add(/^chat\.postMessage/, { kind: 'status', status: 502, done })
      await slack.answer(await incoming, card('Nothing is being deployed'), 'channel')
      expect(
        server
          .messages()
          .map(wordsOf)
          .filter((words) => words.includes('Nothing is being deployed')),
      ).toHaveLength(1)
    },
  )

  test.each([
    [CHANNEL, undefined],
    ['DUANA', 'slack.no-home'],
  ])('in %s says whether a deployment can be told there', async (channel, code) => {
    const { server, next } = await slackdom('http')
    const incoming = next()
    await server.types(ANA, '/deploy 3.1.3', channel)
    expect((await incoming).noHome?.code).toBe(code)
  })

  test('in a channel without the bot is answered, and says whom to invite', async () => {
    const { server, slack, next } = await slackdom('http')
    const incoming = next()
    await server.types(ANA, '/deploy 3.1.3', 'CPRIVATE')
    await slack.answer(await incoming, card('Which version?'), 'channel')
    expect(wordsOf(server.messages('CPRIVATE')[0] ?? {})).toContain('Which version?')
    await expect(slack.post((await incoming).place, card('#42'), '42/first')).rejects.toThrow('not_in_channel')
    await server.until(() => whispered(server, ANA).includes('/invite @Slipway'))
  })

  test('is answered with a file in its sender’s own conversation, where only they read it', async () => {
    const { server, slack, next } = await slackdom('http')
    const incoming = next()
    await server.types(ANA, '/slipway logs #42')
    await slack.answer(
      await incoming,
      card('The log', { files: [{ name: '42.log', text: 'secret words' }] }),
      'private',
    )
    expect(server.messages()).toEqual([])
    expect(server.messages('DUANA').flatMap(({ files }) => files.map(({ name }) => name))).toEqual(['42.log'])
  })
})

describe('a request over HTTP', () => {
  test('that is sent again byte for byte is acknowledged and counts once', async () => {
    const { server, heard, next } = await slackdom('http')
    const incoming = next()
    const { request } = await server.types(ANA, '/deploy 3.1.3')
    await incoming
    expect(request && (await server.sends(request)).status).toBe(200)
    const after = next()
    await server.types(ANA, '/slipway status')
    await after
    expect(heard.map(({ text }) => text)).toEqual(['deploy 3.1.3', 'status'])
  })

  const MINUTE = 60_000
  test.each([
    ['from the future', ({ sign }: SlackServer, body: string) => sign(body, Date.now() + 10 * MINUTE)],
    ['from too long ago', ({ sign }: SlackServer, body: string) => sign(body, Date.now() - 6 * MINUTE)],
    ['tampered with', ({ sign }: SlackServer, body: string) => ({ ...sign(body), body: `${body}9` })],
    [
      'signed by somebody else',
      ({ sign }: SlackServer, body: string) => ({
        body,
        headers: { ...sign(body).headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` },
      }),
    ],
  ])('%s is refused', async (_, make) => {
    const { server, heard } = await slackdom('http')
    const body = 'command=%2Fdeploy&text=3.1.3&user_id=UANA&team_id=T0HARBOUR&channel_id=C1&trigger_id=t1'
    expect((await server.sends(make(server, body))).status).toBe(401)
    expect(heard).toEqual([])
  })

  const BODY = 'command=%2Fdeploy&text=3.1.3&user_id=UANA&team_id=T0HARBOUR&channel_id=C1&trigger_id=t1'
  const CLOCK = (minutes: number) =>
    `Slack: a request was refused: its time differs from this machine's clock by ${minutes} min; set the clock`
  const SECRET = 'Slack: a request was refused: its signature is not that of SLACK_SIGNING_SECRET'
  const forged = ({ sign }: SlackServer, at?: number) => ({
    body: BODY,
    headers: { ...sign(BODY, at).headers, 'x-slack-signature': `v0=${'0'.repeat(64)}` },
  })
  test.each<[string, (server: SlackServer) => Parameters<SlackServer['sends']>[0], string[]]>([
    ['whose clock is ahead', ({ sign }) => sign(BODY, Date.now() + 10 * MINUTE), [CLOCK(10)]],
    ['whose clock is behind', ({ sign }) => sign(BODY, Date.now() - 10 * MINUTE), [CLOCK(10)]],
    ['signed with another secret', forged, [SECRET]],
    ['of another time and another secret', (server) => forged(server, Date.now() - 10 * MINUTE), [SECRET]],
    ['that carries no signature', () => ({ body: BODY, headers: {} }), []],
    ['that nobody can read', ({ sign }) => sign('payload={', Date.now() - MINUTE), []],
  ])('%s is refused, and the log tells it once a minute', async (_, make, lines) => {
    let now = Date.now()
    const { server, log } = await slackdom('http', { clock: { ...hastyClock(), now: () => now } })
    for (let time = 0; time < 3; time += 1) expect((await server.sends(make(server))).acknowledged).toBe(false)
    expect(log).toEqual(lines)
    now += MINUTE + 1
    await server.sends(make(server))
    expect(log).toHaveLength(2 * lines.length)
  })
})

test('bytes that nobody signed are refused, whatever they are, and the next command is heard', async () => {
  const { server, next } = await slackdom('http')
  for (const body of ['', 'garbage', '\u0000\u0001', 'payload=null', 'ssl_check=2&payload={}', '[]'.repeat(5_000)])
    expect(
      (await server.sends({ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
    ).toBe(401)
  const incoming = next()
  await server.types(ANA, '/slipway status')
  expect((await incoming).text).toBe('status')
})

/** As no Slack sends it, with Slack's own signature: answered at once, and the process lives on. */
test.each([
  'payload=null',
  'payload=5',
  'payload=[]',
  'payload={}',
  'payload={',
  'payload=',
  'x=1',
  '',
  ...[{ actions: null }, { actions: [], user: null }].map(
    (more) => `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', ...more }))}`,
  ),
])('signed words that are no request, “%s”, are refused at once, and the next command is heard', async (body) => {
  const { server, next } = await slackdom('http')
  expect((await server.sends(server.sign(body))).status).toBe(body.includes('block_actions') ? 500 : 400)
  const incoming = next()
  await server.types(ANA, '/slipway status')
  expect((await incoming).text).toBe('status')
})

test('Slack’s own look at the connection is answered though nobody signed it', async () => {
  const { server } = await slackdom('http')
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await server.sends({ body: 'ssl_check=1&token=t', headers })).status).toBe(200)
})

test('what is asked of any other address is not found, and the next command is heard', async () => {
  const { server, next, port } = await slackdom('http')
  for (const [method, path] of [
    ['GET', '/'],
    ['POST', '/elsewhere'],
    ['GET', '/slack/events'],
  ])
    expect((await fetch(`http://127.0.0.1:${port}${path}`, { ...(method && { method }) })).status).toBe(404)
  const incoming = next()
  await server.types(ANA, '/slipway status')
  expect((await incoming).text).toBe('status')
})

test('words on the socket that are no envelope, and envelopes without content, end nothing', async () => {
  const { server, next } = await slackdom('socket')
  for (const text of [
    'null',
    '5',
    '[]',
    '{',
    '{"type":"events_api"}',
    '{"type":"events_api","payload":{"event":null}}',
  ])
    server.socket.babble(text)
  for (const type of ['interactive', 'slash_commands', 'events_api', 'unheard_of'])
    for (const payload of [null, {}]) server.socket.babble(JSON.stringify({ type, envelope_id: 'e', payload }))
  const incoming = next()
  await server.types(ANA, '/slipway status')
  expect((await incoming).text).toBe('status')
})

describe('a button', () => {
  const asking = card('Submit it?', {
    buttons: [
      button('Approve', 'approve #42'),
      button('Deny', 'deny #42'),
      button('Roll back', 'approve #43', { types: '3.1.2' }),
    ],
  })
  const place = { platform: 'slack', channel: CHANNEL } as const

  test('stands for the content that was shown, also once it is gone from its message', async () => {
    const { server, slack, next } = await slackdom('http')
    const message = await slack.post(place, asking, '42/gate')
    const [gate] = server.messages()
    const { value = '' } = JSON.parse(JSON.stringify(gate?.attachments))[0].blocks[0].elements[0]
    await slack.update(message, card('Denied'))
    const incoming = next()
    await server.pressesValue(ANA, value, gate)
    expect(await incoming).toMatchObject({ text: 'approve #42', digest: 'd1g357' })
  })

  test('that this process never showed does nothing, and its presser is told', async () => {
    const { server, heard } = await slackdom('http')
    await server.pressesValue(ANA, 'approve #42')
    await server.until(() => whispered(server, ANA).includes('This button does nothing any more'))
    expect(heard).toEqual([])
  })

  test.each(['http', 'socket'] as const)('to deny asks for the reason first, over %s', async (way) => {
    const { server, slack, next, heard } = await slackdom(way)
    await slack.post(place, asking, '42/gate')
    await server.presses(ANA, 'Deny')
    await server.until(() => server.state.views.length === 1)
    expect(heard).toEqual([])
    const incoming = next()
    await server.submits(ANA, 'the “changelog” is wrong')
    expect(await incoming).toMatchObject({ text: 'deny #42 the changelog is wrong', digest: 'd1g357' })
  })

  test('to deny without a reason is a denial too', async () => {
    const { server, slack, next } = await slackdom('http')
    await slack.post(place, asking, '42/gate')
    await server.presses(ANA, 'Deny')
    await server.until(() => server.state.views.length === 1)
    const incoming = next()
    await server.submits(ANA, '')
    expect(await incoming).toMatchObject({ text: 'deny #42', digest: 'd1g357' })
  })

  test.each([
    ['Deny', /or send this with your reason behind it[\s\S]*\/slipway deny #42/],
    ['Roll back', /or send this\.[\s\S]*\/slipway approve #43 3\.1\.2/],
  ])('%s, whose form does not open, does nothing, and says what to send instead', async (label, words) => {
    const { server, slack, heard } = await slackdom('http')
    await slack.post(place, asking, '42/gate')
    server.faults.add(/^views/, { kind: 'error', error: 'expired_trigger_id' })
    await server.presses(ANA, label)
    await server.until(() => whispered(server, ANA).includes('The form did not open'))
    expect(whispered(server, ANA)).toMatch(words)
    expect(heard).toEqual([])
  })

  const choices = card('Which version?', { buttons: [{ label: 'patch', style: 'plain', command: 'deploy 3.1.4' }] })

  test('of a choice is replaced by who chose what, and when', async () => {
    const { server, slack, next } = await slackdom('http')
    const asked = next()
    await server.types(ANA, '/deploy')
    await slack.answer(await asked, choices, 'channel')
    await server.presses(ANA, 'patch')
    const text = await server.until(() =>
      server
        .messages()
        .map(wordsOf)
        .find((words) => words.includes('chose')),
    )
    expect(text).toMatch(/Ana chose "patch", \d\d:\d\d UTC\./)
    expect(server.messages().flatMap(buttonsOf)).toEqual([])
  })

  test('of a choice stays for the next one where its press was refused', async () => {
    const { server, slack, next, replies } = await slackdom('http')
    const asked = next()
    await server.types(ANA, '/deploy')
    await slack.answer(await asked, choices, 'channel')
    replies((incoming) => slack.answer(incoming, card('You may not.', { tone: 'bad' }), 'private'))
    await server.presses(ANA, 'patch')
    await server.until(() => whispered(server, ANA).includes('You may not'))
    const after = next()
    await server.types(ANA, '/slipway status')
    await after
    expect(server.messages().flatMap(buttonsOf)).toHaveLength(1)
  })

  test('that wants words typed out brings them along', async () => {
    const { server, slack, next } = await slackdom('http')
    await slack.post(place, asking, '42/gate')
    await server.presses(ANA, 'Roll back')
    await server.until(() => server.state.views.length === 1)
    const incoming = next()
    await server.submits(ANA, '3.1.2')
    expect(await incoming).toMatchObject({ text: 'approve #43 3.1.2' })
  })
})

describe('the connection', () => {
  const healthOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`)).status

  test.each(['http', 'socket'] as const)('tells over /healthz that it stands: %s', async (way) => {
    const { port } = await slackdom(way)
    expect(await healthOf(port)).toBe(200)
  })

  test.each([
    ['http', 500],
    ['socket', 400],
  ] as const)('goes on where somebody asks for what is no address: %s', async (way, answer) => {
    const { port } = await slackdom(way)
    const strange = await fetch(`http://127.0.0.1:${port}//`, { signal: AbortSignal.timeout(5_000) })
    expect(strange.status).toBe(answer)
    expect(await healthOf(port)).toBe(200)
  })

  test('is not told to stand before it does', async () => {
    const server = await createSlackServer(ANA)
    server.faults.add(/^apps.connections.open/, { kind: 'hang' })
    const { slack, port } = await attachSlack(server, 'socket')
    ends.push(
      () => server.close(),
      () => slack.stop(),
    )
    void slack.start(async () => {})
    await server.until(() => server.calls.includes('apps.connections.open'))
    expect(await healthOf(port)).toBe(503)
  })

  test.each(['disconnect', 'kill'] as const)('comes back by itself after a %s', async (how) => {
    const { server, next } = await slackdom('socket')
    server.socket.end(how)
    await server.until(() => server.calls.filter((call) => call === 'apps.connections.open').length === 2)
    await server.socket.ready()
    const incoming = next()
    await server.types(ANA, '/slipway status')
    expect((await incoming).text).toBe('status')
  })

  test('that is refused for a while comes back, is told over /healthz, and presses of that time are known to be lost', async () => {
    const { server, missed, port } = await slackdom('socket', { clock: briskClock(50) })
    server.faults.add(/^apps.connections.open/, { kind: 'status', status: 503 }, 4)
    server.socket.refuse(2)
    server.socket.end('kill')
    await server.until(() => server.calls.filter((call) => call === 'apps.connections.open').length === 2)
    expect(await healthOf(port)).toBe(503)
    await server.until(() => server.calls.filter((call) => call === 'apps.connections.open').length === 8)
    await server.socket.ready()
    await expect.poll(() => missed).toHaveLength(1)
    const [{ from = 0, to = 0 } = {}] = missed
    expect(to - from).toBeGreaterThan(2_000)
    expect(await healthOf(port)).toBe(200)
  })

  test.each([
    ['http', /^auth.test/, 'SLACK_BOT_TOKEN: invalid_auth', 'OAuth & Permissions'],
    ['socket', /^apps.connections.open/, 'SLACK_APP_TOKEN: invalid_auth', 'connections:write'],
  ] as const)(
    'is given up where Slack refuses the token, over %s, with where it is found',
    async (way, call, what, where) => {
      const { slack } = await slackdom(way, {}, ({ faults }) =>
        faults.add(call, { kind: 'error', error: 'invalid_auth' }),
      )
      const problem = await slack.lost
      expect(problem.what).toContain(what)
      expect(problem.remedy).toContain(where)
    },
  )

  test('is given up where Slack refuses the token later on', async () => {
    const { server, slack } = await slackdom('socket')
    server.faults.add(/^apps.connections.open/, { kind: 'error', error: 'token_revoked' }, 10)
    server.socket.end('kill')
    expect((await slack.lost).what).toContain('token_revoked')
  })

  const PLACE = { platform: 'slack', channel: CHANNEL } as const

  test.each([
    ['invalid_auth', /^conversations.history/],
    ['token_revoked', /^chat.postMessage/],
    ['account_inactive', /^users.info/],
  ])('is given up where Slack refuses the bot’s token later on, over http: %s of %s', async (error, call) => {
    const { server, slack, port } = await slackdom('http')
    server.faults.add(call, { kind: 'error', error })
    await server.types(ANA, '/slipway status')
    await slack.post(PLACE, card('#42'), '42/first').catch(() => {})
    expect((await slack.lost).what).toContain(`SLACK_BOT_TOKEN: ${error}`)
    expect(await healthOf(port)).toBe(503)
  })

  test.each(['missing_scope', 'not_in_channel', 'not_allowed_token_type', 'channel_not_found'])(
    'stands where Slack refuses one method or one channel: %s',
    async (error) => {
      const { server, slack, port } = await slackdom('http')
      server.faults.add(/^chat.postMessage/, { kind: 'error', error })
      await slack.post(PLACE, card('#42'), '42/first').catch(() => {})
      await slack.post(PLACE, card('#42'), '42/first')
      expect(await Promise.race([slack.lost, 'not lost'])).toBe('not lost')
      expect(await healthOf(port)).toBe(200)
    },
  )

  test.each([
    { kind: 'http', signingSecret: APP.signingSecret },
    { kind: 'socket', appToken: APP.appToken },
  ] as const)('that has no port to listen on says which: $kind', async (way) => {
    const { port } = await slackdom('http')
    const { slack } = await slackdom(way.kind, { way: { ...way, port } })
    expect((await slack.lost).what).toContain(`SLACK_PORT ${port}`)
  })

  test.each(['http', 'socket'] as const)('tells what a process before it can have missed: %s', async (way) => {
    const lastAlive = Date.now() - 60_000
    const { missed } = await slackdom(way, { lastAlive })
    expect(missed).toHaveLength(1)
    expect(missed[0]?.from).toBe(lastAlive)
  })

  test('begins without Slack, and asks who it is until it knows', async () => {
    const { server, next } = await slackdom('http', { clock: briskClock(50) }, ({ faults }) =>
      faults.add(/^auth.test/, { kind: 'reset' }, 3),
    )
    await server.until(() => server.calls.filter((call) => call === 'auth.test').length === 4)
    const incoming = next()
    await server.types(ANA, '/slipway status')
    expect((await incoming).actor.account).toBe('UANA')
  })
})
