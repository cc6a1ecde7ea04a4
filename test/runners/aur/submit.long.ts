/** The submit: exactly what was approved, onto exactly the head it was approved for. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/release/approvals.ts'
import { branchOf } from '../../../src/release/diagnosis/branches.ts'
import type { GateContent } from '../../../src/release/gate.ts'
import { isProblem } from '../../../src/release/problems.ts'
import { pkgbuild } from '../../../src/runners/aur/pkgbuild.ts'
import { srcinfo } from '../../../src/runners/aur/srcinfo.ts'
import { submit } from '../../../src/runners/aur/submit.ts'
import { commitAt } from '../product.ts'
import { personGit } from '../programs.ts'
import { codeOf, go, headOf, makeWorld, pushByHand, refusePushes, type World } from './world.ts'

const OLD = {
  '.SRCINFO': 'pkgbase = harbour\n\tpkgver = 3.1.2\n\tpkgrel = 1\n\narch = any\npkgname = harbour\n',
  PKGBUILD: 'pkgver=3.1.2\n',
}

/** A release that is ready to be submitted onto what Slipway submitted before. */
async function ready(
  before: string | undefined = 'upgpkg: harbour 3.1.2-1\n\nSlipway-Deployment: #41',
): Promise<World> {
  const world = await makeWorld({ makepkg: {} })
  if (before !== undefined) pushByHand(world, OLD, before)
  await go(world.bench, pkgbuild, 'aur.pkgbuild')
  await go(world.bench, srcinfo, 'aur.srcinfo')
  return world
}

async function asked({ bench }: World): Promise<GateContent> {
  const content = await submit.ask?.(bench.context(submit, 'aur.submit'))
  if (content === undefined || isProblem(content)) throw new Error(`not asked: ${JSON.stringify(content)}`)
  return content
}

async function approved(world: World): Promise<GateContent> {
  const content = await asked(world)
  world.bench.approve('aur.submit', content.bound, digestOf(content.bound))
  return content
}

/** What a submit that found something else asks then is approved too. */
async function approvedAgain({ bench }: World): Promise<void> {
  const outcome = await submit.run(bench.context(submit, 'aur.submit'))
  if (outcome.ok || !('changed' in outcome)) throw new Error('it was not asked again')
  bench.approve('aur.submit', outcome.changed.bound, digestOf(outcome.changed.bound))
}

const commitOf = ({ bench }: World) => String(bench.deployment.steps['aur.srcinfo']?.evidence.aurCommit)
const shownIn = (content: GateContent) => JSON.stringify(content.card)

describe('the question', () => {
  test('binds everything that would happen and shows it', async () => {
    const world = await ready()
    const content = await asked(world)
    expect(content.bound).toMatchObject({ aurCommit: commitOf(world), aurHead: headOf(world) })
    const names = ['releaseCommit', 'package', 'address', 'pkgbuild', 'srcinfo', 'configuration', 'isolation']
    expect(Object.keys(content.bound)).toEqual(expect.arrayContaining(names))
    expect(shownIn(content)).toContain('+pkgver=3.1.3')
    expect(shownIn(content)).toContain('Release 3.1.3+001 (Ana)')
    expect(shownIn(content)).not.toContain('not made by Slipway')
  })

  test('is the same when nothing has changed', async () => {
    const world = await ready()
    expect((await asked(world)).bound).toEqual((await asked(world)).bound)
  })

  test('says who made the head of the AUR where it was not Slipway', async () => {
    const content = await asked(await ready('Fixed by hand'))
    expect(shownIn(content)).toContain('not made by Slipway: Ana <ana@localhost>')
    expect(shownIn(content)).toContain('Fixed by hand')
  })

  test('says that a package is new', async () => {
    const world = await makeWorld({ makepkg: {} })
    await go(world.bench, pkgbuild, 'aur.pkgbuild')
    await go(world.bench, srcinfo, 'aur.srcinfo')
    expect(shownIn(await asked(world))).toContain('harbour is new on the AUR')
  })

  test('is not put while the public address gives other bytes', async () => {
    const world = await ready()
    writeFileSync(join(world.site, 'harbour-3.1.3+001.tar.gz'), 'other')
    expect(await submit.ask?.(world.bench.context(submit, 'aur.submit'))).toMatchObject({ code: 'build.tampered' })
  })
})

