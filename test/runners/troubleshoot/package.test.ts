import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProbeName } from '../../../src/release/recovery.ts'
import { pkgbuild } from '../../../src/runners/aur/pkgbuild.ts'
import { sourceOf } from '../../../src/runners/aur/source.ts'
import { go, makeWorld, printed, pushByHand, type World } from '../aur/world.ts'
import { PKGBUILD } from '../product.ts'
import { answered, type Failed, failure, troubleshoot } from './asking.ts'

const ask = ({ bench }: World, name: ProbeName, failed?: Failed) =>
  answered(troubleshoot(bench, name, failed ? { failed } : {}))

/** The copy for the AUR, and a file of it with something else in it. */
function edit({ bench }: World, file: string, change: (text: string) => string): void {
  const path = join(sourceOf(bench.context({ describe: () => ({}), run: async () => never() }, 'x').facts), file)
  const text =
    file === '.SRCINFO'
      ? printed(readFileSync(path.replace('.SRCINFO', 'PKGBUILD'), 'utf8'))
      : readFileSync(path, 'utf8')
  writeFileSync(path, change(text))
}

function never(): never {
  throw new Error('nothing is run')
}

async function ready(): Promise<World> {
  const world = await makeWorld({ makepkg: {} })
  await go(world.bench, pkgbuild, 'aur.pkgbuild')
  edit(world, '.SRCINFO', (text) => text)
  return world
}

describe('the PKGBUILD of the product', () => {
  test('is sound where it can be read and its sources and sums pair up', async () => {
    expect(await ask(await makeWorld(), 'probe.pkgbuild')).toMatchObject({ answer: 'sound' })
  })

  test.each([
    [
      'an open bracket',
      (text: string) => text.replace("license=('MIT')", "license=('MIT'"),
      /never closed|not closed|ends|open/i,
    ],
    ['a sum too few', (text: string) => text.replace("    'SKIP'   # a file beside\n", ''), /sums/],
  ])('is broken with %s, which is named', async (_, change, found) => {
    const world = await makeWorld({ pkgbuild: (address) => change(PKGBUILD(address)) })
    expect(await ask(world, 'probe.pkgbuild')).toEqual({ answer: 'broken', found: expect.stringMatching(found) })
  })

  test('is broken where bash said so, whatever we read', async () => {
    const failed = {
      step: 'aur.test-package',
      code: 'aur.pkgbuild-syntax',
      said: ['PKGBUILD: line 31: syntax error'],
    } as const
    expect(await ask(await makeWorld(), 'probe.pkgbuild', failed)).toEqual({
      answer: 'broken',
      found: 'bash cannot read it: PKGBUILD: line 31: syntax error',
    })
  })
})

describe('the copy for the AUR', () => {
  test('has the sum of our package and a .SRCINFO that agrees, or says where not', async () => {
    const world = await ready()
    expect(await ask(world, 'probe.sums')).toMatchObject({ answer: 'same' })
    expect(await ask(world, 'probe.srcinfo')).toMatchObject({ answer: 'same' })
    edit(world, '.SRCINFO', (text) => text.replace('pkgrel = 1', 'pkgrel = 9'))
    expect(await ask(world, 'probe.srcinfo')).toEqual({
      answer: 'differ',
      found: 'pkgrel: .SRCINFO says 9, PKGBUILD 1',
    })
    edit(world, 'PKGBUILD', (text) => text.replace(/[0-9a-f]{64}/, 'f'.repeat(64)))
    expect(await ask(world, 'probe.sums')).toMatchObject({
      answer: 'differ',
      found: expect.stringContaining('ffffffffffff'),
    })
  })

  test('that was not made yet cannot be looked at', async () => {
    const { bench } = await makeWorld()
    expect(await failure(troubleshoot(bench, 'probe.sums'))).toMatchObject({ code: 'troubleshoot.blind' })
    expect(await failure(troubleshoot(bench, 'probe.srcinfo'))).toMatchObject({ code: 'troubleshoot.blind' })
  })
})

describe('outside', () => {
  test('the public package is the one that was built, another one, or not there', async () => {
    const world = await makeWorld()
    const file = join(world.site, 'harbour-3.1.3+001.tar.gz')
    expect(await ask(world, 'probe.public-package')).toMatchObject({ answer: 'same' })
    writeFileSync(file, 'something else')
    expect(await ask(world, 'probe.public-package')).toMatchObject({ answer: 'other' })
  })

  test('the AUR is as it was, or somebody else pushed to it', async () => {
    const world = await ready()
    expect(await ask(world, 'probe.aur-head')).toMatchObject({ answer: 'same' })
    const head = pushByHand(world, { PKGBUILD: 'by hand' })
    expect(await ask(world, 'probe.aur-head')).toEqual({
      answer: 'moved',
      found: `the AUR has ${head.slice(0, 12)} of harbour; our commit goes on top of nothing`,
    })
  })
})
