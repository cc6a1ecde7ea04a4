import { describe, expect, test } from 'vitest'
import { consequenceOf } from '../../src/release/diagnosis/consequence.ts'
import type { NewEvent } from '../../src/release/event.ts'
import { replay, resume } from '../../src/release/machine.ts'
import { problem } from '../../src/release/problems.ts'
import { cardsFor } from '../../src/release/report.ts'
import { textOf } from '../card-text.ts'
import { ANA, BEN, drive } from './sample.ts'

const MINUTE = 60_000
const STEP = 'vps.deploy:one'
const failed = { ok: false, problem: problem('step.bug', { step: 'x', message: 'y', number: 42 }) } as const

/** A deployment whose script on the first server was started, and whose step then lost sight of it. */
function outOfSight() {
  const hand = drive()
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.until(STEP)
  const intent = { host: 'one', job: '/home/u/.slipway/jobs/42/deploy' }
  const attempt = hand.now().steps[STEP]?.attempt ?? 0
  hand.send({ type: 'intended', step: STEP, attempt, intent } as never)
  hand.settle(STEP, failed)
  return hand
}

const by = (type: 'cancelled' | 'freed', at: number): NewEvent => ({ type, actor: ANA, at })

function cancelled() {
  const hand = outOfSight()
  const advance = hand.send(by('cancelled', hand.time()) as never)
  return { hand, at: hand.time(), effects: advance?.effects ?? [] }
}

describe('the slot of a cancelled deployment whose script may still run on a server', () => {
  test('is kept, and the script is ended by a step of its own', () => {
    const { hand, effects } = cancelled()
    expect(effects).toContainEqual(expect.objectContaining({ do: 'end', step: STEP }))
    expect(hand.now()).toMatchObject({ status: 'running' })
    expect(hand.now().endedAt).toBeUndefined()
    expect(resume(hand.now())).toContainEqual(expect.objectContaining({ step: STEP }))
  })

  test('is free as soon as the script is seen to have ended, and not before', () => {
    const { hand } = cancelled()
    hand.settle(STEP, failed)
    expect(hand.is(STEP)).toBe('running')
    hand.settle(STEP, { ...failed, over: true })
    expect(hand.now()).toMatchObject({ status: 'cancelled' })
  })

  test('is free when the script is seen to have ended well', () => {
    const { hand } = cancelled()
    hand.settle(STEP, { ok: true, evidence: {} })
    expect(hand.now()).toMatchObject({ status: 'cancelled' })
    expect(hand.is(STEP)).toBe('done')
  })

  test('is freed by an admin after ten minutes, and the card says what may still run and where', () => {
    const { hand, at } = cancelled()
    const shown = () => cardsFor(hand.now(), hand.time()).map(({ card }) => textOf(card))
    expect(shown().join('\n')).toContain('/cancel #42 --free')
    expect(hand.send(by('freed', at + 10 * MINUTE - 1) as never)?.events).toEqual([])
    hand.send(by('freed', at + 10 * MINUTE) as never)
    expect(hand.now()).toMatchObject({ status: 'cancelled', freed: { actor: ANA } })
    const result = shown().at(-1)
    expect(result).toContain('ana freed the slot of #42')
    expect(result).toMatch(/\/home\/u\/\.slipway\/jobs\/42\/deploy\s+on\s+one/)
  })

  test('is never freed where nobody cancelled', () => {
    const hand = outOfSight()
    expect(hand.send(by('freed', hand.time() + 60 * MINUTE) as never)?.events).toEqual([])
  })
})

test('a stopped deployment whose script may still run is not given up after its hours', () => {
  const hand = outOfSight()
  expect(hand.now().status).toBe('stopped')
  const { waitHours } = hand.now().project
  hand.send({ type: 'woken', at: hand.time() + waitHours * 60 * MINUTE } as never)
  expect(hand.now().status).toBe('stopped')
})

test('a script that was seen to fail leaves nothing to be proved', () => {
  const hand = outOfSight()
  hand.send({ type: 'retried', actor: ANA } as never)
  hand.until(STEP)
  hand.settle(STEP, { ...failed, over: true })
  hand.send(by('cancelled', hand.time()) as never)
  expect(hand.now().status).toBe('cancelled')
})

describe('a deployment that failed as a server was staged', () => {
  const STAGE = 'vps.stage:one'
  const broken = { ok: false, problem: problem('vps.command-failed', {} as never) } as const

  /** `intent`: as this version and the one before write it. */
  function unstaged(intent: object) {
    const hand = drive()
    hand.start()
    hand.until(STAGE)
    hand.send({ type: 'intended', step: STAGE, attempt: 1, intent } as never)
    hand.settle(STAGE, broken)
    hand.run()
    return hand
  }
  const JOURNALS = [
    ['written now', { host: 'one', folder: '/jobs/42', commit: 'c1' }],
    ['of the version before', { host: 'one', job: '/jobs/42', commit: 'c1' }],
  ] as const

  test.each(JOURNALS)('in a journal %s ends after its hours, and says so instead of naming a script', (_, intent) => {
    const hand = unstaged(intent)
    const shown = cardsFor(hand.now(), hand.time()).map(({ card }) => textOf(card))
    const stop = shown.find((text) => text.includes('stopped: Stage')) ?? ''
    expect(stop).toContain('then it ends as failed')
    expect(stop).not.toContain('script')
    hand.send({ type: 'woken', at: hand.time() + hand.now().project.waitHours * 60 * MINUTE } as never)
    expect(hand.now().status).toBe('failed')
  })

  test('tells that no server was switched, until one was about to be', () => {
    const hand = unstaged(JOURNALS[0][1])
    const meaning = () => consequenceOf(hand.now(), { failed: [{ step: STAGE, problem: broken.problem }] })
    expect(meaning()).toContain('visitors have what they had')
    hand.send({ type: 'retried', actor: ANA } as never)
    hand.run()
    hand.press(BEN)
    hand.until('vps.pull:one')
    hand.send({ type: 'intended', step: 'vps.pull:one', attempt: 1, intent: { host: 'one' } } as never)
    expect(meaning()).toContain('visitors meet a site that is down')
  })

  test('a cancel ends at once, and a journal of before in which it ended a script is read all the same', () => {
    const hand = unstaged(JOURNALS[1][1])
    hand.send(by('cancelled', hand.time()) as never)
    expect(hand.now().status).toBe('cancelled')
    for (const event of [
      { type: 'begun', step: STAGE, attempt: 2, part: 'end' },
      { type: 'settled', step: STAGE, attempt: 2, outcome: { ...failed, over: true } },
    ])
      expect(hand.send(event as never)?.events).toHaveLength(1)
    expect(replay(hand.journal)).toMatchObject({ status: 'cancelled' })
  })
})