describe('the submit', () => {
  test.each([
    ['onto the head before', undefined],
    ['as a first commit', 'new'],
  ])('pushes the approved commit %s, and only once', async (_name, isNew) => {
    const world = isNew ? await makeWorld({ makepkg: {} }) : await ready()
    if (isNew)
      for (const [runner, step] of [
        [pkgbuild, 'aur.pkgbuild'],
        [srcinfo, 'aur.srcinfo'],
      ] as const)
        await go(world.bench, runner, step)
    await approved(world)
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({
      ok: true,
      evidence: { aurCommit: commitOf(world) },
    })
    expect(headOf(world)).toBe(commitOf(world))
    expect(world.bench.intents).toMatchObject([{ aurCommit: commitOf(world) }])
    expect(await submit.observe?.(world.bench.context(submit, 'aur.submit'))).toMatchObject({ seen: 'done' })
  })

  test('is seen as done although somebody pushed on top of it', async () => {
    const world = await ready()
    await approved(world)
    expect(await submit.observe?.(world.bench.context(submit, 'aur.submit'))).toEqual({ seen: 'not-done' })
    await go(world.bench, submit, 'aur.submit')
    pushByHand(world, { 'later.txt': 'later' })
    expect(await submit.observe?.(world.bench.context(submit, 'aur.submit'))).toMatchObject({ seen: 'done' })
  })

  test('that landed on another head than the first, and was believed to have failed, is not pushed a second time', async () => {
    const world = await ready()
    await approved(world)
    pushByHand(world, { 'README.md': 'hello' }, 'Add a readme')
    await approvedAgain(world)
    await go(world.bench, submit, 'aur.submit')
    const landed = headOf(world)
    expect(landed).not.toBe(commitOf(world))
    const attempted = world.bench.intents.map((intent) => ({ attempt: 1, intent }))
    world.bench.recall('aur.submit', {
      status: 'waiting',
      attempt: 2,
      stale: false,
      evidence: {},
      notes: [],
      attempted,
    })
    const theirs = pushByHand(world, { 'README.md': 'hello again' }, 'Add the readme again')
    await approvedAgain(world)
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: true, evidence: { aurCommit: landed } })
    expect(headOf(world)).toBe(theirs)
  })

  test('without an approval pushes nothing', async () => {
    const world = await ready()
    const before = headOf(world)
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: false, changed: expect.anything() })
    expect(headOf(world)).toBe(before)
    expect(world.bench.intents).toEqual([])
  })

  test('asks again when somebody pushed after the approval, and then goes on top of that', async () => {
    const world = await ready()
    await approved(world)
    const theirs = pushByHand(world, { 'README.md': 'hello' }, 'Add a readme')
    const outcome = await go(world.bench, submit, 'aur.submit')
    expect(headOf(world)).toBe(theirs)
    if (outcome.ok || !('changed' in outcome)) throw new Error('it was not asked again')
    expect(outcome.changed.bound).toMatchObject({ aurHead: theirs })
    expect(shownIn(outcome.changed)).toContain('Add a readme')
    world.bench.approve('aur.submit', outcome.changed.bound, digestOf(outcome.changed.bound))
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: true })
    expect(personGit(world.aur, 'rev-parse', 'refs/heads/master^')).toBe(theirs)
    expect(personGit(world.aur, 'ls-tree', '--name-only', 'refs/heads/master')).not.toContain('README.md')
  })

  test('stops where somebody pushed this very version meanwhile', async () => {
    const world = await ready()
    await approved(world)
    pushByHand(world, { '.SRCINFO': 'pkgbase = harbour\n\tpkgver = 3.1.3\n\tpkgrel = 1\n\npkgname = harbour\n' })
    expect(codeOf(await go(world.bench, submit, 'aur.submit'))).toBe('aur.version-taken')
  })

  const BY_A_BOT = 'upgpkg: harbour\n\nSlipway-Deployment: #7'
  const srcinfoOf = (pkgver: string) => `pkgbase = harbour\n\tpkgver = ${pkgver}\n\tpkgrel = 1\n\npkgname = harbour\n`

  test('stops where another bot, or another project, pushed a higher version meanwhile', async () => {
    const world = await ready()
    await approved(world)
    const theirs = pushByHand(world, { '.SRCINFO': srcinfoOf('3.1.4') }, BY_A_BOT)
    expect(codeOf(await go(world.bench, submit, 'aur.submit'))).toBe('aur.version-taken')
    expect(headOf(world)).toBe(theirs)
  })

  test('asks again with what another bot pushed meanwhile, where ours is higher', async () => {
    const world = await ready()
    await approved(world)
    pushByHand(world, { '.SRCINFO': srcinfoOf('3.1.2') }, BY_A_BOT)
    const outcome = await go(world.bench, submit, 'aur.submit')
    if (outcome.ok || !('changed' in outcome)) throw new Error('it was not asked again')
    expect(shownIn(outcome.changed)).toContain("The AUR's head is of another deployment: Ana <ana@localhost>")
  })

  test.each([
    [
      'package',
      (world: World) => writeFileSync(join(world.bench.folders.builds, 'package', 'harbour-3.1.3+001.tar.gz'), 'x'),
    ],
    ['public bytes', (world: World) => writeFileSync(join(world.site, 'harbour-3.1.3+001.tar.gz'), 'x')],
  ])('pushes nothing once the %s changed after the approval', async (_name, change) => {
    const world = await ready()
    await approved(world)
    const before = headOf(world)
    change(world)
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: false })
    expect(headOf(world)).toBe(before)
  })

  test('pushes nothing once the release commit was taken off its branch, and leaves that to a person', async () => {
    const world = await ready()
    await approved(world)
    const before = headOf(world)
    personGit(world.origin, 'update-ref', '-d', 'refs/heads/master')
    commitAt(world.origin, { 'README.md': 'as before' }, 'Stop it')
    const outcome = await go(world.bench, submit, 'aur.submit')
    expect(codeOf(outcome)).toBe('version.withdrawn')
    expect(headOf(world)).toBe(before)
    expect(await submit.ask?.(world.bench.context(submit, 'aur.submit'))).toMatchObject({ code: 'version.withdrawn' })
    expect(branchOf({ code: 'version.withdrawn', passing: false })).toBe(undefined)
  })

  test('goes on under the same approval where the branch only moved on', async () => {
    const world = await ready()
    await approved(world)
    commitAt(world.origin, { 'later.txt': 'later' }, 'Later')
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: true })
  })

  test('waits for an origin that does not answer', async () => {
    const world = await ready()
    await approved(world)
    const before = headOf(world)
    const { repository } = world.bench.project
    Object.assign(repository, { url: 'http://127.0.0.1:9/origin.git' })
    const outcome = await go(world.bench, submit, 'aur.submit')
    expect(outcome).toMatchObject({ problem: { code: 'preflight.remote-unreachable', passing: true } })
    expect(headOf(world)).toBe(before)
  })

  test.each([
    ['error: permission denied: bot', 'aur.not-maintainer'],
    ['The AUR is down due to maintenance. We will be back soon.', 'aur.maintenance'],
    ['error: missing .SRCINFO', 'aur.refused'],
    ['something nobody knows', 'aur.refused'],
  ])('refused with "%s" is a problem of its own', async (text, code) => {
    const world = await ready()
    await approved(world)
    refusePushes(world, text)
    const outcome = await go(world.bench, submit, 'aur.submit')
    expect(codeOf(outcome)).toBe(code)
    expect(!outcome.ok && 'problem' in outcome && outcome.problem.details.join()).toContain(text)
  })

  test('that lost the race to a push between look and push is asked again', async () => {
    const world = await ready()
    await approved(world)
    refusePushes(world, 'error: denying non-fast-forward (you should pull first)')
    expect(await go(world.bench, submit, 'aur.submit')).toMatchObject({ ok: false, changed: expect.anything() })
  })

  test('starts exactly what the dry run shows', async () => {
    const world = await ready()
    await approved(world)
    const from = world.bench.ran.length
    await go(world.bench, submit, 'aur.submit')
    const shown = submit.describe(world.bench.context(submit, 'aur.submit').facts)
    const argv = Object.values(shown)
      .flat()
      .flatMap((action) => (action.do === 'command' ? [action.argv] : []))
    for (const ran of world.bench.ran.slice(from)) expect(argv).toContainEqual(ran)
  })
})
