/** An answer counts where its question is shown: on the platform of the deployment, on a mirrored one, and at the terminal. */
import { describe, expect, test } from 'vitest'
import type { PlatformName } from '../../src/release/actor.ts'
import { refusePress } from '../../src/release/approvals.ts'
import { askedOn } from '../../src/release/asked-on.ts'
import type { Place } from '../../src/release/deployment.ts'
import { replay } from '../../src/release/machine.ts'
import type { Project } from '../../src/release/project.ts'
import { problemCard } from '../../src/release/report.ts'
import { wideTextOf } from '../card-text.ts'
import { BEN, drive, project } from './sample.ts'

const SLACK: Place = { platform: 'slack', channel: 'CHARBOUR' }
const DISCORD: Place = { platform: 'discord', channel: '1181' }
const TERMINAL: Place = { platform: 'terminal', channel: 'terminal' }
const heard: Project = { ...project, channels: { slack: ['CHARBOUR'], discord: ['1181'] } }
const mirroring = { ...heard, mirror: true }

function asked(of: Project, place: Place) {
  const hand = drive(of, { place })
  hand.start()
  hand.run()
  return hand
}

/** Ben answers from there; the refusal, or how the gate stands. */
function answer(
  hand: ReturnType<typeof asked>,
  place: Place | undefined,
  more: Readonly<Record<string, unknown>> = {},
) {
  const gate = hand.now().gates.at(-1)
  const press = { type: 'pressed', gate: gate?.id, digest: gate?.digest, choice: 'approve', actor: BEN, place, ...more }
  const refused = refusePress(hand.now(), { ...press, at: hand.time() + 1_000 } as never)
  hand.send(press as never)
  return refused?.code ?? hand.now().gates.at(-1)?.status
}

const CASES: readonly (readonly [string, Project, Place, readonly PlatformName[]])[] = [
  ['in Slack', heard, SLACK, ['terminal', 'slack']],
  ['in Discord', heard, DISCORD, ['terminal', 'discord']],
  ['at the terminal', heard, TERMINAL, ['terminal']],
  ['in Slack, and mirrored', mirroring, SLACK, ['terminal', 'slack', 'discord']],
  ['at the terminal, and mirrored', mirroring, TERMINAL, ['terminal', 'slack', 'discord']],
  [
    'in Slack, to be mirrored to no channel',
    { ...mirroring, channels: { slack: ['CHARBOUR'], discord: [] } },
    SLACK,
    ['terminal', 'slack'],
  ],
]
test.each(CASES)(
  'what is asked %s is answered where it is shown, and by nobody elsewhere',
  (_, of, home, platforms) => {
    expect(askedOn(of, home.platform)).toEqual(platforms)
    for (const from of [SLACK, DISCORD, TERMINAL]) {
      const hand = asked(of, home)
      expect(answer(hand, from)).toBe(platforms.includes(from.platform) ? 'approved' : 'gate.elsewhere')
      expect(hand.now().gates[0]?.presses).toHaveLength(platforms.includes(from.platform) ? 1 : 0)
    }
  },
)

describe('from a platform that it is not shown on', () => {
  test.each([
    [{ choice: 'approve' }],
    [{ choice: 'deny' }],
    [{ choice: 'approve', override: 'nobody answers' }],
    [{ choice: 'revoke' }],
  ])('%j does not count, and the question stays open to those who see it', (more) => {
    const hand = asked(heard, SLACK)
    expect(answer(hand, DISCORD, more)).toBe('gate.elsewhere')
    expect(answer(hand, SLACK)).toBe('approved')
  })

  test('an approval that stands is not taken back either, until it is used', () => {
    const hand = asked({ ...heard, approvals: { ...heard.approvals, needed: 2 } }, SLACK)
    answer(hand, SLACK)
    expect(answer(hand, DISCORD, { choice: 'revoke' })).toBe('gate.elsewhere')
    expect(answer(hand, TERMINAL, { choice: 'revoke' })).toBe('open')
  })

  test('the refusal says where it is asked, what ends the release from here, and what asks here too', () => {
    const hand = asked(heard, SLACK)
    const gate = hand.now().gates[0]
    const press = { type: 'pressed', gate: gate?.id ?? '', digest: gate?.digest ?? '', choice: 'approve', actor: BEN }
    const refused = refusePress(hand.now(), { ...press, place: DISCORD, at: hand.time() } as never)
    const text = wideTextOf(problemCard(refused ?? never()))
    for (const words of [
      'The question of #42 is not asked in Discord.',
      'only where its question is shown: in Slack, channel CHARBOUR. Nothing was counted',
      'Answer it there; cancel #42 ends it from here, too.',
      'mirror: true and a channel under channels.discord ask in Discord as well.',
    ])
      expect(text).toContain(words)
  })

  test('one that is closed is told as closed', () => {
    const hand = asked(heard, SLACK)
    answer(hand, SLACK, { choice: 'deny' })
    expect(answer(hand, DISCORD)).toBe('gate.closed')
  })

  test('a cancel is no answer, and counts from everywhere', () => {
    const hand = asked(heard, SLACK)
    hand.send({ type: 'cancelled', actor: { ...BEN, platform: 'discord' } } as never)
    expect(hand.now().status).toBe('cancelled')
  })
})

test('whoever was shown a question may answer it, although nothing is mirrored', () => {
  const hand = asked(heard, SLACK)
  const message = { ...DISCORD, id: '1' }
  hand.send({ type: 'posted', key: '42/mirror:discord:aur-submit.1', message } as never)
  expect(answer(hand, DISCORD)).toBe('approved')
})

test('a journal from before presses said where they came from is read as it was judged then', () => {
  const hand = asked(heard, SLACK)
  expect(answer(hand, undefined, { actor: { ...BEN, platform: 'slack', account: 'UBEN' } })).toBe('approved')
  expect(replay(JSON.parse(JSON.stringify(hand.journal)))).toEqual(hand.now())
})

function never(): never {
  throw new Error('it was refused')
}
