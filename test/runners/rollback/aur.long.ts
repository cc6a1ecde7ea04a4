/** The AUR goes back by a new commit; the package leaves its address once nothing names it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/release/approvals.ts'
import { isProblem } from '../../../src/release/problems.ts'
import { pkgbuild } from '../../../src/runners/aur/pkgbuild.ts'
import { srcinfo } from '../../../src/runners/aur/srcinfo.ts'
import { submit } from '../../../src/runners/aur/submit.ts'
import { aur } from '../../../src/runners/rollback/aur.ts'
import { publish } from '../../../src/runners/rollback/publish.ts'
import { codeOf, go, headOf, makeWorld, printed, pushByHand, refusePushes, type World } from '../aur/world.ts'
import { PKGBUILD } from '../product.ts'
import { personGit } from '../programs.ts'

const FILE = 'harbour-3.1.3+001.tar.gz'

/** 3.1.2 was on the AUR, and 3.1.3 was submitted onto it. */
async function submitted(more: { readonly isNew?: true; readonly epoch?: number } = {}): Promise<World> {
  const epoch = more.epoch === undefined ? '' : `\nepoch=${more.epoch}`
  const text = (address: string) => PKGBUILD(address).replace('pkgrel=7', `pkgrel=7${epoch}`)
  const world = await makeWorld({ makepkg: { srcinfo: withEpoch }, pkgbuild: text })
  const before = text(world.address).replace('pkgver=3.1.3', 'pkgver=3.1.2')
  const files = { PKGBUILD: before, '.SRCINFO': withEpoch(before), 'harbour.desktop': '[Desktop Entry]\n' }
  if (!more.isNew) pushByHand(world, files, 'upgpkg: harbour 3.1.2-7\n\nSlipway-Deployment: #41')
  for (const [runner, step] of [
    [pkgbuild, 'aur.pkgbuild'],
    [srcinfo, 'aur.srcinfo'],
  ] as const)
    await go(world.bench, runner, step)
  const content = await submit.ask?.(world.bench.context(submit, 'aur.submit'))
  if (content === undefined || isProblem(content)) throw new Error(JSON.stringify(content))
  world.bench.approve('aur.submit', content.bound, digestOf(content.bound))
  const outcome = await go(world.bench, submit, 'aur.submit')
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  return world
}

/** What makepkg prints, an epoch included. */
function withEpoch(text: string): string {
  const epoch = /^epoch=(\d+)$/m.exec(text)?.[1]
  return epoch === undefined ? printed(text) : printed(text).replace('\turl', `\tepoch = ${epoch}\n\turl`)
}

const git = ({ aur: repository }: World, ...args: string[]) => personGit(repository, ...args)
const back = ({ bench }: World, item = '') => go(bench, aur, `rollback.aur${item}`)
const seen = async ({ bench }: World) => (await aur.observe?.(bench.context(aur, 'rollback.aur')))?.seen
const beforeOf = ({ bench }: World) => String(bench.deployment.steps['aur.submit']?.evidence.aurHead)

describe('the AUR', () => {
  it('gets the files of before as a new commit, never by force, and only once', async () => {
    const world = await submitted()
    const ours = headOf(world)
    expect(await seen(world)).toBe('not-done')
    expect(await back(world)).toMatchObject({ ok: true, evidence: { rollbackPackageVersion: '3.1.2-7' } })
    expect(git(world, 'rev-parse', 'master^')).toBe(ours)
    expect(git(world, 'diff', beforeOf(world), 'master')).toBe('')
    expect(git(world, 'log', '-1', '--format=%B', 'master')).toContain(`Slipway-Reverts: ${ours}`)
    expect(await seen(world)).toBe('done')
    const head = headOf(world)
    expect(await back(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
    expect(headOf(world)).toBe(head)
  })

  it.each([
    ['set', undefined, '1:3.1.2-7'],
    ['raised', 3, '4:3.1.2-7'],
  ])('has its epoch %s where that was chosen, so that installs go back', async (_, epoch, version) => {
    const world = await submitted(epoch === undefined ? {} : { epoch })
    expect(await back(world, ':epoch')).toMatchObject({ ok: true, evidence: { rollbackPackageVersion: version } })
    expect(git(world, 'diff', '--stat', beforeOf(world), 'master')).toContain('2 files changed')
    expect(git(world, 'show', 'master:PKGBUILD')).toContain(`pkgrel=7\nepoch=${version.split(':')[0]}\n`)
  })

  it("keeps a stranger's commit in its history, on top of which it goes back", async () => {
    const world = await submitted()
    const theirs = pushByHand(world, { 'notes.txt': 'theirs' })
    expect(await back(world)).toMatchObject({ ok: true })
    expect(git(world, 'rev-parse', 'master^')).toBe(theirs)
  })

  it('stays where somebody pushed after the question was answered', async () => {
    const world = await submitted()
    const bound = { aurHead: headOf(world) }
    world.bench.approve('rollback.choose', bound, digestOf(bound))
    const theirs = pushByHand(world, { 'notes.txt': 'theirs' }, 'Fix it myself')
    const outcome = await back(world)
    expect(codeOf(outcome)).toBe('rollback.aur-moved')
    expect(!outcome.ok && 'problem' in outcome && outcome.problem.what).toContain('Fix it myself')
    expect(headOf(world)).toBe(theirs)
  })

  it('stays, and says so, where the package was new', async () => {
    const world = await submitted({ isNew: true })
    const head = headOf(world)
    expect(await back(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('was new on the AUR')] })
    expect(headOf(world)).toBe(head)
  })

  it('is told with its own words where it refuses', async () => {
    const world = await submitted()
    refusePushes(world, 'The AUR is down due to maintenance.')
    expect(codeOf(await back(world))).toBe('aur.maintenance')
    expect(await seen(world)).toBe('not-done')
  })
})

describe('the published package', () => {
  const withdraw = ({ bench }: World) => go(bench, publish, 'rollback.publish')

  it('stays while the AUR names it, and leaves its address afterwards, once', async () => {
    const world = await submitted()
    expect(codeOf(await withdraw(world))).toBe('rollback.publish-named')
    await back(world)
    expect(await withdraw(world)).toMatchObject({ ok: true })
    expect(readdirSync(world.site)).toEqual([])
    expect(await withdraw(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
    expect(await publish.observe?.(world.bench.context(publish, 'rollback.publish'))).toMatchObject({ seen: 'done' })
  })

  it('stays where the bytes at the address are of somebody else', async () => {
    const world = await submitted()
    await back(world)
    writeFileSync(join(world.site, FILE), 'other')
    expect(await withdraw(world)).toMatchObject({ ok: true, notes: [expect.stringContaining('nothing of ours')] })
    expect(existsSync(join(world.site, FILE))).toBe(true)
  })
})
