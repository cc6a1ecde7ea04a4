import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Chat, type Incoming, refusalIn, unfitIn } from '../../src/ports/chat.ts'
import { card } from '../contract/chat-port.ts'
import { BEN, discordOn, hastyClock } from '../discord-server/bot.ts'
import type { FaultKind } from '../discord-server/faults.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'

/** Posts go out without the gateway, so nothing here is started. */
let server: DiscordServer
let chat: Chat
beforeEach(async () => {
  server = await createDiscordServer({ limits: { most: 5, windowMs: 60 } })
  chat = discordOn(server, { clock: hastyClock(), attemptMs: 1_500 }).chat
})
afterEach(() => server.close())

const channel = () => ({ platform: 'discord', channel: server.channelId }) as const
const texts = () =>
  server
    .messages()
    .map((message) => `${message.channel === server.channelId ? '' : '  '}${textOfMessage(message).split('\n')[0]}`)
const asking = card('Submit?', {
  buttons: [{ label: 'Approve', style: 'primary', command: 'approve #42', gate: { id: 'g', digest: 'd' } }],
})

const FAULTS: readonly FaultKind[] = ['refuse', 'lose', 'cut', 'cut after', 'limit', 'hang']

describe('whatever goes wrong once on the way', () => {
  test.each(FAULTS)('a card is posted once, in its thread, and edited: %s', async (fault) => {
    for (const part of [/^POST .*messages$/, /threads$/, /^PATCH/, /^GET/]) server.faults.add(part, fault)
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    server.faults.add(/^POST .*messages$/, fault)
    await chat.post({ ...channel(), thread: head.id }, card('#42: started'), '42/started')
    await chat.update(head, card('#42: is released'), '42/first')
    expect(texts()).toEqual(['#42: is released', '  #42: started'])
  })
})

describe('a card that was posted by an earlier process', () => {
  test('is not posted again, long after a nonce is forgotten', async () => {
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    const below = { ...channel(), thread: head.id }
    const gate = await chat.post(below, asking, '42/gate')
    server.advance(60 * 60_000)
    const next = discordOn(server).chat
    expect(await next.post(channel(), card('#42: release'), '42/first')).toEqual(head)
    expect(await next.post(below, asking, '42/gate')).toEqual(gate)
    expect(texts()).toHaveLength(2)
  })

  test('shows what this process has to say, and its buttons are heard', async () => {
    await chat.post(channel(), asking, '42/gate')
    server.advance(60 * 60_000)
    const next = discordOn(server).chat
    const heard: Incoming[] = []
    await next.start(async (incoming) => void heard.push(incoming))
    await server.gateway.connected()
    await next.post(channel(), { ...asking, title: 'Submit it now?' }, '42/gate')
    server.presses(BEN, 'Approve')
    await expect.poll(() => heard).toMatchObject([{ text: 'approve #42', digest: 'd' }])
    expect(texts()).toEqual(['Submit it now?'])
    await next.stop()
  })

  test('is told from that of another bot with the same numbers', async () => {
    await chat.post(channel(), card('#1: release'), '1/first')
    await discordOn(server, { identity: 'other' }).chat.post(channel(), card('#1: release'), '1/first')
    expect(texts()).toHaveLength(2)
  })

  test('is told from that of somebody who copies it', async () => {
    const head = await chat.post(channel(), card('#1: release'), '1/first')
    const copied = server.state.messages.get(head.id)
    if (copied !== undefined) server.state.messages.set(head.id, { ...copied, author: '666' })
    server.advance(60 * 60_000)
    expect(await discordOn(server).chat.post(channel(), card('#1: release'), '1/first')).not.toEqual(head)
  })
})

describe('a thread', () => {
  test('that was deleted goes on below a new message, also after a restart', async () => {
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    const below = { ...channel(), thread: head.id }
    await chat.post(below, card('#42: one'), '42/one')
    server.state.channels.delete(head.id)
    const two = await chat.post(below, card('#42: two'), '42/two')
    const three = await discordOn(server).chat.post(below, card('#42: three'), '42/three')
    expect(three.channel).toBe(two.channel)
    expect(texts()).toEqual(['#42: release', '  #42: one', '#42: release', '  #42: two', '  #42: three'])
  })

  test('whose message was deleted is opened below a new one', async () => {
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    server.state.messages.delete(head.id)
    await chat.post({ ...channel(), thread: head.id }, card('#42: one'), '42/one')
    expect(texts()).toEqual(['#42: one', '  #42: one'])
  })

  test('that fell asleep is opened again to edit in it', async () => {
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    const gate = await chat.post({ ...channel(), thread: head.id }, asking, '42/gate')
    const thread = server.state.channels.get(head.id)
    if (thread !== undefined) thread.archived = true
    await chat.update(gate, card('Approved by Ben'), '42/gate')
    expect(texts()).toEqual(['#42: release', '  Approved by Ben'])
  })

  test('that somebody locked is left as it is: what asks there is asked below a new message', async () => {
    const head = await chat.post(channel(), card('#42: release'), '42/first')
    const below = { ...channel(), thread: head.id }
    const gate = await chat.post(below, asking, '42/gate')
    Object.assign(server.state.channels.get(head.id) ?? {}, { archived: true, locked: true })
    expect(await chat.update(gate, asking, '42/gate')).toBe('gone')
    const again = await chat.post(below, asking, '42/gate')
    expect(again.channel).not.toBe(gate.channel)
    await chat.post(below, card('#42: result'), '42/result')
    expect(texts()).toEqual(['#42: release', '  Submit?', '#42: release', '  Submit?', '  #42: result'])
    expect(server.messages().map(textOfMessage).join()).toContain('deleted or locked, so it goes on below')
  })

  test('says that a card which somebody deleted is gone', async () => {
    const gate = await chat.post(channel(), asking, '42/gate')
    server.state.messages.delete(gate.id)
    expect(await chat.update(gate, asking, '42/gate')).toBe('gone')
    expect(await chat.post(channel(), asking, '42/gate')).not.toEqual(gate)
  })
})

