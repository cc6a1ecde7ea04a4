/** What goes out to Slack: there once, in order, in its thread, whatever happens on the way. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Slack, SlackOptions } from '../../adapters/slack/slack.ts'
import { refusalIn, unfitIn } from '../../src/ports/chat.ts'
import type { MessageRef, Place } from '../../src/release/deployment.ts'
import { card } from '../contract/chat-port.ts'
import { attachSlack, hastyClock } from '../slack-server/bot.ts'
import { EVERY_FAULT } from '../slack-server/faults.ts'
import { buttonsOf, calledBy, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP, CHANNEL } from '../slack-server/state.ts'

const PLACE: Place = { platform: 'slack', channel: CHANNEL }
const ASKING = card('Submit it?', {
  tone: 'waiting',
  buttons: [
    { label: 'Approve', style: 'primary', command: 'approve #42', gate: { id: 'g', digest: 'd' } },
    { label: 'Deny', style: 'danger', command: 'deny #42', gate: { id: 'g', digest: 'd' } },
  ],
  mentions: { slack: { accounts: ['UBEN'], groups: ['SREL'] }, discord: { accounts: ['1'], groups: [] } },
})

let server: SlackServer
beforeEach(async () => {
  server = await createSlackServer()
})
afterEach(async () => {
  expect(server.refusals).toEqual([])
  await server.close()
})

/** Posts go out without anything coming in, so the adapter is not started but for knowing itself. */
async function attached(more: Partial<SlackOptions> = {}): Promise<Slack> {
  const { slack } = await attachSlack(server, 'http', { timeoutMs: 400, clock: hastyClock(), ...more })
  await slack.start(async () => {})
  stops.push(() => slack.stop())
  return slack
}
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** As the bot does it: again until it is there. */
async function persistently<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      return await send()
    } catch {}
  }
  return send()
}

const titles = (channel = CHANNEL) => server.messages(channel).map((message) => wordsOf(message).split('\n')[0])

describe('a post is there once and in its thread', () => {
  test.each(EVERY_FAULT)('when %s', async (_, fault) => {
    const slack = await attached()
    for (const method of [/^chat.postMessage/, /^conversations/, /^chat.update/]) server.faults.add(method, fault)
    const head = await persistently(() => slack.post(PLACE, card('#42: release'), '42/first'))
    server.faults.add(/^chat.postMessage/, fault)
    const below = { ...PLACE, thread: head.id }
    await persistently(() => slack.post(below, card('#42: started'), '42/started'))
    await persistently(() => slack.update(head, card('#42: is released')))
    expect(titles()).toEqual(['#42: is released', '#42: started'])
    expect(server.messages()[1]?.thread_ts).toBe(head.id)
  })

  test('when an earlier process has made it, also below a message of that process', async () => {
    const first = await attached()
    const head = await first.post(PLACE, card('#42: release'), '42/first')
    const gate = await first.post({ ...PLACE, thread: head.id }, ASKING, '42/gate')
    const second = await attached()
    expect(await second.post(PLACE, card('#42: release'), '42/first')).toEqual(head)
    expect(await second.post({ ...PLACE, thread: head.id }, ASKING, '42/gate')).toEqual(gate)
    expect(titles()).toHaveLength(2)
  })

  test('when an earlier process has made it, with what this one has to say', async () => {
    await (await attached()).post(PLACE, ASKING, '42/gate')
    await (await attached()).post(PLACE, { ...ASKING, title: 'It has expired', buttons: [] }, '42/gate')
    expect(titles()).toEqual(['It has expired'])
    expect(server.messages().flatMap(buttonsOf)).toEqual([])
  })

  test('in a thread that is longer than one page', async () => {
    const first = await attached()
    const head = await first.post(PLACE, card('#42: release'), '42/first')
    const below = { ...PLACE, thread: head.id }
    const [root] = server.state.messages
    for (let reply = 0; reply < 450; reply += 1)
      if (root !== undefined)
        server.state.messages.push({ ...root, ts: server.state.nextTs(), thread_ts: head.id, metadata: undefined })
    const last = await first.post(below, ASKING, '42/gate')
    expect(await (await attached()).post(below, ASKING, '42/gate')).toEqual(last)
  })

  test('and another bot’s, or somebody else’s, does not stand for it', async () => {
    await (await attached({ identity: 'other' })).post(PLACE, card('of another'), '42/first')
    const [copied] = server.state.messages
    const metadata = { event_type: 'slipway_post', event_payload: { key: 'own/42/first' } }
    if (copied !== undefined) server.state.messages.push({ ...copied, ts: '1', bot_id: 'B0OTHER', metadata })
    await (await attached()).post(PLACE, card('own'), '42/first')
    expect(titles()).toContain('own')
  })
})

