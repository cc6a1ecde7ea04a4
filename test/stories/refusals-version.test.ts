import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Grounds, openGrounds } from './house.ts'
import { pierBeside, type TestBot } from './test-bot.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds()
})
afterAll(() => grounds.close())

describe('a version that cannot be deployed', () => {
  let bot: TestBot
  beforeAll(async () => {
    bot = await grounds.startBot()
  })

  test.each([
    [
      'lower than what is released points to a rollback',
      'deploy 3.1.1',
      `!! 3.1.1 is lower than 3.1.2+001, which is released.
  Deployments only go up; going back is a rollback, which restores what served
  before.

  Roll back, or deploy a version above 3.1.2+001.

    /rollback 3.1.1`,
    ],
    [
      'what is released already points to the next build',
      'deploy 3.1.2',
      `!! 3.1.2+001 is already released.
  What was published under a version never changes.

  Deploy the next build or the next version.

    /deploy build`,
    ],
    [
      'the released build itself, too',
      'deploy 3.1.2+001',
      `!! 3.1.2+001 is already released.
  What was published under a version never changes.

  Deploy the next build or the next version.

    /deploy build`,
    ],
    [
      'a word is not a version',
      'deploy three',
      `!! "three" is not a version.
  A version is X.Y.Z or X.Y.Z+BUILD, or major, minor, patch or build of what is
  released.

  Type a version of that form.

    /deploy 3.1.3`,
    ],
    [
      'two numbers are not a version',
      'deploy 3.1',
      `!! "3.1" is not a whole version.
  A version has three numbers, X.Y.Z.

  Type all three numbers.

    /deploy 3.1.3`,
    ],
    [
      'four numbers are not a version',
      'deploy 3.1.3.4',
      `!! "3.1.3.4" has more than three numbers.
  A version is X.Y.Z; a build number follows a plus sign, as in 3.1.3+001.

  Type three numbers.

    /deploy 3.1.3`,
    ],
    [
      'an empty target is no version',
      'deploy ""',
      `!! No version was given.
  A deployment is of one version: X.Y.Z, or major, minor, patch or build of what
  is released.

  Say which version to deploy.

    /deploy 3.1.3`,
    ],
    [
      'a number beyond what can be compared',
      'deploy 9007199254740992.0.0',
      `!! "9007199254740992.0.0" has a number that is too large.
  Versions are compared as numbers, which is exact up to 9007199254740991.

  Type smaller numbers.

    /deploy 3.1.3`,
    ],
    [
      'a text longer than any version',
      `deploy ${'9'.repeat(200)}`,
      `!! The version is 200 characters long.
  A version has at most 100 characters.

  Type the version alone.

    /deploy 3.1.3`,
    ],
    [
      'a leading zero',
      'deploy 03.1.3',
      `!! "03.1.3" has a number with a leading zero.
  Only build numbers, after the plus sign, have leading zeros.

  Type the numbers without leading zeros.

    /deploy 3.1.3`,
    ],
    [
      'a plus sign without a build number',
      'deploy 3.1.3+',
      `!! "3.1.3+" has no build number after its plus sign.
  A build number is made of digits, as in 3.1.3+001.

  Leave the build number out to get the next one.

    /deploy 3.1.3`,
    ],
    [
      'a pre-release that pacman takes for something newer',
      'deploy 3.1.3-1.2',
      `!! 3.1.3-1.2 cannot be a package version.
  pacman would take a pre-release that begins with a number for something newer
  than the final version.

  Begin with a word such as alpha, beta or rc.

    /deploy 3.1.3-beta.1`,
    ],
    [
      'a pre-release that pacman orders otherwise',
      'deploy 3.1.3-beta-1',
      `!! 3.1.3-beta-1 cannot be a package version.
  Words joined with digits or hyphens are in one order for versions and in
  another for pacman.

  Write one word and then numbers, with a full stop between them.

    /deploy 3.1.3-beta.1`,
    ],
    [
      'a pre-release of two words',
      'deploy 3.1.3-beta.x',
      `!! 3.1.3-beta.x cannot be a package version.
  Versions order numbers before words, pacman orders them after, so its parts
  after the first must be numbers.

  Write one word and then numbers, with a full stop between them.

    /deploy 3.1.3-beta.1`,
    ],
  ])('%s', async (_what, line, card) => {
    expect(await bot.says(line)).toBe(card)
  })

  test.each([
    [
      'a mistyped command gets the whole line to send instead',
      'depoy 3.1.3',
      `!! There is no command "depoy".
  The nearest one is deploy.

  If that is what you meant, send this.

    /deploy 3.1.3`,
    ],
    [
      'a word near no command points to the help',
      'ship it',
      `!! There is no command "ship".
  Nothing that Slipway knows is spelled like it.

  See what there is.

    /help`,
    ],
    [
      'a mistyped option gets the whole line to send instead',
      'deploy 3.1.3 --dryrun',
      `!! deploy has no option --dryrun.
  The nearest one is --dry-run.

  If that is what you meant, send this.

    /deploy 3.1.3 --dry-run`,
    ],
    [
      'an option that is none stops everything',
      'deploy 3.1.3 --force',
      `!! deploy has no option --force.
  Nothing was started: without the option it could do more than you want.

  See the options it has.

    /help deploy`,
    ],
    [
      'an option without its dashes is not taken for a word too many',
      'deploy 3.1.3 dry-run',
      `!! "dry-run" is more than deploy can take.
  A word that is not understood could have mattered, so nothing was started.

  If you meant this, send it. Text with spaces goes in quotes.

    /deploy 3.1.3 --dry-run`,
    ],
    [
      'a quote that is not closed',
      'deploy 3.1.3 --notes "first',
      `!! A quote is opened and not closed.
  Where the quoted text ends is not clear, so nothing was started.

  Close the quote. If it goes to the end of the line, send this.

    /deploy 3.1.3 --notes first`,
    ],
  ])('%s', async (_what, line, card) => {
    expect(await bot.says(line)).toBe(card)
  })

  test('is never needed: deploy alone offers what could come next, with the numbers', async () => {
    expect(await bot.says('deploy')).toBe(`-- Which version of Harbour?
  3.1.2+001 is released.

         Version    For
  patch  3.1.3+001  fixes only
  minor  3.2.0+001  something new, nothing broken
  major  4.0.0+001  something that breaks what was there
  build  3.1.2+002  the same version, packaged again

  patch: 3.1.3+001: /deploy 3.1.3+001
  minor: 3.2.0+001: /deploy 3.2.0+001
  major: 4.0.0+001: /deploy 4.0.0+001
  build: 3.1.2+002: /deploy 3.1.2+002`)
  })

  test('is not one with a v in front, nor a pre-release that pacman can order', async () => {
    const [prefixed, early] = await Promise.all([
      bot.says('deploy v3.1.3 --dry-run'),
      bot.says('deploy 3.1.3-beta.1 --dry-run'),
    ])
    expect(prefixed).toMatch(/^ok Dry run of Harbour 3\.1\.3\+001: every check passed\n/)
    expect(early).toMatch(/^ok Dry run of Harbour 3\.1\.3-beta\.1\+001: every check passed\n/)
  })

  test('leaves no deployment behind', async () => {
    expect(await bot.says('history')).toBe(`-- No deployment has ended yet
  /deploy offers the first versions.`)
    expect(bot.thread()).toEqual([])
  })
})