describe('what Discord refuses', () => {
  test.each([
    [{ code: 50001, status: 403 }, 'these permissions in the channel: View Channel, Send Messages, Embed Links'],
    [{ code: 50013, status: 403 }, 'these permissions in the channel: View Channel, Send Messages, Embed Links'],
    [{ code: 10003, status: 404 }, 'is not there any more'],
    [{ code: 50008, status: 400 }, 'cannot keep a thread'],
  ] as const)('%o is told with what to do, and is not tried at once again', async (fault, said) => {
    server.faults.add(/^POST .*messages$/, fault, 9)
    await expect(chat.post(channel(), card('#42: release'), '42/first')).rejects.toThrow(said)
    expect(server.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1)
  })
})

test('a card for the thread of a message in a voice channel is refused with what to do', async () => {
  server.state.channels.set('76', { id: '76', name: 'lounge', type: 2, archived: false })
  const lounge = { platform: 'discord', channel: '76' } as const
  const { id } = await chat.post(lounge, card('#42: release'), '42/first')
  const refused: unknown = await chat.post({ ...lounge, thread: id }, asking, '42/gate').catch((error) => error)
  expect(refusalIn(refused)?.code).toBe('discord.no-home')
})

describe('a card that Discord will never take', () => {
  test.each([
    [{ code: 50035, status: 400 }],
    [{ code: 50006, status: 400 }],
    [{ code: 40005, status: 413 }],
    [{ code: 0, status: 413 }],
    [{ code: 200000, status: 400 }],
  ] as const)('%o is told from a place that takes none, and from what passes by itself', async (fault) => {
    server.faults.add(/^(POST|PATCH) .*messages/, fault)
    const refused: unknown = await chat.post(channel(), asking, '42/gate').catch((error) => error)
    expect([unfitIn(refused)?.code, refusalIn(refused)]).toEqual(['discord.unfit', undefined])
    const gate = await chat.post(channel(), asking, '42/gate')
    server.faults.add(/^(POST|PATCH) .*messages/, fault)
    const edit: unknown = await chat.update(gate, asking, '42/gate').catch((error) => error)
    expect(unfitIn(edit)?.why).toContain(`Discord answered ${fault.code || fault.status}`)
  })

  test.each([
    { code: 50001, status: 403 },
    { code: 160006, status: 400 },
  ])('but not %o', async (fault) => {
    server.faults.add(/^POST .*messages/, fault)
    expect(unfitIn(await chat.post(channel(), asking, '42/gate').catch((error) => error))).toBeUndefined()
  })
})

test('limits are kept: of many posts none is refused', async () => {
  for (let count = 0; count < 12; count += 1) await chat.post(channel(), card(`card ${count}`), `key-${count}`)
  expect(texts()).toEqual(Array.from({ length: 12 }, (_, count) => `card ${count}`))
  expect(server.limited()).toBe(0)
})

test('files go with a card, and one that cannot be read is left out', async () => {
  const { chat } = discordOn(server, { readFile: async (path) => (path === '/log' ? 'the log' : undefined) })
  const files = [
    { name: 'a b.log', path: '/log' },
    { name: 'gone', path: '/gone' },
    { name: 'aur.diff', text: '+1' },
  ]
  await chat.post(channel(), card('Log', { files }), 'log')
  expect(texts()[0]).toBe('Log')
  expect(server.messages().map(textOfMessage).join()).toContain('Not attached: gone (it cannot be read).')
  expect(server.messages()[0]?.files).toEqual([
    { name: 'a-b.log', text: 'the log' },
    { name: 'aur.diff', text: '+1' },
  ])
})

test('a question whose difference cannot be attached whole can be denied there, and not approved', async () => {
  const deny = { label: 'Deny', style: 'danger', command: 'deny #42', gate: { id: 'g', digest: 'd' } } as const
  const files = [{ name: 'aur.diff', text: 'x'.repeat(1_000_001) }]
  await chat.post(channel(), { ...asking, buttons: [...asking.buttons, deny], files }, '42/gate')
  const [gate] = server.messages()
  const shown = gate && textOfMessage(gate)
  expect(shown).toContain('the beginning of aur.diff. What cannot be read whole cannot be approved here')
  expect(shown).toMatch(/\n\[Deny\]\n/)
})
