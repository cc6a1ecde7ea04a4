import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { type Grounds, openGrounds } from './house.ts'
import type { Post } from './memory-chat.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds()
})
afterAll(() => grounds.close())

test('everything that is wrong stands on one card, and what was mended is gone from the next one', async () => {
  const bot = await grounds.startBot((configuration) => {
    const { build, aur, approvals } = configuration.projects.harbour
    build.clean.push(['fluter', 'clean'])
    Object.assign(aur, { url: 'file:///nowhere/harbour.git', maintainer: 'somebody' })
    Object.assign(approvals, { requesterMayApprove: false })
    return configuration
  })
  const mend = await breakTheWorld()
  await bot.says('deploy 3.1.3')
  const all = bot.read(await bot.nextStop())
  await mend()
  await bot.says('retry')
  const rest = bot.read(await bot.nextStop())

  expect(headings(all)).toEqual([
    'Tools and their versions: fluter is not installed, or not on the PATH of the bot.',
    'Credentials: The AUR has no repository at file:///nowhere/harbour.git.',
    'Version allowed: pubspec.yaml has Windows line ends, on lines 1 to 12.',
    'PKGBUILD: PKGBUILD names other versions than 3.1.3, which a release would not change: line 40.',
    'Package on the AUR: The AUR package harbour is maintained by mira, not by somebody.',
    'Public address still free: The public address of the package already answers: https://127.0.0.1:PORT/harbour-3.1.3-001-x86_64.tar.gz.',
    'Servers and their host keys: On pier, tracked files in WORLD/server/opt/harbour were changed by hand (1).',
    'Who may answer the gates: The gate aur-submit takes 1 to approve it, and nobody may.',
  ])
  expect(headings(rest).map((line) => line.split(':')[0])).toEqual([
    'Tools and their versions',
    'Credentials',
    'Package on the AUR',
    'Who may answer the gates',
  ])
  expect(
    rest.slice(rest.indexOf('  Users still have')),
  ).toBe(`  Users still have 3.1.2+001: nothing has reached their installs or the server's visitors.

  /retry #1 repeats what failed and goes on from there. /cancel #1 ends it. It waits until TIME, then it ends as failed.

  A change in slipway.yaml counts for new deployments only: after it start Slipway again, then /cancel #1 and /deploy 3.1.3+001 --project harbour.

  Retry: /retry #1
  Log: /logs #1
  Diagnose: /diagnose #1
  Cancel: /cancel #1`)
  await bot.says('cancel')
})

test('what is left over in the clone of the bot is cleared away, and a broken clone is made again', async () => {
  const bot = await grounds.startBot((configuration) => {
    Object.assign(configuration.projects.harbour.aur, { maintainer: 'somebody' })
    return configuration
  })
  const clone = join(bot.dataFolder, 'clones', 'harbour')
  await bot.says('deploy 3.1.3')
  await bot.nextStop()
  await writeFile(join(clone, 'left-over.txt'), 'junk')
  await writeFile(join(clone, '.git', 'index.lock'), '')
  await appendFile(join(clone, 'pubspec.yaml'), 'junk: true\n')
  await bot.says('retry')
  await bot.nextStop()
  expect(await git(clone, ['status', '--porcelain', '--ignored'])).toBe('')

  await writeFile(join(clone, '.git', 'index'), 'not an index')
  await bot.says('retry')
  await bot.nextStop()
  expect(await git(clone, ['status', '--porcelain', '--ignored'])).toBe('')
  const progress = await bot.until(({ key, card }) => key === '1/progress' && /was made again/.test(bot.read(card)))
  expect(bot.read(progress)).toContain(
    '- Origin reachable, nothing left over: the clone was broken and was made again: ',
  )
  await bot.says('cancel')
})

