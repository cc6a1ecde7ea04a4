/** A product that is only published, without an AUR package and without servers: publishing is what reaches its users. */
import { readdirSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { wideTextOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

let house: House | undefined
afterEach(() => house?.close())

/** Opens a release at its question; `isPublic` tells whether anybody could download the package. */
async function atQuestion() {
  const opened = await openHouse({
    makepkg: 'stand-in',
    change: ({ projects, ...rest }) => {
      const { aur: _, vps: __, ...harbour } = projects.harbour
      return { ...rest, projects: { harbour: { ...harbour, verify: { ca: harbour.verify.ca, deadline: '1m' } } } }
    },
  })
  house = opened
  const { publish } = opened.project.build
  const place = publish?.kind === 'directory' ? publish.directory : ''
  const before = readdirSync(place)
  await opened.asks('deploy 3.1.3')
  const question = await opened.posted('gate:publish.1')
  const isPublic = () => readdirSync(place).length > before.length
  return { opened, question, isPublic }
}

test('it asks before the package is public, and publishes what was approved', async () => {
  const { opened, question, isPublic } = await atQuestion()
  expect(wideTextOf(await opened.posted('first'))).toContain('an approval before the publication of the package')
  expect(wideTextOf(question)).toContain('publish Harbour 3.1.3+001?')
  expect(isPublic()).toBe(false)
  await opened.presses(question, 'approve')
  expect(wideTextOf(await opened.posted('result'))).toContain('Harbour 3.1.3+001 is released')
  expect(isPublic()).toBe(true)
})

test('it publishes nothing where the release commit was taken off its branch meanwhile', async () => {
  const { opened, question, isPublic } = await atQuestion()
  await git(opened.world.origin.folder, ['update-ref', 'refs/heads/master', 'refs/heads/master^'])
  const stop = opened.nextStop()
  await opened.presses(question, 'approve')
  expect(wideTextOf(await stop)).toContain('master no longer holds the release commit')
  expect(isPublic()).toBe(false)
})
