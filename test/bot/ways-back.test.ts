/** Going back over several releases, to what each place kept when the version was replaced. */
import { expect, test } from 'vitest'
import { goodVersions, wayBackTo } from '../../src/bot/ways-back.ts'
import type { Journal, Summary } from '../../src/ports/journal.ts'
import type { Deployment, Evidence } from '../../src/release/deployment.ts'
import { isProblem } from '../../src/release/problems.ts'
import type { Project } from '../../src/release/project.ts'
import { releaseOf } from '../../src/release/version.ts'
import { BEN, drive, project } from '../release/sample.ts'

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

function journalOf(hands: readonly ReturnType<typeof drive>[]) {
  const newestFirst = hands.map((hand) => hand.now()).toReversed()
  return {
    history: async () => newestFirst.map(({ number, status }) => ({ number, status }) as Summary),
    read: async (number: number) => hands.find((hand) => hand.now().number === number)?.journal,
  } as unknown as Journal
}

test('every place goes back to what it had when the version was replaced', async () => {
  const of = withHosts('one', 'two')
  const journal = journalOf([released(of, 1, '1.0.0', '2.0.0'), released(of, 2, '2.0.0', '3.0.0')])
  const way = await wayBackTo(journal, of, '1.0.0')
  if (isProblem(way)) throw new Error(way.what)
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
