/** Going back over several releases, to what each place kept when the version was replaced. */
import { expect, test } from 'vitest'
import { summarize } from '../../src/bot/summary.ts'
import { goodVersions, type WayBack, wayBackFrom, wayBackTo } from '../../src/bot/ways-back.ts'
import type { Journal } from '../../src/ports/journal.ts'
import type { Card } from '../../src/release/card.ts'
import type { Deployment, Evidence } from '../../src/release/deployment.ts'
import { isProblem, type Problem, problem } from '../../src/release/problems.ts'
import type { Project } from '../../src/release/project.ts'
import type { Component } from '../../src/release/recovery.ts'
import { resultCard } from '../../src/release/report/result.ts'
import { CHOOSE, chooseStep, componentsIn, undoChoices } from '../../src/release/undo.ts'
import { releaseOf } from '../../src/release/version.ts'
import { textOf } from '../card-text.ts'
import { BEN, content, drive, project } from '../release/sample.ts'

const withHosts = (...names: readonly string[]): Project => {
  const { vps } = project
  if (vps === undefined) throw new Error('the sample has servers')
  const hosts = vps.hosts.filter(({ name }) => names.includes(name))
  return { ...project, vps: { ...vps, hosts } }
}

/** A release that ended well, and kept on each host and on the AUR what was there before. */
function released(of: Project, number: number, from: string, to: string) {
  const baseline = { release: releaseOf(from, '001'), sources: ['journal'], commit: `c${from}` }
  const hand = drive(of, { number, previous: baseline, release: releaseOf(to, '001') } as Partial<Deployment>)
  const evidence = (id: string): Evidence => {
    const [name, host] = id.split(':')
    if (name === 'vps.record') return { [`keptCommit:${host}`]: `c${from}`, [`kept:${host}`]: from }
    if (name === 'aur.pkgbuild') return { aurHead: `a${from}` }
    return name === 'version.commit' || name === 'version.push' ? { commit: `c${to}` } : {}
  }
  hand.start()
  hand.run(evidence)
  hand.press(BEN)
  hand.run(evidence)
  expect(hand.now().status).toBe('complete')
  return hand
}

/** A rollback with a number of its own, of one part or of all, that held. */
function wentBack(number: number, { release, previous, undoes }: WayBack, only?: Component) {
  const plan = [chooseStep()]
  const part = { ...undoes, ...(only && { only }) }
  const hand = drive(project, { number, kind: 'rollback', plan, release, previous, undoes: part } as never)
  const [name] = undoChoices(hand.now()).map((choice) => choice.name)
  const options = [{ name, label: name, bound: { plan: name } }]
  hand.start()
  hand.send({ type: 'asked', step: CHOOSE, attempt: 1, content: { ...content('a'), options } } as never)
  hand.press(BEN, 'approve', { digest: hand.now().gates.at(-1)?.options[0]?.digest ?? '' })
  hand.run()
  expect(hand.now().status).toBe('rolled back')
  return hand
}

function found(way: WayBack | Problem | undefined): WayBack {
  if (way === undefined || isProblem(way)) throw new Error(way?.what ?? 'there is no way back')
  return way
}

function journalOf(hands: readonly ReturnType<typeof drive>[]) {
  const newestFirst = () => hands.map((hand) => summarize(hand.now())).toReversed()
  return {
    history: async () => newestFirst(),
    read: async (number: number) => hands.find((hand) => hand.now().number === number)?.journal,
  } as unknown as Journal
}

test('every place goes back to what it had when the version was replaced', async () => {
  const of = withHosts('one', 'two')
  const journal = journalOf([released(of, 1, '1.0.0', '2.0.0'), released(of, 2, '2.0.0', '3.0.0')])
  const way = found(await wayBackTo(journal, of, '1.0.0'))
  expect(way.undoes.numbers).toEqual([2, 1])
  expect(way.undoes.evidence).toMatchObject({
    aurHead: 'a1.0.0',
    'keptCommit:one': 'c1.0.0',
    'keptCommit:two': 'c1.0.0',
    commit: 'c3.0.0',
  })
})

