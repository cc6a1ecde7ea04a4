/** What cards carry for platforms that are more than text: a thread, whom to call, times, buttons, announcements. */
import { describe, expect, test } from 'vitest'
import { createClosedPlaces, isToldIn } from '../../src/bot/closed-places.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import type { Button } from '../../src/release/card.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { problem } from '../../src/release/problems.ts'
import type { Project } from '../../src/release/project.ts'
import { announcements } from '../../src/release/report/announce.ts'
import { mirrored } from '../../src/release/report/mirror.ts'
import { withMoments } from '../../src/release/report/moment.ts'
import { refusedPosts, unannouncedPosts } from '../../src/release/report/refused.ts'
import { threaded } from '../../src/release/report/threaded.ts'
import type { View } from '../../src/release/report/view.ts'
import { cardsFor } from '../../src/release/report.ts'
import { textOf, wideTextOf } from '../card-text.ts'
import { BEN, drive, project } from './sample.ts'

const talkative: Project = {
  ...project,
  announce: { slack: ['CNEWS', 'CHARBOUR'], discord: ['123456'] },
  roles: {
    ...project.roles,
    managers: {
      slack: { users: ['UBEN', 'UANA'], groups: ['SRELEASE'] },
      discord: { users: ['77777'], roles: ['88888'] },
      terminal: ['ben'],
    },
  },
}

function atGate() {
  const hand = drive(talkative)
  hand.start()
  hand.run()
  return hand
}

function posts(hand: ReturnType<typeof drive>, view: View = {}) {
  return cardsFor(hand.now(), hand.time(), view)
}

test('a gate calls those who may approve it, and not whoever asked for the release', () => {
  const gate = posts(atGate()).find(({ key }) => key === '42/gate:aur-submit.1')
  expect(gate?.card.mentions).toEqual({
    slack: { accounts: ['UBEN'], groups: ['SRELEASE'] },
    discord: { accounts: ['77777'], groups: ['88888'] },
  })
})

test('an answered gate calls nobody, and the result calls whoever asked', () => {
  const hand = atGate()
  hand.press(BEN, 'deny')
  hand.run()
  const of = (name: string) => posts(hand).find(({ key }) => key === `42/${name}`)?.card
  expect(of('gate:aur-submit.1')).not.toHaveProperty('mentions')
  expect(of('result')?.mentions?.slack).toEqual({ accounts: ['UANA'], groups: [] })
})

test('where there are threads, one message runs from the request to the result, and calls nobody', () => {
  const hand = drive(talkative)
  const heads = [threaded(hand.now(), posts(hand))]
  hand.start()
  heads.push(threaded(hand.now(), posts(hand)))
  hand.run()
  hand.press(BEN, 'deny')
  hand.run()
  heads.push(threaded(hand.now(), posts(hand)))
  expect(heads.map(([head]) => head?.key)).toEqual(['42/first', '42/first', '42/first'])
  expect(heads.map(([head]) => head?.card.title)).toEqual([
    '#42: release Harbour 3.1.3+001',
    '#42: Harbour 3.1.3+001 is being released',
    '#42: Harbour 3.1.3+001 was denied',
  ])
  expect(heads.map(([head]) => head?.card.mentions)).toEqual([undefined, undefined, undefined])
  expect(heads.at(-1)?.map(({ key }) => key)).toEqual(['42/first', '42/gate:aur-submit.1', '42/result'])
})

test('marked times read as before, and can be written otherwise', () => {
  const gate = posts(atGate(), { moments: true }).find(({ key }) => key.includes('gate:'))
  const plain = posts(atGate()).find(({ key }) => key.includes('gate:'))
  const text = JSON.stringify(gate?.card)
  expect(text).not.toBe(JSON.stringify(plain?.card))
  expect(withMoments(text)).toBe(JSON.stringify(plain?.card))
  expect(withMoments('until \ue0001000|00:16 UTC\ue001.', (at, words) => `<${at} ${words}>`)).toBe(
    'until <1000 00:16 UTC>.',
  )
  expect(withMoments('\ue000 nobody \ue001 marked this')).toBe(' nobody  marked this')
})

