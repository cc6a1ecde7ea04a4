import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/release/actor.ts'
import { auditOfLocks } from '../../src/release/audit.ts'
import { type Lock, NEVER_LOCKED, refuseUnlock, withLock, withoutLock, withRefused } from '../../src/release/lock.ts'
import { spokenLock } from '../../src/release/report/bar.ts'
import { ANA, BEN, person, project } from './sample.ts'

const owned = {
  ...project,
  access: { ...project.access, deploy: ['team'], approve: ['managers'], admin: ['owners'] },
  roles: {
    ...project.roles,
    managers: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['ben'] },
    owners: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['olga'] },
  },
}
const OLGA = person('olga')
const lock: Lock = { id: 'harbour-1', by: ANA, at: 0, reason: 'the database moves' }
const place = { platform: 'terminal', channel: 'tty' } as const

describe('who may unlock', () => {
  test.each<[string, Lock, Actor, string | undefined]>([
    ['who locked', lock, ANA, undefined],
    ['who locked, from another platform', lock, person('UANA', { platform: 'slack' }), undefined],
    ['an admin', lock, OLGA, undefined],
    ['nobody else', lock, BEN, 'lock.not-yours'],
    ['after a rollback an approver', { ...lock, rollback: 41 }, BEN, undefined],
    ['after a rollback not who asked for it', { ...lock, rollback: 41 }, ANA, 'lock.needs-approver'],
    ['after a rollback not an admin alone', { ...lock, rollback: 41 }, OLGA, 'lock.needs-approver'],
  ])('%s', (_, each, actor, code) => {
    expect(refuseUnlock(owned, each, actor)?.code).toBe(code)
  })

  test('the refusal names whom to ask', () => {
    expect(refuseUnlock(owned, lock, BEN)?.remedy).toBe('Ask one of ana, olga.')
  })
})

describe('the book of locks', () => {
  const set = (book = NEVER_LOCKED, delivery?: string) => withLock(book, 'harbour', { by: ANA, at: 0 }, delivery)

  const LIFTED = { by: BEN, at: 7 }

  test('keeps who set and who lifted each', () => {
    const book = set(withoutLock(set(), 'harbour-1', LIFTED))
    expect(auditOfLocks('harbour', book).map(({ actor, did }) => `${actor.name} ${did}`)).toEqual([
      'ana locked harbour',
      'ben unlocked harbour',
      'ana locked harbour',
    ])
  })

  test('a second lock changes nothing', () => {
    const book = set()
    expect(withLock(book, 'harbour', { by: BEN, at: 5 })).toBe(book)
  })

  test("a rollback's lock takes the place of one that somebody put, and no other takes its place", () => {
    const rollback = { by: BEN, at: 5, rollback: 41 }
    const book = withLock(set(), 'harbour', rollback)
    expect(book.lock).toEqual({ id: 'harbour-2', ...rollback })
    expect(withLock(book, 'harbour', { by: ANA, at: 6 })).toBe(book)
    expect(withLock(book, 'harbour', { ...rollback, rollback: 42 })).toBe(book)
    expect(auditOfLocks('harbour', book)).toHaveLength(2)
  })

  test('an unlock of an older lock changes nothing', () => {
    const book = set(withoutLock(set(), 'harbour-1', LIFTED))
    expect(book.lock?.id).toBe('harbour-2')
    expect(withoutLock(book, 'harbour-1', LIFTED)).toBe(book)
  })

  test('a lock that is delivered again after its unlock locks nothing', () => {
    const book = withoutLock(set(NEVER_LOCKED, 'message-1'), 'harbour-1', LIFTED, 'message-2')
    expect(set(book, 'message-1')).toBe(book)
    expect(set(book, 'message-3').lock?.id).toBe('harbour-2')
  })

  test('who was refused twice in a place is told once', () => {
    const book = withRefused(withRefused(set(), { actor: BEN, place }), { actor: BEN, place })
    expect(book.refused).toHaveLength(1)
    expect(withRefused(book, { actor: BEN, place: { ...place, channel: 'other' } }).refused).toHaveLength(2)
  })
})

test('a lock is told with who, when and why', () => {
  expect(spokenLock(lock, 60_000)).toBe('ana locked it, 00:00 UTC: the database moves')
})