test('a gate is shown in the channel too and calls those who may answer; the result is not, and calls whoever asked', async () => {
  const slack = await attached()
  const head = await slack.post(PLACE, card('head'), '42/first')
  const below = { ...PLACE, thread: head.id }
  await slack.post(below, ASKING, '42/gate')
  await slack.post(below, card('done', { ...mentions('UANA') }), '42/result')
  expect(server.messages().map((message) => [message.broadcast, calledBy(message)])).toEqual([
    [false, []],
    [true, ['UBEN', 'SREL']],
    [false, ['UANA']],
  ])
})

test('one channel that has to wait does not hold up another', async () => {
  const slack = await attached({ clock: { now: Date.now, sleep: (_, signal) => whenAborted(signal) } })
  server.state.joined.add('COTHER')
  await slack.post(PLACE, card('before'), '1')
  server.faults.add(new RegExp(`^chat.postMessage ${CHANNEL}`), { kind: 'limit', retryAfter: 600 })
  const held = slack.post(PLACE, card('held'), '2').catch(() => {})
  await server.until(() => server.calls.filter((call) => call === `chat.postMessage ${CHANNEL}`).length === 2)
  await slack.post({ ...PLACE, channel: 'COTHER' }, card('elsewhere'), '3')
  expect([titles(), titles('COTHER')]).toEqual([['before'], ['elsewhere']])
  await slack.stop()
  await held
})

test.each([
  [30, []],
  [600, [`Slack: ${CHANNEL} takes posts again in 600 s (429)`]],
])('a channel that has to wait %s s is told in the log once where that is long', async (retryAfter, lines) => {
  const log: string[] = []
  const slack = await attached({ log: (line) => void log.push(line) })
  server.faults.add(/^chat.postMessage/, { kind: 'limit', retryAfter })
  await Promise.all(['1', '2', '3'].map((key) => slack.post(PLACE, card(key), key)))
  expect(log).toEqual(lines)
})

test('a channel is given about one post a second once it was given several', async () => {
  const clock = hastyClock()
  const slack = await attached({ clock })
  for (let post = 0; post < 14; post += 1) await slack.post(PLACE, card(`post ${post}`), `${post}`)
  expect(clock.slept.filter((ms) => ms > 500 && ms <= 1_000).length).toBeGreaterThan(3)
})

