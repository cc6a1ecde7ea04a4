/** A product that was released by hand until now: what is live is told before anything is done, and can be verified at once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { wideTextOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

let house: House
beforeAll(async () => {
  house = await openHouse({ makepkg: 'stand-in' })
})
afterAll(() => house.close())

test('it is verified before Slipway has released anything, but for what only a release of its own could know', async () => {
  const said = await house.says('verify')
  expect(said).toContain('Harbour 3.1.2+001 from outside')
  expect(said).toContain('VPS Web         Version Endpoint')
  expect(said).not.toContain('fail')
  expect(said).toMatch(/not looked at/i)
})

test('without a tag, verification says which one to make', async () => {
  const { origin } = house.world
  const commit = await git(origin.folder, ['rev-parse', 'v3.1.2+001^{commit}'])
  await git(origin.folder, ['tag', '--delete', 'v3.1.2+001'])
  expect(await house.says('verify')).toContain('git tag v3.1.2+001 COMMIT && git push origin v3.1.2+001')
  await git(origin.folder, ['tag', 'v3.1.2+001', commit])
})

test('a tag that names X.Y.Z alone is of the build that its commit names', async () => {
  const { origin } = house.world
  const commit = await git(origin.folder, ['rev-parse', 'v3.1.2+001^{commit}'])
  await git(origin.folder, ['tag', 'v3.1.2', commit])
  await git(origin.folder, ['tag', '--delete', 'v3.1.2+001'])
  const said = await house.says('verify')
  await git(origin.folder, ['tag', 'v3.1.2+001', commit])
  await git(origin.folder, ['tag', '--delete', 'v3.1.2'])
  expect(said).toContain('Harbour 3.1.2 from outside')
  expect(said).toMatch(/Git Repository\s+Version\s+3\.1\.2\+001\s+3\.1\.2\+001\s+pass/)
  expect(said).not.toContain('fail')
})

test('the first card says what is live where, and what does not agree', async () => {
  const { aur } = house.world
  const older = async (name: string) => {
    const text = await git(aur.folder, ['show', `master:${name}`])
    return `${text.replace(/^(\s*pkgver ?= ?)3\.1\.2$/m, '$13.1.1')}\n`
  }
  const files = { PKGBUILD: await older('PKGBUILD'), '.SRCINFO': await older('.SRCINFO') }
  await house.world.commitToAur(files, 'Back to 3.1.1')
  await house.asks('deploy 3.1.3')
  const first = wideTextOf(await house.posted('first'))
  await house.asks('cancel #1')
  await house.bot.ended(1)
  expect(first).toContain('3.1.2+001, read from the tag v3.1.2+001 and the server')
  expect(first).toContain('What is live does not agree')
  expect(first).toContain('the AUR says 3.1.1, released is 3.1.2+001')
})