describe('where the names of two builds would be the same', () => {
  let bot: TestBot
  beforeAll(async () => {
    bot = await grounds.startBot((configuration) => {
      const { build } = configuration.projects.harbour
      build.package.name = 'harbour-{version}-x86_64.tar.gz'
      build.publish.url = `${grounds.world.published.url}/${build.package.name}`
      return configuration
    })
  })

  test.each([
    [
      'another build',
      'deploy build',
      `!! Another build of 3.1.2 could not be told from the one before:
   build.package.name, build.publish.url.
  These names and addresses lack a build number, and published bytes never
  change.

  Put the build number or the full version into them in the configuration, or
  deploy the next patch.

    /deploy patch`,
    ],
    [
      'another build by its number',
      'deploy 3.1.2+002',
      `!! Another build of 3.1.2 could not be told from the one before:
   build.package.name, build.publish.url.
  These names and addresses lack a build number, and published bytes never
  change.

  Put the build number or the full version into them in the configuration, or
  deploy the next patch.

    /deploy patch`,
    ],
    [
      'the released version offers the next patch instead',
      'deploy 3.1.2',
      `!! 3.1.2+001 is already released.
  What was published under a version never changes.

  Deploy the next build or the next version.

    /deploy patch`,
    ],
  ])('%s', async (_what, line, card) => {
    expect(await bot.says(line)).toBe(card)
  })

  test('deploy alone offers no build', async () => {
    expect(await bot.says('deploy')).not.toContain('build')
  })
})