describe('files', () => {
  const withFile = (more = {}) =>
    card('Submit it?', { ...ASKING, files: [{ name: 'PKGBUILD.diff', text: '+1' }], ...more })
  const shared = () =>
    server.state.messages.flatMap(({ files }) => files.map(({ name, bytes }) => [name, String(bytes)]))

  test.each(EVERY_FAULT)('are shared once below their message when %s', async (_, fault) => {
    const slack = await attached()
    const head = await slack.post(PLACE, card('head'), '42/first')
    for (const part of [/^files.get/, /^upload/, /^files.complete/]) server.faults.add(part, fault)
    await persistently(() => slack.post({ ...PLACE, thread: head.id }, withFile(), '42/gate'))
    expect(shared()).toEqual([['PKGBUILD.diff', '+1']])
    expect(titles().filter((title) => title === 'Submit it?')).toHaveLength(1)
  })

  test('hold what a message has no room for', async () => {
    const slack = await attached()
    const text = Array.from({ length: 4_000 }, (_, line) => `line ${line}`).join('\n')
    await slack.post(PLACE, card('Log', { sections: [{ kind: 'code', text }] }), 'log')
    expect(shared()[0]?.[1]).toContain('line 3999')
  })

  test('hold what an edit has no room for, once, and the message says where it is', async () => {
    const slack = await attached()
    const head = await slack.post(PLACE, card('#42: release'), '42/first')
    const long = (word: string) => ({ sections: [{ kind: 'list' as const, items: Array(4_000).fill(word) }] })
    await slack.update(head, card('#42: is being released', long('commit')), '42/first')
    await slack.update(head, card('#42: is released', long('commit')), '42/first')
    expect(shared().map(([name]) => name)).toEqual(['all-of-it.txt'])
    expect(server.messages().at(-1)?.thread_ts).toBe(head.id)
    expect(wordsOf(server.messages()[0] ?? {})).toContain('Cut to fit; all-of-it.txt holds all of it.')
  })

  const GATES = [
    [
      'in a thread',
      async (slack: Slack) => ({ ...PLACE, thread: (await slack.post(PLACE, card('head'), '42/first')).id }),
    ],
    ['in the channel itself', async () => PLACE],
    ['below a message that somebody deleted', async () => ({ ...PLACE, thread: '1600000000.000001' })],
  ] as const
  const REFUSED = { kind: 'error', error: 'file_uploads_disabled' } as const
  const labelsOf = ({ id }: MessageRef) =>
    buttonsOf(server.messages().find(({ ts }) => ts === id) ?? {}).map(({ label }) => label)

  test.each(GATES)('that cannot be attached whole leave nothing to approve %s', async (_, placeOf) => {
    const slack = await attached()
    const files = [{ name: 'PKGBUILD.diff', path: '/nowhere/at/all' }]
    const gate = await slack.post(await placeOf(slack), withFile({ files }), '42/gate')
    await slack.update(gate, withFile({ files }), '42/gate')
    expect(labelsOf(gate)).toEqual(['Deny'])
    const shown = server.messages().find(({ ts }) => ts === gate.id)
    expect(wordsOf(shown ?? {})).toContain('Not attached: PKGBUILD.diff')
  })

  test.each(GATES)('leave nothing to approve %s until they stand there', async (_, placeOf) => {
    const slack = await attached()
    const place = await placeOf(slack)
    server.faults.add(/^files.complete/, { kind: 'status', status: 503 })
    await slack.post(place, withFile(), '42/gate').catch(() => {})
    expect(server.messages().flatMap(buttonsOf)).not.toContainEqual(expect.objectContaining({ label: 'Approve' }))
    const gate = await (await attached()).post(place, withFile(), '42/gate')
    expect(labelsOf(gate)).toEqual(['Approve', 'Deny'])
    expect(shared()).toEqual([['PKGBUILD.diff', '+1']])
    const shown = server.messages().find(({ ts }) => ts === gate.id)
    const holder = server.messages().find(({ files }) => files.length > 0)
    expect(holder?.thread_ts).toBe(shown?.thread_ts ?? gate.id)
  })

  test.each(GATES)(
    'that an earlier process could not attach are attached before its question can be approved %s',
    async (_, placeOf) => {
      const first = await attached()
      server.faults.add(/^files.get/, REFUSED)
      const gate = await first.post(await placeOf(first), withFile(), '42/gate')
      expect(labelsOf(gate)).toEqual(['Deny'])
      const second = await attached()
      server.faults.add(/^files.get/, REFUSED)
      await second.update(gate, withFile(), '42/gate')
      expect(labelsOf(gate)).toEqual(['Deny'])
      await second.update(gate, withFile(), '42/gate')
      expect(labelsOf(gate)).toEqual(['Approve', 'Deny'])
      expect(shared()).toEqual([['PKGBUILD.diff', '+1']])
    },
  )

  test('of somebody else do not stand for the bot’s own, whatever their title', async () => {
    const slack = await attached()
    const head = await slack.post(PLACE, card('head'), '42/first')
    const [root] = server.state.messages
    const file = { id: 'F0', name: 'PKGBUILD.diff', title: 'PKGBUILD.diff (#42 gate)', bytes: Buffer.from('+0') }
    if (root !== undefined)
      server.state.messages.push({
        ...root,
        ts: '1',
        thread_ts: head.id,
        user: 'UBEN',
        metadata: undefined,
        files: [file],
      })
    await slack.post({ ...PLACE, thread: head.id }, withFile(), '42/gate')
    expect(shared().map(([, text]) => text)).toEqual(['+0', '+1'])
  })

  test('that a log lacks are named on it', async () => {
    const slack = await attached()
    server.faults.add(/^files.get/, REFUSED)
    await slack.post(PLACE, card('Log', { files: [{ name: '42.log', text: 'words' }] }), 'log')
    expect(wordsOf(server.messages()[0] ?? {})).toContain('Not attached: 42.log')
  })
})

