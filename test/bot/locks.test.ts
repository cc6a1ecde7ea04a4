import { describe, expect, test } from 'vitest'
import { createLocks } from '../../src/bot/locks.ts'
import { SHELL } from '../../src/ports/chat.ts'
import type { Deployment, Place } from '../../src/release/deployment.ts'
import { withLock } from '../../src/release/lock.ts'
import type { Project } from '../../src/release/project.ts'
import { person } from '../release/sample.ts'
import { fakeBot, plain } from './fake-bot.ts'
import { memoryJournal } from './memory-journal.ts'

const role = (...terminal: string[]) => ({
  slack: { users: [], groups: [] },
  discord: { users: [], roles: [] },
  terminal,
})
const harbour: Project = {
  ...plain,
  access: { view: 'everyone', deploy: ['team'], approve: ['team'], admin: ['owners'] },
  roles: { team: role('ana', 'ben'), owners: role('olga') },
}
const BEN = person('ben')
const OLGA = person('olga')
const ELSEWHERE: Place = { platform: 'terminal', channel: 'elsewhere', thread: '17' }
const HOUR = 3_600_000

describe('a lock', () => {
  test('refuses a deployment with who, when, why and what to send', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    expect(await bot.says('lock the database moves')).toBe(`-- Harbour is locked
  ana locked it, 12:00 UTC: the database moves. New deployments are refused; one that runs goes on. ana or an admin lifts it.

  Unlock: /unlock harbour-1`)
    await bot.passes(HOUR)
    expect(await bot.says('deploy 3.1.3', { actor: BEN })).toBe(`!! Harbour is locked.
  ana locked it, 12:00 UTC: the database moves. Nothing new is deployed until it is unlocked.

  You are told here when it is free. To free it, ana or an admin sends this.

    /unlock harbour-1`)
    expect(bot.deployments()).toEqual([])
  })

  test('is no reason for a running deployment to stop, and keeps a queued one from its start', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('deploy 3.1.3')
    await bot.says('deploy 3.1.4')
    await bot.says('lock')
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'queued'])
    expect(bot.post('2/first')).toContain('ana locked it, 12:00 UTC; no reason was given. /unlock harbour-1')
    await bot.restart()
    expect(bot.running()).toEqual([])
    await bot.says('unlock')
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'complete'])
  })

  test('that is set while the world is looked at for the one whose turn it is keeps it too', async () => {
    const [slow, looked] = [Promise.withResolvers<void>(), { looks: async () => {} }]
    const bot = await fakeBot({ projects: [harbour], looks: () => looked.looks() })
    await bot.says('deploy 3.1.3')
    await bot.says('deploy 3.1.4')
    looked.looks = () => slow.promise
    await bot.finish()
    expect(await bot.says('lock the database moves')).toContain('Harbour is locked')
    slow.resolve()
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'queued'])
    await bot.says('unlock')
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'complete'])
  })

  test('leaves one that is queued free to be taken back', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('deploy 3.1.3')
    await bot.says('deploy 3.1.4')
    await bot.says('lock')
    await bot.finish()
    await bot.says('cancel #2')
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'cancelled'])
  })

  test('stands after a restart, and in the status', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock the database moves')
    const status = await bot.says('status')
    expect(status).toContain(
      'Harbour: ana locked it, 12:00 UTC: the database moves. /unlock harbour-1 by ana or an admin',
    )
    await bot.restart()
    expect(await bot.says('status')).toBe(status)
    expect(await bot.says('deploy 3.1.3', { actor: BEN })).toContain('Harbour is locked.')
  })

  test('is set once: a second one says who has it', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock one')
    expect(await bot.says('lock two', { actor: BEN })).toContain('Harbour is locked already.')
    expect(await bot.says('status')).toContain('ana locked it, 12:00 UTC: one')
  })

  test('of one project lets the others be', async () => {
    const pier = { ...harbour, name: 'pier', title: 'Pier' }
    const bot = await fakeBot({ projects: [harbour, pier] })
    await bot.says('lock --project harbour')
    expect(await bot.says('deploy 3.1.3 --project pier')).toBe('')
    const refusal = await bot.says('deploy 3.1.3 --project harbour')
    expect(refusal).toContain('Harbour is locked.')
    expect(await bot.says('unlock harbour-1')).toContain('Harbour is unlocked')
  })
})