test('what the release will put right is only noticed', async () => {
  const [pkgbuild, srcinfo] = await Promise.all([committed('aur-package/PKGBUILD'), committed('aur-package/.SRCINFO')])
  const older = {
    'aur-package/PKGBUILD': pkgbuild.replace('harbour-3.1.2-001', 'harbour-3.1.1-001'),
    'aur-package/.SRCINFO': srcinfo.replace('3.1.2', '3.1.1'),
  }
  await grounds.world.commitToOrigin(older, 'chore: forget half of the package')
  const bot = await grounds.startBot()
  const card = await bot.says('deploy 3.1.3 --dry-run')
  expect(card).toMatch(/^ok Dry run of Harbour 3\.1\.3\+001: every check passed\n/)
  expect(card).toContain('PKGBUILD line 20 names 3.1.1 while pkgver is 3.1.2: the aur phase rewrites')
  expect(card).toContain('.SRCINFO says 3.1.1-1 and PKGBUILD 3.1.2-1: the aur phase makes it anew')
  const back = { 'aur-package/PKGBUILD': pkgbuild, 'aur-package/.SRCINFO': srcinfo }
  await grounds.world.commitToOrigin(back, 'chore: put it back')
})

test('a file that still names the old version stops a strict release, and is only noticed in another', async () => {
  const about = { 'lib/about.dart': "const about = 'Harbour 3.1.2';\n" }
  await grounds.world.commitToOrigin(about, 'feat: say what this is')
  const strict = await grounds.startBot((configuration) => {
    Object.assign(configuration.projects.harbour.version, { strict: true })
    return configuration
  })
  await strict.says('deploy 3.1.3')
  expect(strict.findings(await strict.nextStop())).toBe(`!! #1: Harbour 3.1.3+001 stopped: Search for the old version
  The old version 3.1.2+001 is still named in the files (1).

  version.strict is set, so nothing is released while files name two versions.

  - lib/about.dart:1: const about = 'Harbour 3.1.2';

  Correct the files and push them; or add them to version.sync, or to version.allow where they may go on naming it, in slipway.yaml.

  Whole log  DATA/logs/1/version.search.1.log

  Left so, users are confused: places name different versions, and nobody can say which one they have.`)
  await strict.says('cancel')

  const bot = await grounds.startBot()
  await bot.says('deploy 3.1.3')
  const noticed = ({ key, card }: Post) => key === '1/progress' && /still named/.test(bot.read(card))
  expect(bot.read(await bot.until(noticed))).toContain("lib/about.dart:1: const about = 'Harbour 3.1.2';")
  await bot.says('cancel')
  await bot.bot.ended(1)
})

function headings(card: string): readonly string[] {
  return [...card.matchAll(/^ {2}\d+\. (.*)$/gm)].map((found) => found[1] ?? '')
}

async function breakTheWorld(): Promise<() => Promise<void>> {
  const { world } = grounds
  const [pubspec, pkgbuild] = await Promise.all([committed('pubspec.yaml'), committed('aur-package/PKGBUILD')])
  const broken = {
    'pubspec.yaml': pubspec.replaceAll('\n', '\r\n'),
    'aur-package/PKGBUILD': `${pkgbuild}\nprepare() {\n    mv "harbour-3.1.2" "$pkgname"\n}\n`,
  }
  await world.commitToOrigin(broken, 'chore: edit on Windows')
  const taken = join(world.published.folder, 'harbour-3.1.3-001-x86_64.tar.gz')
  await writeFile(taken, 'another package')
  const readme = join(world.server.directory, 'README.md')
  const before = await readFile(readme, 'utf8')
  await appendFile(readme, 'changed by hand\n')
  return async () => {
    await world.commitToOrigin({ 'pubspec.yaml': pubspec, 'aur-package/PKGBUILD': pkgbuild }, 'chore: put it back')
    await rm(taken)
    await writeFile(readme, before)
  }
}

async function committed(path: string): Promise<string> {
  return `${await git(grounds.world.origin.folder, ['show', `master:${path}`])}\n`
}
