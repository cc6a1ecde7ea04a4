import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Card } from '../../src/release/card.ts'
import { replay } from '../../src/release/machine.ts'
import { planFor } from '../../src/release/plan.ts'
import { foldersFor } from '../../src/runners/facts.ts'
import { wideTextOf } from '../card-text.ts'
import { gitIn } from './evidence.ts'
import { type House, openHouse } from './house.ts'
import { type Deed, undescribed, watched } from './shoulder.ts'

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

test('a dry run needs no key that may write, and leaves everything as it was', async () => {
  const { origin, aur, server } = house.world
  for (const { folder } of [origin, aur]) await gitIn(folder, 'config', ...REFUSES_EVERY_PUSH)
  const folders = [origin.folder, aur.folder, server.home, house.dataFolder]
  const before = await Promise.all(folders.map(treeOf))
  const said = wideTextOf((await house.says('deploy 3.1.3 --dry-run')) as Card)
  expect(await Promise.all(folders.map(treeOf))).toEqual(before)
  expect(said).toContain('Dry run of Harbour 3.1.3+001: every check passed')
  expect(said).toContain('not tried, since a dry run needs no write key: push to the origin, the AUR')
  expect(planIdsIn(said)).toEqual(planFor(house.project).map(({ id }) => id))
  for (const { folder } of [origin, aur]) await gitIn(folder, 'config', '--unset', REFUSES_EVERY_PUSH[0])
})

test('a release starts nothing that the dry run has not described, step for step', async () => {
  await house.says('deploy 3.1.3')
  await house.presses(await house.posted('gate:aur-submit.1'), 'approve')
  await house.posted('result')
  await house.bot.idle()
  const events = (await house.journal.read(1)) ?? []
  const checked = events.findLastIndex((event) => event.type === 'settled' && event.step.startsWith('preflight.'))
  const [before, after] = [replay(events.slice(0, checked + 1)), replay(events)]
  if ('brokenAt' in before || 'brokenAt' in after) throw new Error('the journal is broken')
  const folders = foldersFor(house.dataFolder, before.project, 1)
  expect(deeds.length).toBeGreaterThan(100)
  expect(undescribed(deeds, { before, after, folders })).toEqual([])
})

/** A configuration at which git-receive-pack ends before it says anything, whoever runs it; reading is not touched. */
const REFUSES_EVERY_PUSH = ['receive.unpackLimit', 'nobody may push'] as const

/** Every path below a folder with its size and time of change, in nanoseconds; empty where there is none. */
async function treeOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const told = names.sort().map(async (name) => {
    const { size, mtimeNs } = await lstat(join(folder, name), { bigint: true })
    return `${name} ${size} ${mtimeNs}`
  })
  return Promise.all(told)
}

function planIdsIn(said: string): readonly string[] {
  return [
    ...said.matchAll(/^ +((?:preflight|version|build|aur|vps|verify|finish)\.\S+)(?: \(waits for approval\))?$/gm),
  ].map(([, id = '']) => id)
}
