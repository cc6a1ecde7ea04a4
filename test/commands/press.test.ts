/** A typed approval means the question that its sender has read. */
import { expect, test } from 'vitest'
import { press } from '../../commands/press.ts'
import type { Desk, Wish } from '../../src/ports/desk.ts'
import type { Place } from '../../src/release/deployment.ts'
import { BEN, drive, project } from '../release/sample.ts'

const IN_SLACK: Place = { platform: 'slack', channel: 'C1' }
const place = { platform: 'terminal', channel: 'tty' } as const

/** Asked, approved, and asked again with another content, since the world has changed meanwhile. */
function askedAgain() {
  const hand = drive()
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.settle('aur.submit', { ok: false, changed: { bound: { commit: 'b' }, card: { sections: [], files: [] } } })
  return hand
}

test('typed where the question is not shown it is refused at once; a button is only where it is shown, also before that is written down', async () => {
  const hand = drive({ ...project, channels: { slack: ['C1'], discord: ['1'] } }, { place: IN_SLACK })
  hand.start()
  hand.run()
  const options = ['git', 'everything'].map((name) => ({ name, label: name, digest: name }))
  const deployment = { ...hand.now(), gates: hand.now().gates.map((gate) => ({ ...gate, options })) }
  const sent: Wish[] = []
  const desk: Partial<Desk> = {
    now: hand.time,
    find: async () => deployment,
    send: async (_, wish) => {
      sent.push(wish)
      return deployment
    },
  }
  const from = (where: Place, more: { readonly digest?: string } = {}) =>
    press(
      42,
      { choice: 'approve', plan: 'git' },
      { id: '1', actor: BEN, place: where, text: '', ...more },
      desk as Desk,
    )
  expect(await from({ platform: 'discord', channel: '1' })).toMatchObject({ code: 'gate.elsewhere' })
  expect(sent).toEqual([])
  expect(await from(IN_SLACK)).toBeUndefined()
  expect(await from(place)).toBeUndefined()
  expect(sent).toMatchObject([{ place: IN_SLACK }, { place }])
  expect(await from({ platform: 'discord', channel: '1' }, { digest: 'git' })).toBeUndefined()
  expect(sent.at(-1)).not.toHaveProperty('place')
})

/** Ben answers so many milliseconds after the question was put; what he is told, and what was sent. */
async function answers(after: number, choice: 'approve' | 'deny', more: { readonly digest?: string } = {}) {
  const hand = askedAgain()
  const sent: Wish[] = []
  const desk: Partial<Desk> = {
    now: () => hand.time() + after,
    find: async () => hand.now(),
    send: async (_, wish) => {
      sent.push(wish)
      return hand.now()
    },
  }
  const incoming = { id: '1', actor: BEN, place, text: '', ...more }
  const told = await press(42, { choice }, incoming, desk as Desk)
  return { told, sent }
}

test('is not taken for one of a question that was put anew the moment before', async () => {
  const { told, sent } = await answers(4_000, 'approve')
  expect(told).toMatchObject({
    code: 'gate.just-asked',
    what: '#42 was asked again 4 s ago, and this is another question than before.',
    why: 'What is typed does not say which of the two was read. They differ in: commit.',
  })
  expect(sent).toEqual([])
})

test('counts once there was time to read the question', async () => {
  const { told, sent } = await answers(15_000, 'approve')
  expect(told).toBeUndefined()
  expect(sent).toMatchObject([{ type: 'pressed', gate: 'aur-submit.2', choice: 'approve' }])
})

test('a button says which question it means, and a denial does no harm, so both count at once', async () => {
  const shown = askedAgain().now().gates.at(-1)?.digest ?? ''
  for (const { told, sent } of [await answers(0, 'approve', { digest: shown }), await answers(0, 'deny')]) {
    expect(told).toBeUndefined()
    expect(sent).toMatchObject([{ gate: 'aur-submit.2', digest: shown }])
  }
})
