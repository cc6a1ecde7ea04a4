/** What slipway.yaml says in place of what a deployment began with: named, bounded, masked, and told once. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { replay } from '../../src/release/machine.ts'
import type { Project } from '../../src/release/project.ts'
import { createMasker } from '../../src/release/redact.ts'
import { cardsFor } from '../../src/release/report.ts'
import { reconfigured, settingsOf } from '../../src/release/settings.ts'
import { wideTextOf } from '../card-text.ts'
import { drive, project } from './sample.ts'

const [one, two] = project.vps?.hosts ?? []
const withHosts = (...hosts: readonly unknown[]) => ({ ...project, vps: { ...project.vps, hosts } }) as Project
const managers = { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['ana', 'ben'] }
const { aur: _, ...withoutAur } = project

const lines = (before: Project, after: Project) =>
  reconfigured({ project: before }, after, 0)?.changes.map(
    (each) => `${each.name}: ${each.before ?? 'not set'} -> ${each.after ?? 'not set'}`,
  )

describe('what differs', () => {
  test.each<[string, Project, Project, readonly string[] | undefined]>([
    ['nothing', project, JSON.parse(JSON.stringify(project)), undefined],
    [
      'a value deep inside, by the name of its host',
      withHosts(one, two),
      withHosts(one, { ...two, port: 2222 }),
      ['vps.hosts.two.port: 22 -> 2222'],
    ],
    [
      'a host before the others',
      withHosts({ name: 'one', port: 22 }),
      withHosts({ name: 'new', port: 22 }, { name: 'one', port: 22 }),
      ['vps.hosts.new.port: not set -> 22'],
    ],
    [
      'two of one name, by their place',
      withHosts({ name: 'one', port: 22 }, { name: 'one', port: 23 }),
      withHosts({ name: 'one', port: 22 }),
      [
        'vps.hosts.1.name: one -> not set',
        'vps.hosts.1.port: 22 -> not set',
        'vps.hosts.2.name: one -> not set',
        'vps.hosts.2.port: 23 -> not set',
        'vps.hosts.one.port: not set -> 22',
      ],
    ],
    ['a list', project, { ...project, documentation: ['README.md'] }, ['documentation: not set -> ["README.md"]']],
    [
      'somebody who left a role',
      project,
      { ...project, roles: { ...project.roles, managers } },
      [
        'roles.managers.slack.users: ["UBEN"] -> not set',
        'roles.managers.terminal: ["ana","ben","cleo"] -> ["ana","ben"]',
      ],
    ],
    [
      'the rules of questions before what comes first by name',
      { ...project, mirror: true },
      { ...project, title: 'Hafen', documentation: ['a'] },
      ['mirror: true -> false', 'documentation: not set -> ["a"]', 'title: Harbour -> Hafen'],
    ],
    [
      'what is renamed in the file',
      project,
      { ...project, verify: { ...project.verify, deadlineMinutes: 20 } },
      ['verify.deadline: 10 -> 20'],
    ],
    [
      'an empty setting that a newer Slipway knows',
      project,
      { ...project, vps: { ...project.vps, news: [] } } as never,
      undefined,
    ],
  ])('%s', (_, before, after, expected) => {
    expect(lines(before, after)).toEqual(expected)
  })

  test('is cut to a handful, and the rest is counted', () => {
    const event = reconfigured({ project }, withoutAur, 0)
    const names = Object.keys(settingsOf(project)).filter((name) => name.startsWith('aur.'))
    const more = reconfigured({ project: withHosts() }, project, 0)
    expect([event?.changes.length, event?.more]).toEqual([names.length, 0])
    expect([more?.changes.length, more?.more]).toEqual([6, 4 * 5 - 6])
  })

  test('of two long values stands where they part', () => {
    const users = (...last: string[]) => [...Array.from({ length: 40 }, (_, at) => `U${at}`), ...last]
    const of = (...last: string[]) => ({ ...project, documentation: users(...last) })
    const [line] = lines(of('UANA'), of('UBEN')) ?? []
    expect(line).toMatch(/^documentation: ….*"UANA"\] -> ….*"UBEN"\]$/)
    expect(line?.length).toBeLessThan(200)
  })

  test('shows no secret, not even a part of one that is cut', () => {
    const secret = `s3cret-${'x'.repeat(90)}`
    const { mask } = createMasker([{ name: 'KEY', value: secret }])
    const after = { ...project, runbook: `https://example.org/${'a'.repeat(25)}${secret}` }
    const event = reconfigured({ project }, after, 0, mask)
    expect(JSON.stringify(event)).toContain('[KEY hidden]')
    expect(JSON.stringify(event)).not.toContain('s3cret')
  })

  test('of any two configurations is a bounded number of short lines, and of one and itself nothing', () => {
    const odd = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a\nb: c', '\u202e', 'name')),
      fc.jsonValue({ maxDepth: 3 }),
      { maxKeys: 12 },
    )
    fc.assert(
      fc.property(odd, odd, (before, after) => {
        const of = (roles: unknown) => ({ ...project, roles }) as Project
        expect(reconfigured({ project: of(before) }, of(before), 0)).toBeUndefined()
        const event = reconfigured({ project: of(before) }, of(after), 0)
        expect(event?.changes.length ?? 0).toBeLessThanOrEqual(6)
        for (const change of event?.changes ?? []) {
          expect(change.before).not.toBe(change.after)
          for (const text of Object.values(change)) {
            expect(text.length).toBeLessThan(130)
            expect(text).not.toContain('\n')
          }
        }
      }),
    )
  })
})

describe('in the thread of a deployment', () => {
  const told = (after: Project | undefined, before: Project = project) => {
    const hand = drive(before)
    hand.start()
    hand.send(reconfigured(hand.now(), after, 0) as never)
    const posts = () => cardsFor(hand.now(), hand.time()).filter(({ key }) => key.includes('/settings:'))
    return {
      hand,
      posts,
      text: () =>
        posts()
          .map(({ card }) => wideTextOf(card))
          .join('\n'),
    }
  }

  test('it is said what changed and that it goes on with what it began with', () => {
    const { text } = told({ ...project, waitHours: 48 })
    expect(text()).toContain('#42: slipway.yaml has changed')
    expect(text()).toContain('waitHours: 24 -> 48')
    expect(text()).toContain('This release goes on with what it began with. The next one uses the new.')
    expect(text()).not.toContain('/cancel')
  })

  test('where a rule changed, who may still press, and what cancels', () => {
    const { text } = told({ ...project, roles: { ...project.roles, managers } })
    expect(text()).toContain('Its questions are still answered by the old rules: ana, ben or cleo may approve.')
    expect(text()).toContain('/cancel #42')
  })

  test('where the project is gone, that, and what cancels', () => {
    const { text } = told(undefined)
    expect(text()).toContain('#42: Harbour is no longer in slipway.yaml')
    expect(text()).toContain('nothing new is deployed of it')
    expect(text()).toContain('/cancel #42')
  })

  test('once for each configuration, however often a process begins under it', () => {
    const { hand, posts } = told({ ...project, waitHours: 48 })
    const { length } = hand.journal
    hand.send(reconfigured(hand.now(), { ...project, waitHours: 48 }, 0) as never)
    expect([posts().length, hand.journal.length]).toEqual([1, length])
    hand.send(reconfigured(hand.now(), undefined, 0) as never)
    expect(posts()).toHaveLength(2)
    expect(new Set(posts().map(({ key }) => key)).size).toBe(2)
    expect(replay(JSON.parse(JSON.stringify(hand.journal)))).toEqual(hand.now())
  })

  test('and the rules that it is judged by stay as they were', () => {
    const { hand } = told({ ...project, access: { ...project.access, approve: [] } })
    expect(hand.now().project).toEqual(project)
  })
})
