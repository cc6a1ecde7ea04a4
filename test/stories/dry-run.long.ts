import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Card } from '../../src/release/card.ts'
import { replay } from '../../src/release/machine.ts'
import { PHASES } from '../../src/release/plan.ts'
import { foldersFor } from '../../src/runners/facts.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'
import { type Deed, type Described, printed, undescribed, undone, watched } from './shoulder.ts'

/** What a dry run says before a release is what the release then does. */
let house: House
const deeds: Deed[] = []

beforeAll(async () => {
  house = await openHouse({
    makepkg: 'stand-in',
    portsFor: (step, ports) => watched(step, ports, (deed) => deeds.push(deed)),
  })
})
afterAll(() => house.close())

let dry: Card

test('a dry run needs no key that may write, and leaves everything as it was', async () => {
  const { origin, aur, server } = house.world
  for (const { folder } of [origin, aur]) await gitIn(folder, 'config', ...REFUSES_EVERY_PUSH)
  const folders = [origin.folder, aur.folder, server.home, house.dataFolder]
  const before = await Promise.all(folders.map(treeOf))
  dry = (await house.asks('deploy 3.1.3 --dry-run')) as Card
  expect(await Promise.all(folders.map(treeOf))).toEqual(before)
  for (const { folder } of [origin, aur]) await gitIn(folder, 'config', '--unset', REFUSES_EVERY_PUSH[0])
  const said = wideTextOf(dry)
  expect(said).toContain('Dry run of Harbour 3.1.3+001: every check passed')
  expect(said).toContain('not tried, since a dry run needs no write key: push to the origin, the AUR')
  expect(said).not.toContain('look-')
})

describe('the release after it', () => {
  let told: Described

  beforeAll(async () => {
    await house.says('deploy 3.1.3')
    await house.presses(await house.posted('gate:aur-submit.1'), 'approve')
    await house.posted('result')
    await house.bot.idle()
    const events = (await house.journal.read(1)) ?? []
    const checked = events.findLastIndex((event) => event.type === 'settled' && event.step.startsWith('preflight.'))
    const [before, after] = [replay(events.slice(0, checked + 1)), replay(events)]
    if ('brokenAt' in before || 'brokenAt' in after) throw new Error('the journal is broken')
    told = { before, after, folders: foldersFor(house.dataFolder, before.project, 1) }
  })

  test.each(PHASES.map(({ name, title }) => [title, name] as const))(
    'is described by the very lines that the dry run printed: %s',
    (title, phase) => {
      const section = dry.sections.find((one) => one.kind === 'code' && one.title === title)
      expect(section).toMatchObject({ text: printed(told, phase) })
    },
  )

  test('starts nothing that was not described, step for step', () => {
    expect(deeds.length).toBeGreaterThan(100)
    expect(undescribed(deeds, told)).toEqual([])
  })

  test.each([
    [
      'the comparison for a version that the AUR has already',
      /^aur\.pkgbuild: git .*(read-tree --empty|add --all|diff --cached)/,
      3,
    ],
    ['the look for a commit that git did not find', /^vps\.stage:pier: git .* cat-file -e /, 1],
    [
      'the fetch of a branch that has not moved, and the look whether it still holds the release',
      /^aur\.submit: git .*harbour (fetch|merge-base) /,
      2,
    ],
    [
      'the look at the version of a head of the AUR that is known',
      /^aur\.submit: git .*harbour\.aur show .*\.SRCINFO/,
      1,
    ],
  ] as const)('leaves out %s', (_, spared, count) => {
    expect(undone(deeds, told).filter((line) => spared.test(line))).toHaveLength(count)
  })

  test('leaves out nothing else', () => {
    expect(undone(deeds, told)).toHaveLength(7)
  })
})

/** A configuration at which git-receive-pack ends before it says anything, whoever runs it; reading is not touched. */
const REFUSES_EVERY_PUSH = ['receive.unpackLimit', 'nobody may push'] as const

/** What runs is noted there and taken out again, so only that nothing stays in it counts. */
const NOTES = 'processes'

/** Every path below a folder with its size and time of change, in nanoseconds; empty where there is none. */
async function treeOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const told = names.sort().map(async (name) => {
    const { size, mtimeNs } = await lstat(join(folder, name), { bigint: true })
    return name === NOTES ? name : `${name} ${size} ${mtimeNs}`
  })
  return Promise.all(told)
}
