import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import type { Card } from '../../src/release/card.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'
import { person } from './test-bot.ts'

/** Ana asks, Ben or Cleo may answer, and a fellow maintainer pushes to the AUR before anybody does. */
const [ana, ben, cleo] = ['ana', 'ben', 'cleo'].map((name) => person(name)) as [Person, Person, Person]
type Person = ReturnType<typeof person>
const CREW = ['ana', 'ben', 'cleo']

let house: House
let first: Card
let asked: WorldState

beforeAll(async () => {
  house = await openHouse({
    makepkg: 'stand-in',
    change: (configuration) => {
      configuration.projects.harbour.approvals = { requesterMayApprove: false }
      return {
        ...configuration,
        roles: { crew: { terminal: CREW } },
        people: Object.fromEntries(CREW.map((name) => [name, { terminal: name }])),
      }
    },
  })
  await house.says('deploy 3.1.3', ana)
  first = await house.posted('gate:aur-submit.1')
  asked = await readWorld(house.world)
})
afterAll(() => house.close())

describe('a press that does not count', () => {
  test.each([
    ['by the one who asked', ana, 'ana asked for this release and may not approve it too.', 'ben, cleo'],
    ['by a stranger', person('zoe'), 'zoe may not answer this question.', 'access.approve: crew'],
    ['through a pipe', person('ben', { vouched: false }), 'This press does not count.', 'Answer from a real terminal'],
  ])('%s says why and changes nothing', async (_, actor, sentence, more) => {
    const said = wideTextOf((await house.presses(first, 'approve', actor)) as Card)
    expect(said).toContain(sentence)
    expect(said).toContain(more)
    expect(await readWorld(house.world)).toEqual(asked)
    expect(wideTextOf(await house.posted('gate:aur-submit.1'))).toBe(wideTextOf(first))
  })
})

describe('a maintainer pushed to the AUR after the question', () => {
  let theirs: string
  let second: Card

  beforeAll(async () => {
    const pkgbuild = await gitIn(house.world.aur.folder, 'show', 'master:PKGBUILD')
    theirs = await house.world.commitToAur({ PKGBUILD: `${pkgbuild}\n# tidied\n` }, 'Tidy up')
    await house.presses(first, 'approve', ben)
    second = await house.until(({ key }) => key === '1/gate:aur-submit.2')
    await house.bot.idle()
  })

  test('the approval is void, and the question asked again with what differs and who made it', () => {
    const said = wideTextOf(second)
    expect(said).toContain('Asked again, since what would be done has changed.')
    expect(said).toMatch(new RegExp(`aurHead\\s+${asked.aurHead.slice(0, 12)}\\s+${theirs.slice(0, 12)}`))
    expect(said).toContain('Tidy up')
    expect(said).toContain('Jon Vik')
    expect(said).toContain('-# tidied')
  })

  test('nothing was pushed', async () => {
    expect(await readWorld(house.world)).toEqual({ ...asked, aurHead: theirs })
    expect(wideTextOf(await house.posted('gate:aur-submit.1'))).toContain('An answer given here does not count.')
  })

  test('a press of the old button belongs to an older question', async () => {
    const said = wideTextOf((await house.presses(first, 'approve', ben)) as Card)
    expect(said).toContain('That question is closed: what it asked about has changed.')
    const forged = {
      ...second,
      buttons: second.buttons.map((button) => ({ ...button, gate: { id: '', digest: '0' } })),
    }
    expect(wideTextOf((await house.presses(forged, 'approve', ben)) as Card)).toContain('belongs to an older question')
    expect((await readWorld(house.world)).aurHead).toBe(theirs)
  })

  test('of two presses at the same moment one counts', async () => {
    const answers = await Promise.all([ben, cleo].map((actor) => house.presses(second, 'approve', actor)))
    const refused = answers.filter((answer) => answer !== undefined)
    expect(refused).toHaveLength(1)
    expect(wideTextOf(refused[0] as Card)).toMatch(/That question is closed: approved by (ben|cleo)\./)
  })

  test('and the release is submitted on top of theirs, never over it', async () => {
    expect(wideTextOf(await house.posted('result'))).toContain('Harbour 3.1.3+001 is released')
    const { aurHead, aurVersion } = await readWorld(house.world)
    expect(aurVersion).toBe('3.1.3-1')
    expect(await gitIn(house.world.aur.folder, 'log', '--format=%H', '-3', 'master')).toBe(
      [aurHead, theirs, asked.aurHead].join('\n'),
    )
    expect(house.counts()['1/gate:aur-submit.2']).toBe(1)
  })
})