test('a gate that was open in an outage is asked again, with the time in which presses were lost', () => {
  const hand = atGate()
  const opened = hand.now().gates[0]?.openedAt ?? 0
  const outages = [
    { from: 0, to: opened - 60_000 },
    { from: opened + 60_000, to: opened + 480_000 },
  ]
  const again = (view: View) => posts(hand, view).filter(({ key }) => key.startsWith('42/missed:'))
  const [post, ...more] = again({ missed: outages })
  expect(more).toEqual([])
  expect(textOf(post?.card ?? never())).toMatch(/Asked again: presses between \d\d:\d\d UTC and \d\d:\d\d UTC did not/)
  expect(post?.card.buttons).toHaveLength(2)
  const message = { platform: 'slack', channel: 'C1', id: '1.2' } as const
  hand.send({ type: 'posted', key: post?.key, message } as never)
  hand.press(BEN)
  expect(again({}).map(({ key, card }) => [key, card.buttons.length])).toEqual([[post?.key, 0]])
})

test('a question that is mirrored is asked again where presses on that side were lost, and closes with the others', () => {
  const hand = drive({ ...talkative, mirror: true, channels: { slack: [], discord: ['123456'] } })
  hand.start()
  hand.run()
  const opened = hand.now().gates[0]?.openedAt ?? 0
  const missed = [{ from: opened + 60_000, to: opened + 480_000 }]
  const shown = (view: View) => mirrored(hand.now(), 'discord', view)
  const [gate, again] = shown({ missed })
  expect(again && textOf(again.card)).toMatch(/presses between \d\d:\d\d UTC and \d\d:\d\d UTC did not reach Slipway/)
  for (const each of [gate, again])
    hand.send({ type: 'posted', key: each?.key, message: { platform: 'discord', channel: '123456', id: '1' } } as never)
  expect(gate && textOf(gate.card)).toContain('It can be answered here')
  hand.press(BEN)
  for (const { card } of shown({})) expect(textOf(card)).not.toContain('It can be answered here')
  expect(shown({}).map(({ key, card }) => [key, card.buttons.length])).toEqual([
    ['42/mirror:discord:aur-submit.1', 0],
    [again?.key, 0],
  ])
})