describe('an unlock', () => {
  test('is for who locked and for admins', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock')
    expect(await bot.says('unlock', { actor: BEN })).toContain('ben may not unlock Harbour.')
    expect(await bot.says('unlock', { actor: OLGA })).toContain('Harbour is unlocked')
    await bot.says('lock')
    expect(await bot.says('unlock')).toContain('ana lifted harbour-2')
    expect(await bot.says('unlock')).toContain('Harbour is not locked.')
  })

  test('lifts only the lock that was seen', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock one')
    await bot.says('unlock')
    await bot.says('lock two')
    expect(
      await bot.says('unlock harbour-1', { actor: OLGA }),
    ).toBe(`!! harbour-1 is not the lock of Harbour that stands now.
  ana locked it, 12:00 UTC: two. An unlock lifts only the lock that was seen, so nothing was changed.

  If this lock is to be lifted, ana or an admin sends this.

    /unlock harbour-2`)
    expect(await bot.says('deploy 3.1.3')).toContain('Harbour is locked.')
  })

  test('is told to whoever was refused, once in each place, also after a restart', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock')
    await bot.says('deploy 3.1.3')
    await bot.says('deploy 3.1.4')
    await bot.says('deploy 3.1.3', { actor: BEN })
    await bot.says('deploy 3.1.3', { actor: BEN, place: ELSEWHERE })
    await bot.restart()
    await bot.says('unlock')
    const told = bot.posts().filter((key) => key.startsWith('unlocked/'))
    expect(told).toEqual(['unlocked/harbour-1/here', 'unlocked/harbour-1/elsewhere/17'])
    expect(bot.post('unlocked/harbour-1/here')).toContain('ana and ben wanted to deploy while it was locked.')
    expect(bot.post('unlocked/harbour-1/elsewhere/17')).toContain('ben wanted to deploy')
    await bot.says('lock')
    await bot.says('unlock')
    expect(bot.posts().filter((key) => key.startsWith('unlocked/'))).toEqual(told)
  })

  test('that is delivered again after a restart lifts no later lock', async () => {
    const bot = await fakeBot({ projects: [harbour] })
    await bot.says('lock', { id: 'lock-1' })
    await bot.says('unlock', { id: 'unlock-1' })
    await bot.restart()
    await bot.says('lock', { id: 'lock-1' })
    expect(await bot.says('status')).not.toContain('locked it')
    await bot.says('lock again')
    await bot.says('unlock', { id: 'unlock-1' })
    expect(await bot.says('status')).toContain('ana locked it, 12:00 UTC: again')
  })
})