test.each([
  ['not_in_channel', '/invite @Slipway'],
  ['channel_not_found', '/invite @Slipway'],
  ['is_archived', 'Unarchive the channel'],
  ['restricted_action', 'Let apps post'],
  ['restricted_action_read_only_channel', 'Let apps post'],
])('what only a person can mend is said with what mends it: %s', async (error, remedy) => {
  const slack = await attached()
  server.faults.add(/^chat.postMessage/, { kind: 'error', error })
  const failed = await slack.post(PLACE, card('#42'), '42/first').catch((reason: unknown) => reason)
  expect(refusalIn(failed)).toMatchObject({ what: expect.stringContaining(CHANNEL) })
  expect(refusalIn(failed)?.remedy).toContain(remedy)
  expect((await slack.post(PLACE, card('#42'), '42/first')).channel).toBe(CHANNEL)
})

test('an edit in a channel that was frozen is no edit, and is told with what mends it', async () => {
  const slack = await attached()
  const head = await slack.post(PLACE, card('#42'), '42/first')
  server.faults.add(/^chat.update/, { kind: 'error', error: 'is_inactive' })
  const failed: unknown = await slack.update(head, card('#42 is released'), '42/first').catch((reason) => reason)
  expect(refusalIn(failed)?.code).toBe('slack.channel-archived')
})

test.each(['invalid_blocks', 'msg_too_long', 'metadata_too_large', 'no_text'])(
  'a card that Slack will never take is told from a place that takes none: %s',
  async (error) => {
    const slack = await attached()
    server.faults.add(/^chat.postMessage/, { kind: 'error', error })
    const refused: unknown = await slack.post(PLACE, ASKING, '42/gate').catch((reason) => reason)
    expect([unfitIn(refused)?.why, refusalIn(refused)]).toEqual([expect.stringContaining(error), undefined])
    const gate = await slack.post(PLACE, ASKING, '42/gate')
    server.faults.add(/^chat.update/, { kind: 'error', error })
    expect(unfitIn(await slack.update(gate, ASKING).catch((reason) => reason))?.code).toBe('slack.unfit')
  },
)

test('a message that somebody deleted is gone, and can be posted again', async () => {
  const slack = await attached()
  const message: MessageRef = await slack.post(PLACE, ASKING, '42/gate')
  server.state.messages.splice(0)
  expect(await slack.update(message, ASKING)).toBe('gone')
  await slack.post(PLACE, ASKING, '42/gate')
  expect(titles()).toEqual(['Submit it?'])
})

test('below a message that somebody deleted, posts go to the channel', async () => {
  const slack = await attached()
  await slack.post({ ...PLACE, thread: '1600000000.000001' }, card('#42: started'), '42/started')
  expect(server.messages().map(({ thread_ts }) => thread_ts)).toEqual([undefined])
})

test('in place of a thread that somebody locked, posts go to the channel', async () => {
  const slack = await attached()
  const head = await slack.post(PLACE, card('#42'), '42/first')
  server.faults.add(/^chat.postMessage/, { kind: 'error', error: 'restricted_action_thread_locked' })
  await slack.post({ ...PLACE, thread: head.id }, ASKING, '42/gate')
  expect(server.messages().map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined])
})

test('no call carries more than Slack needs: the token goes in a header', async () => {
  const slack = await attached()
  await slack.post(PLACE, card('head'), '42/first')
  expect(JSON.stringify(server.state.messages)).not.toContain(APP.botToken)
})

function mentions(account: string) {
  return { mentions: { slack: { accounts: [account], groups: [] }, discord: { accounts: [], groups: [] } } }
}

function whenAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
}