describe('a deployment whose own place takes no cards', () => {
  const place = { platform: 'discord', channel: '1' } as const
  const refused = problem('discord.permissions', {
    channel: '1',
    answer: '50013, Missing Permissions',
    permissions: 'Send Messages',
  })
  const at = (messages = {}) => ({
    ...drive({ ...talkative, channels: { slack: ['CHARBOUR'], discord: ['1'] } }).now(),
    place,
    messages,
  })

  test('is told where the project is heard besides, with what mends it and how it stands', () => {
    const [post] = refusedPosts(at(), 'slack', { refused, spell: (command) => `/slipway ${command}` })
    expect(post?.place).toEqual({ platform: 'slack', channel: 'CHARBOUR' })
    const text = textOf(post?.card ?? never())
    expect(text).toContain('#42: Harbour 3.1.3+001 cannot be told in Discord')
    for (const words of ['50013', 'Give the role of Slipway', '#42 goes on', '/slipway status #42'])
      expect(text).toContain(words)
  })

  test('says so once it is told there again, where that was told', () => {
    const told = { '42/refused:slack': { platform: 'slack', channel: 'CHARBOUR', id: '1' } }
    expect(refusedPosts(at(told), 'slack', { refused: 'over' })[0]?.card.title).toContain('is told in Discord again')
    expect(refusedPosts(at(), 'slack', { refused: 'over' })).toEqual([])
  })

  test('asks its questions where the project is heard besides, and goes on showing there what it asked', () => {
    const hand = drive({ ...talkative, channels: { slack: ['CHARBOUR'], discord: ['1'] } }, { place })
    hand.start()
    hand.run()
    const shown = (view: View) => mirrored(hand.now(), 'slack', view)
    for (const well of [{}, { refused: 'over' as const }]) expect(shown(well)).toEqual([])
    const [post] = shown({ refused })
    expect(post?.card.buttons).toHaveLength(2)
    expect(wideTextOf(post?.card ?? never())).toContain(
      'in Discord, where it cannot be shown now. It can be answered here',
    )
    hand.send({ type: 'posted', key: post?.key, message: { platform: 'slack', channel: 'CHARBOUR', id: '1' } } as never)
    expect(shown({ refused: 'over' }).map(({ key }) => key)).toEqual(['42/mirror:slack:aur-submit.1'])
    expect(mirrored(hand.now(), 'discord', { refused })).toEqual([])
  })

  test('calls people where the project is heard besides, with the newest call, until one answers', () => {
    const calling = { at: 0, calls: 2 }
    const called = (emergency: Deployment['emergency'], messages = {}, view: View = { refused }) => {
      const onCall = { ...talkative, onCall: ['managers'], channels: { slack: ['CHARBOUR'], discord: ['1'] } }
      const shown = mirrored({ ...drive(onCall, { place }).now(), emergency, messages } as Deployment, 'slack', view)
      return shown.map(({ key, card }) => [key, card.mentions?.slack.groups, card.buttons.length])
    }
    const message = { platform: 'slack', channel: 'CHARBOUR', id: '1' } as const
    expect(called(calling)).toEqual([
      ['42/mirror:slack-emergency', ['SRELEASE'], 1],
      ['42/mirror:slack-call:2', ['SRELEASE'], 1],
    ])
    expect(called(calling, {}, {})).toEqual([])
    const answered = { ...calling, answered: { actor: BEN, at: 0 } }
    expect(called(answered)).toEqual([])
    expect(called(answered, { '42/mirror:slack-call:1': message }, {})).toEqual([
      ['42/mirror:slack-call:1', undefined, 0],
    ])
  })

  test('reminds where the project is heard besides, and an earlier reminder only says where it goes on', () => {
    const hand = drive({ ...talkative, channels: { slack: ['CHARBOUR'], discord: ['1'] } }, { place })
    hand.start()
    hand.run()
    const gates = hand.now().gates.map((gate) => ({ ...gate, reminders: 2 }))
    const messages = {
      '42/mirror:slack-reminder:aur-submit.1.1': { platform: 'slack', channel: 'CHARBOUR', id: '1' },
    } as const
    const shown = (more: object) =>
      mirrored({ ...hand.now(), gates, ...more }, 'slack', { refused }).map(({ key, card }) => [
        key,
        card.buttons.length,
      ])
    const [question, newest] = [
      ['42/mirror:slack:aur-submit.1', 2],
      ['42/mirror:slack-reminder:aur-submit.1.2', 2],
    ]
    expect(shown({})).toEqual([question, newest])
    expect(shown({ messages })).toEqual([question, ['42/mirror:slack-reminder:aur-submit.1.1', 0], newest])
  })

  test('is told nowhere else where it is well, and never in its own place or at a terminal', () => {
    expect(refusedPosts(at(), 'slack', {})).toEqual([])
    for (const own of ['discord', 'terminal'] as const) expect(refusedPosts(at(), own, { refused })).toEqual([])
  })
})

test('the end of a deployment is announced elsewhere, without files and calling nobody', () => {
  const hand = atGate()
  expect(announcements(hand.now(), 'slack', {})).toEqual([])
  hand.press(BEN, 'deny')
  hand.run()
  const told = announcements({ ...hand.now(), place: { platform: 'slack', channel: 'CHARBOUR' } }, 'slack', {})
  expect(told.map(({ key, place }) => [key, place.channel])).toEqual([['42/announce:slack:CNEWS', 'CNEWS']])
  expect(told[0]?.card).not.toHaveProperty('mentions')
  expect(told[0]?.card.buttons).toEqual([])
  expect(announcements(hand.now(), 'discord', {})).toHaveLength(1)
  expect(announcements(hand.now(), 'terminal', {})).toEqual([])
})