describe('where there are several projects', () => {
  let bot: TestBot
  beforeAll(async () => {
    bot = await grounds.startBot(({ projects, ...rest }) => ({
      ...rest,
      projects: { ...projects, pier: pierBeside(projects.harbour) },
    }))
  })

  test.each([
    [
      'it has to be said which',
      'deploy 3.1.3',
      `!! It is not clear which project you mean.
  There are several, and this place belongs to none of them alone: harbour,
  pier.

  Send the command again with --project and one of these.`,
    ],
    [
      'it has to be one of them',
      'deploy --project quay',
      `!! There is no project "quay".
  The configuration has: harbour, pier.

  Send the command again with --project and one of these.`,
    ],
    [
      'the corrected command names it, too',
      'deploy 3.1.2 --project pier',
      `!! 3.1.2+001 is already released.
  What was published under a version never changes.

  Deploy the next build or the next version.

    /deploy build --project pier`,
    ],
    [
      'the offered versions do as well',
      'deploy --project pier',
      `-- Which version of Pier?
  3.1.2+001 is released.

         Version    For
  patch  3.1.3+001  fixes only
  minor  3.2.0+001  something new, nothing broken
  major  4.0.0+001  something that breaks what was there
  build  3.1.2+002  the same version, packaged again

  patch: 3.1.3+001: /deploy 3.1.3+001 --project pier
  minor: 3.2.0+001: /deploy 3.2.0+001 --project pier
  major: 4.0.0+001: /deploy 4.0.0+001 --project pier
  build: 3.1.2+002: /deploy 3.1.2+002 --project pier`,
    ],
  ])('%s', async (_what, line, card) => {
    expect(await bot.says(line)).toBe(card)
  })
})

describe('a product that was never released', () => {
  let bot: TestBot
  beforeAll(async () => {
    grounds.world.breakSite()
    bot = await grounds.startBot((configuration) => {
      const { harbour } = configuration.projects
      harbour.repository.tag.name = 'release-{full}'
      harbour.aur.package = 'quay'
      return configuration
    })
  })

  test.each([
    [
      'deploy alone offers nothing and asks for the exact version',
      'deploy',
      `-- Which version of Harbour?
  Nothing is released yet. Send the exact first version, such as /deploy 1.0.0.`,
    ],
    [
      'there is nothing to count up from',
      'deploy patch',
      `!! There is nothing released that patch could follow.
  major, minor, patch and build count up from the released version.

  Type the exact version of the first release.

    /deploy 1.0.0`,
    ],
    [
      'half a version is corrected to a whole one',
      'deploy 1.0',
      `!! "1.0" is not a whole version.
  A version has three numbers, X.Y.Z.

  Type all three numbers.

    /deploy 1.0.0`,
    ],
    [
      'there is nothing to verify',
      'verify',
      `!! There is no released version of Harbour to verify.
  Neither the journal nor the tags of origin hold one.

  Release one first, or name the version to expect.

    /deploy`,
    ],
  ])('%s', async (_what, line, card) => {
    expect(await bot.says(line)).toBe(card)
  })

  test('says on its first card that this is the first release', async () => {
    await bot.says('deploy 3.0.0')
    const stop = await bot.nextStop()
    const first = await bot.until(({ key }) => key === '1/first')
    expect(bot.read(first)).toMatch(
      /^-- #1: release Harbour 3\.0\.0\+001\n {2}Replaces {3}nothing: this is the first release\n/,
    )
    expect(bot.findings(stop)).toBe(`!! #1: Harbour 3.0.0+001 stopped: 2 steps failed
  1. Version allowed: The branch already says 3.1.2+001 in pubspec.yaml; 3.0.0+001 is to be deployed.

  Setting a lower version than the branch has would take back what somebody started.

  Cancel this deployment, then deploy 3.1.2+001, or set the file back on the branch and retry.

    /deploy 3.1.2+001

  Whole log  DATA/logs/1/preflight.version.1.log

  2. PKGBUILD: PKGBUILD does not make quay: its pkgbase is harbour, its pkgname harbour.

  The AUR takes a package only into the repository of its pkgbase, and quay is what is tested and asked for there.

  Correct pkgbase and pkgname in the PKGBUILD and push that, or aur.package in slipway.yaml; then retry.

  Whole log  DATA/logs/1/preflight.pkgbuild.1.log`)
    await bot.says('cancel')
  })
})