test('a server that was added later kept nothing of that version, so there is no way back to it there', async () => {
  const both = withHosts('one', 'two')
  const hands = [released(withHosts('one'), 1, '1.0.0', '2.0.0'), released(both, 2, '2.0.0', '3.0.0')]
  const journal = journalOf(hands)
  expect((await goodVersions(journal, both)).map(({ release }) => release.version)).toEqual(['2.0.0', '1.0.0'])
  const way = await wayBackTo(journal, both, '1.0.0')
  expect(isProblem(way) && [way.code, way.what]).toEqual([
    'rollback.not-kept',
    'Going back to 1.0.0+001 is not possible on two.',
  ])
  const nearer = await wayBackTo(journal, both, '2.0.0')
  expect(isProblem(nearer) || nearer.undoes.evidence['keptCommit:two']).toBe('c2.0.0')
})

test('after a rollback of one part the rest can be taken back, by the release, by the version and by the rollback', async () => {
  const of = withHosts('one', 'two')
  const hands = [released(of, 1, '1.0.0', '2.0.0'), released(of, 2, '2.0.0', '3.0.0')]
  const journal = journalOf(hands)
  const whole = found(await wayBackTo(journal, of, '2.0.0'))
  expect(componentsIn(whole.undoes.effects)).toEqual(['vps', 'aur'])
  const part = wentBack(3, whole, 'vps')
  expect(textOf(resultCard(part.now(), {}) as Card)).toContain('/rollback #3 asks what of the rest to take back too.')
  hands.push(part)
  expect(summarize(part.now()).back).toBeUndefined()
  expect((await goodVersions(journal, of)).map(({ release }) => release.version)).toEqual(['2.0.0', '1.0.0'])
  const rest = found(await wayBackTo(journal, of, '2.0.0'))
  expect(rest.undoes).toMatchObject({ numbers: [2], effects: [{ name: 'aur.submit' }] })
  expect(found(await wayBackFrom(journal, of, part.now())).undoes.effects).toEqual(rest.undoes.effects)
  const further = found(await wayBackTo(journal, of, '1.0.0'))
  expect(componentsIn(further.undoes.effects)).toEqual(['vps', 'aur'])
  const all = wentBack(4, rest)
  hands.push(all)
  expect(summarize(all.now()).back).toBe('2.0.0+001')
  expect(await wayBackFrom(journal, of, part.now())).toBeUndefined()
  expect((await goodVersions(journal, of)).map(({ release }) => release.version)).toEqual(['1.0.0'])
})

test('of a release that was rolled back in part in its thread, the rest can be taken back, once', async () => {
  const of = withHosts('one')
  const previous = { release: releaseOf('1.0.0', '001'), sources: ['journal'] }
  const hand = drive(of, { number: 1, previous, release: releaseOf('2.0.0', '001') } as Partial<Deployment>)
  hand.start()
  hand.run()
  hand.press(BEN)
  hand.until('vps.deploy:one')
  hand.settle('vps.deploy:one', { ok: false, problem: problem('vps.host-key-changed', {} as never) })
  const options = [{ name: 'phase', label: 'phase', bound: { plan: 'phase' } }]
  hand.send({ type: 'asked', step: CHOOSE, attempt: 1, content: { ...content('a'), options } } as never)
  hand.press(BEN, 'approve', { digest: hand.now().gates.at(-1)?.options[0]?.digest ?? '' })
  hand.run()
  expect(hand.now().status).toBe('rolled back')
  const hands = [hand]
  const journal = journalOf(hands)
  const rest = found(await wayBackFrom(journal, of, hand.now()))
  expect(componentsIn(rest.undoes.effects)).toEqual(['aur', 'build', 'git'])
  hands.push(wentBack(2, rest, 'aur'))
  const left = found(await wayBackFrom(journal, of, hand.now()))
  expect(componentsIn(left.undoes.effects)).toEqual(['build', 'git'])
  hands.push(wentBack(3, left))
  expect(await wayBackFrom(journal, of, hand.now())).toBeUndefined()
})