test('a button is found by an opaque id that is bound to its command, gate and digest', () => {
  const book = createButtonBook()
  const button = (digest: string): Button => ({
    label: 'Approve',
    style: 'primary',
    command: 'approve #42',
    gate: { id: 'aur-submit.1', digest },
  })
  const id = book.idOf(button('a'))
  expect(book.idOf({ ...button('a'), label: 'Approve and submit' })).toBe(id)
  expect(book.idOf(button('b'))).not.toBe(id)
  expect(id).toMatch(/^[\w-]{32}$/)
  expect(book.find(id)?.gate?.digest).toBe('a')
  expect(createButtonBook().find(id)).toBeUndefined()
})

function never(): never {
  throw new Error('there is such a post')
}

test('the notes of a release are on its first card and message, and are announced with its end', () => {
  const hand = drive(talkative)
  hand.start()
  hand.settle('preflight.origin', { ok: true, evidence: { base: 'b1', changes: ['Features: export', 'and 3 more'] } })
  const notes = { kind: 'list', title: 'Release notes', items: ['Features: export', 'and 3 more'] }
  const [head] = threaded(hand.now(), cardsFor(hand.now(), hand.time()))
  expect(head?.card.sections).toContainEqual(notes)
  const ended = { ...hand.now(), status: 'complete', endedAt: hand.time() } as const
  expect(announcements(ended, 'slack', {})[0]?.card.sections[1]).toEqual(notes)
  const written = announcements({ ...ended, notes: 'It exports now.' }, 'slack', {})
  expect(written[0]?.card.sections[1]).toEqual({ kind: 'code', title: 'Release notes', text: 'It exports now.' })
})

test('where there are threads the certificate is a file, and stands neither in the channel nor in an announcement', () => {
  const text = 'DEPLOYMENT CERTIFICATE'
  const hand = drive(talkative)
  const evidence = { certificateText: text, certificateFile: '/c/1.json' }
  const steps = { 'finish.certificate': { status: 'done', attempt: 1, stale: false, evidence, notes: [] } } as const
  const ended = { ...hand.now(), steps, status: 'complete', startedAt: 1, endedAt: 2 } as const
  const [head, ...below] = threaded(ended, cardsFor(ended, 2))
  const result = below.find(({ key }) => key === '42/result')
  expect(result?.card.files).toEqual([
    { name: 'certificate-harbour-3.1.3+001.txt', text },
    { name: '1.json', path: '/c/1.json' },
  ])
  for (const card of [head?.card, result?.card, announcements(ended, 'slack', {})[0]?.card])
    expect(JSON.stringify(card?.sections)).not.toContain(text)
})

test('a deployment on a platform that the bot does not speak any more is told where the project is heard besides', () => {
  const closed = createClosedPlaces({ log: () => {}, platforms: ['terminal', 'discord'], changed: () => {} })
  const refused = closed.of({ place: { platform: 'slack', channel: 'CHARBOUR' } })
  expect(refused).toMatchObject({ code: 'request.no-chat', what: 'Slipway was started without Slack.' })
  expect(closed.of({ place: { platform: 'discord', channel: '1' } })).toBeUndefined()
})

test('an end that a channel does not take is told in the thread, with what mends it, until it is mended', () => {
  const log: string[] = []
  const closed = createClosedPlaces({ log: (line) => log.push(line), platforms: ['slack'], changed: () => {} })
  const deployment = { ...drive(talkative).now(), place: { platform: 'slack', channel: 'CHARBOUR' } as const }
  const news = { platform: 'slack', channel: 'CNEWS' } as const
  const refusal = problem('slack.not-in-channel', { channel: 'CNEWS', error: 'not_in_channel' })
  closed.note(news, refusal)
  const [post, ...more] = unannouncedPosts(deployment, { unannounced: closed.unannounced(deployment) })
  expect(more).toEqual([])
  expect(post?.key).toBe('42/unannounced:CNEWS')
  expect(textOf(post?.card ?? never())).toContain('/invite @Slipway in that channel')
  expect(isToldIn(deployment, news)).toBe(true)
  expect(isToldIn(deployment, { ...news, channel: 'CELSEWHERE' })).toBe(false)
  closed.note(news, undefined)
  expect(unannouncedPosts(deployment, { unannounced: closed.unannounced(deployment) })).toEqual([])
  expect(log).toEqual(['slack: CNEWS takes posts again'])
})