describe('a freeze', () => {
  const frozen: Project = { ...harbour, freeze: [{ days: ['friday'], hours: '16:00-24:00', dates: [], zone: 'UTC' }] }
  const FRIDAY = Date.parse('2026-03-06T15:00:00Z')

  test('refuses with the rule, until when, and what an admin sends', async () => {
    const bot = await fakeBot({ projects: [frozen], at: FRIDAY + HOUR })
    expect(await bot.says('deploy 3.1.3')).toBe(`!! Harbour is frozen until 7 Mar 00:00 UTC.
  The freeze calendar in slipway.yaml says: friday, 16:00-24:00 (UTC). Nothing new is deployed then.

  Send it again after that. If it cannot wait, an admin sends this with the reason, which goes on record.

    /deploy 3.1.3 --override "why it cannot wait"`)
    expect(await bot.says('status')).toContain('Harbour: Frozen until 7 Mar 00:00 UTC by the calendar: friday')
    await bot.passes(8 * HOUR)
    expect(await bot.says('deploy 3.1.3')).toBe('')
  })

  test('gives way to an admin with a reason, which is recorded, shown and remembered', async () => {
    const boss: Project = { ...frozen, access: { ...frozen.access, deploy: ['team', 'owners'] } }
    const bot = await fakeBot({ projects: [boss], at: FRIDAY + HOUR })
    const line = 'deploy 3.1.3 --override "users cannot log in"'
    expect(await bot.says(line)).toContain('ana may not administer Harbour.')
    expect(bot.deployments()).toEqual([])
    expect(await bot.says(line, { actor: OLGA })).toBe('')
    const override = { actor: OLGA, reason: 'users cannot log in', freeze: 'friday, 16:00-24:00 (UTC)' }
    expect(bot.deployments()[0]).toMatchObject({ status: 'running', override })
    expect(bot.post('1/first')).toContain('olga deploys in the freeze friday, 16:00-24:00 (UTC): users cannot log in')
    await bot.restart()
    await bot.finish()
    expect(await bot.says('history')).toContain('complete, in a freeze: users cannot log in')
  })

  test('keeps a queued deployment from its start until it is over', async () => {
    const bot = await fakeBot({ projects: [frozen], at: FRIDAY })
    await bot.says('deploy 3.1.3')
    await bot.says('deploy 3.1.4')
    await bot.passes(HOUR)
    await bot.finish()
    expect(bot.deployments().map(({ status }) => status)).toEqual(['complete', 'queued'])
    expect(bot.post('2/first')).toContain('Frozen until 7 Mar 00:00 UTC by the calendar')
    await bot.passes(8 * HOUR)
    expect(bot.running().length).toBeGreaterThan(0)
  })

  test('an override does not open a lock', async () => {
    const bot = await fakeBot({
      projects: [{ ...frozen, access: { ...frozen.access, deploy: ['owners'] } }],
      at: FRIDAY + HOUR,
    })
    await bot.says('lock', { actor: OLGA })
    expect(await bot.says('deploy 3.1.3 --override now', { actor: OLGA })).toContain('Harbour is locked.')
  })
})

test('whoever was refused in a shell is told where the project is told', async () => {
  const bot = await fakeBot({ projects: [harbour] })
  await bot.says('lock')
  await bot.says('deploy 3.1.3', { place: { platform: 'terminal', channel: SHELL } })
  await bot.says('unlock')
  expect(bot.posts().filter((key) => key.startsWith('unlocked/'))).toEqual(['unlocked/harbour-1/terminal'])
})

test.each([
  ['a freeze keeps a release back', { kind: 'release' }, undefined, true],
  ['and not a rollback, which people cannot wait for', { kind: 'rollback' }, undefined, false],
  ['a lock keeps a rollback back', { kind: 'rollback', undoes: { numbers: [42] } }, {}, true],
  ['so does that of another rollback', { kind: 'rollback', undoes: { numbers: [42] } }, { rollback: 41 }, true],
  ['not the lock that its own refusal set', { kind: 'rollback', undoes: { numbers: [42] } }, { rollback: 42 }, false],
] as const)('%s', async (_, deployment, lock, isKept) => {
  const journal = memoryJournal()
  if (lock !== undefined)
    await journal.locks.change('harbour', (book) => withLock(book, 'harbour', { by: BEN, at: 0, ...lock }))
  const clock = { now: () => 0, at: () => () => undefined, sleep: async () => undefined }
  const frozen = { ...harbour, freeze: [{ days: [], dates: [], zone: 'UTC' }] }
  const locks = createLocks({ projects: [frozen], chats: [], journal, clock, log: () => undefined })
  const bar = locks.keeping({ project: lock === undefined ? frozen : harbour, ...deployment } as unknown as Deployment)
  expect(bar !== undefined).toBe(isKept)
})

describe('taken up again in a locked project', () => {
  const gate = { name: 'rollback', used: true, status: 'approved' }
  test.each([
    ['a release asks before it goes on', [], true],
    ['a rollback that was approved goes on: the lock is its own', [gate], false],
    ['a rollback that was denied writes its record', [{ ...gate, used: false, status: 'denied' }], false],
  ] as const)('%s', async (_, gates, asks) => {
    const journal = memoryJournal()
    await journal.locks.change('harbour', (book) => withLock(book, 'harbour', { by: BEN, at: 0 }))
    const clock = { now: () => 0, at: () => () => undefined, sleep: async () => undefined }
    const locks = createLocks({ projects: [harbour], chats: [], journal, clock, log: () => undefined })
    expect(locks.asking({ project: harbour, gates } as unknown as Deployment) !== undefined).toBe(asks)
  })
})
