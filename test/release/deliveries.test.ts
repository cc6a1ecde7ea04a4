import { expect, test } from 'vitest'
import { summarize } from '../../src/bot/summary.ts'
import type { NewEvent } from '../../src/release/event.ts'
import { problem } from '../../src/release/problems.ts'
import { ANA, BEN, drive } from './sample.ts'

const bug = { ok: false, problem: problem('step.bug', { step: 'x', message: 'y', number: 42 }) } as const

/** What a person sent, with the id under which the platform delivered it. */
function delivered(event: Partial<NewEvent>, delivery: string): never {
  return { ...event, delivery } as never
}

test('a press that is delivered twice counts once, whatever happened in between', () => {
  const hand = drive()
  hand.start()
  hand.run()
  const gate = hand.now().gates[0]
  const press = { type: 'pressed', gate: gate?.id ?? '', digest: gate?.digest ?? '', choice: 'approve', actor: BEN }
  hand.send(delivered(press as never, 'press-1'))
  expect(hand.now().deliveries).toEqual(['press-1'])
  expect(hand.send(delivered(press as never, 'press-1'))?.events).toEqual([])
})

test('a retry that is delivered again after the next stop retries nothing', () => {
  const hand = drive()
  hand.start()
  const fail = () => {
    for (const id of hand.running()) hand.settle(id, bug)
  }
  fail()
  hand.send(delivered({ type: 'retried', actor: ANA }, 'retry-1'))
  fail()
  expect(hand.now().status).toBe('stopped')
  expect(hand.send(delivered({ type: 'retried', actor: ANA }, 'retry-1'))?.events).toEqual([])
  expect(hand.send(delivered({ type: 'retried', actor: ANA }, 'retry-2'))?.deployment.status).toBe('running')
})

test('a cancel that is delivered twice is no second cancel', () => {
  const hand = drive()
  hand.start()
  for (const _ of [1, 2]) hand.send(delivered({ type: 'cancelled', actor: ANA }, 'cancel-1'))
  expect(hand.now().cancel?.again).toBe(false)
  hand.send(delivered({ type: 'cancelled', actor: ANA }, 'cancel-2'))
  expect(hand.now().cancel?.again).toBe(true)
})

test('what was delivered is remembered after the end', () => {
  const hand = drive()
  hand.send(delivered({ type: 'cancelled', actor: ANA }, 'cancel-1'))
  expect(summarize(hand.now())).toMatchObject({ status: 'cancelled', deliveries: ['cancel-1'] })
})
