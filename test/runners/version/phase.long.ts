import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Shell } from '../../../src/ports/shell.ts'
import { createMasker } from '../../../src/release/redact.ts'
import { commit } from '../../../src/runners/version/commit.ts'
import { push } from '../../../src/runners/version/push.ts'
import { search } from '../../../src/runners/version/search.ts'
import { set } from '../../../src/runners/version/set.ts'
import { createShell } from '../../../src/tools/shell.ts'
import type { Bench } from '../make-context.ts'
import { personGit } from '../programs.ts'
import { commandsOf, makeWorld, must, PRODUCT, problemOf, take, VERSION_RULES, type World } from '../world.ts'
import { STEPS } from './steps.ts'

type Name = keyof typeof STEPS

async function through(bench: Bench, last: Name) {
  for (const [name, runner] of Object.entries(STEPS)) {
    const outcome = await must(bench, runner, name)
    if (name === last) return outcome
  }
  throw new Error('no such step')
}

describe('a release commit', () => {
  test('holds exactly the version files, keeps their bytes and modes, and says its deployment', async () => {
    const world = makeWorld()
    const { evidence } = await through(world.bench, 'version.push')
    expect(world.head()).toBe(evidence.commit)
    expect(evidence.pushedOver).toBe(world.first)
    expect(personGit(world.origin, 'log', '-1', '--format=%an|%B', 'master')).toBe(
      'Slipway|Version 3.1.3+001\n\nSlipway-Deployment: #42',
    )
    const stat = personGit(world.origin, 'diff-tree', '-r', '--no-commit-id', '--name-status', 'master').split('\n')
    expect(stat).toEqual([
      'M\tassets/version.json',
      'M\taur/PKGBUILD',
      'M\tlib/app_config.dart',
      'M\tpubspec.yaml',
      'M\tscripts/version.sh',
    ])
    expect(world.at('pubspec.yaml')).toBe('name: harbour\n# one place decides\nversion: 3.1.3+001  # this one')
    expect(JSON.parse(world.at('assets/version.json'))).toMatchObject({
      version: '3.1.3',
      build_number: '001',
      git_commit: world.first,
      build_date: world.bench.deployment.steps['version.set']?.evidence.date,
    })
    expect(world.at('aur/PKGBUILD')).toContain('pkgver=3.1.3\npkgrel=7\n')
    expect(personGit(world.origin, 'ls-tree', 'master', 'scripts/version.sh')).toContain('100755')
  })

  test('is made by the very commands that a dry run prints', async () => {
    const world = makeWorld()
    for (const [name, runner] of Object.entries(STEPS)) {
      const dry = commandsOf(world.bench.context(runner, name, { dryRun: true }).actions)
      const from = world.bench.ran.length
      await must(world.bench, runner, name)
      const known = { ...world.bench.deployment.steps['version.commit']?.evidence }
      const filled = dry.map((argv) => argv.map((word) => word.replace('<release commit>', String(known.commit))))
      expect(world.bench.ran.slice(from), name).toEqual(filled)
    }
  })

  test('of a version that was started and not released is used again', async () => {
    const world = makeWorld()
    const { evidence } = await through(world.bench, 'version.push')
    const later = world.again(43)
    const again = await through(later, 'version.push')
    expect(again.evidence.commit).toBe(evidence.commit)
    expect(again.notes?.join()).toContain('already there')
    expect(later.deployment.steps['version.commit']?.evidence.changedFiles).toEqual([])
  })

  test('is found again when the commit was made and nobody had written that down', async () => {
    const world = makeWorld()
    const { evidence } = await through(world.bench, 'version.commit')
    writeFileSync(join(world.bench.folders.clone, '.git/index.lock'), '')
    const again = await must(world.bench, commit, 'version.commit')
    expect(again.evidence).toMatchObject({ commit: evidence.commit, commitTime: evidence.commitTime })
  })

  test('is not made of a file that leads out of the clone', async () => {
    const world = makeWorld()
    await through(world.bench, 'preflight.origin')
    const { clone } = world.bench.folders
    personGit(clone, 'rm', '--quiet', 'pubspec.yaml')
    personGit(clone, 'update-index', '--add', '--cacheinfo', `120000,${blob(clone, '/etc/hostname')},pubspec.yaml`)
    personGit(clone, 'checkout', '--', 'pubspec.yaml')
    expect((await problemOf(take(world.bench, set, 'version.set'))).code).toBe('preflight.version-file-missing')
  })
})

describe('a push', () => {
  test('that a colleague overtook is made anew on their head, and nothing of theirs is lost', async () => {
    const world = makeWorld()
    const made = await through(world.bench, 'version.commit')
    const theirs = world.push({
      'lib/more.dart': '// more\n',
      'pubspec.yaml': `${PRODUCT['pubspec.yaml']}dependencies: {}\n`,
    })
    const { evidence, notes } = await must(world.bench, push, 'version.push')
    expect(evidence.commit).not.toBe(made.evidence.commit)
    expect(world.head()).toBe(evidence.commit)
    expect(personGit(world.origin, 'rev-parse', 'master^')).toBe(theirs)
    expect(evidence.pushedOver).toBe(theirs)
    expect(world.at('pubspec.yaml')).toBe(
      'name: harbour\n# one place decides\nversion: 3.1.3+001  # this one\ndependencies: {}',
    )
    expect(JSON.parse(world.at('assets/version.json')).git_commit).toBe(theirs)
    expect(notes?.join('\n')).toMatch(/made anew.*\n[0-9a-f]+ Work of a colleague \(Ana\)/)
    expect(world.bench.intents).toHaveLength(2)
    expect(
      world.bench.ran
        .flat()
        .filter(
          (word) =>
            /^(-f|--force|--force-with-lease|\+.*:refs\/heads\/.*)$/.test(word) && !word.includes('refs/remotes'),
        ),
    ).toEqual([])
  })

  test('stops where the colleague set another version', async () => {
    const world = makeWorld()
    await through(world.bench, 'version.commit')
    const theirs = world.push({ 'pubspec.yaml': 'name: harbour\nversion: 3.2.0+001\n' }, 'Next minor')
    const problem = await problemOf(take(world.bench, push, 'version.push'))
    expect(problem).toMatchObject({ code: 'version.push-conflict', copy: 'deploy 3.2.0+001' })
    expect(problem.details.join()).toContain('Next minor (Ana)')
    expect(world.head()).toBe(theirs)
  })

  test('gives up after three times and forces nothing', async () => {
    const real = createShell({ masker: createMasker([]) })
    let count = 0
    const overtaking: Shell = {
      run: (command, options) => {
        if (command.argv.includes('push')) {
          count += 1
          world.push({ 'notes.txt': `${count}\n` })
        }
        return real.run(command, options)
      },
    }
    const world: World = makeWorld({ ports: { shell: overtaking } })
    await through(world.bench, 'version.commit')
    const problem = await problemOf(take(world.bench, push, 'version.push'))
    expect(problem).toMatchObject({ code: 'version.push-overtaken', passing: true })
    expect(count).toBe(3)
    expect(world.at('notes.txt')).toBe('3')
    expect(world.at('pubspec.yaml')).toContain('3.1.2+001')
  })

  const REFUSALS = [
    ['remote: error: GH006: Protected branch update failed', 'version.push-protected'],
    ['ERROR: The key you are authenticating with has been marked as read only.', 'preflight.remote-read-only'],
    ['no space left', 'version.push-protected'],
  ] as const
  test.each(REFUSALS)('that the origin refuses with "%s" says what to do', async (words, code) => {
    const world = makeWorld()
    await through(world.bench, 'version.commit')
    const hook = join(world.origin, 'hooks/pre-receive')
    mkdirSync(dirname(hook))
    writeFileSync(hook, `#!/bin/sh\necho '${words}' >&2\nexit 1\n`)
    chmodSync(hook, 0o755)
    expect((await problemOf(take(world.bench, push, 'version.push'))).code).toBe(code)
    expect(world.head()).toBe(world.first)
  })

  test('is made from the version files when the clone lost the commit', async () => {
    const world = makeWorld()
    await through(world.bench, 'version.commit')
    world.bench.leave('version.commit', { commit: '1'.repeat(40) })
    const { evidence } = await must(world.bench, push, 'version.push')
    expect(world.head()).toBe(evidence.commit)
  })
})

describe('after a crash in the middle of a push', () => {
  const crash = async (arrived: boolean) => {
    const world = makeWorld()
    const { evidence } = await through(world.bench, 'version.commit')
    if (arrived)
      personGit(world.bench.folders.clone, 'push', '--quiet', world.origin, `${evidence.commit}:refs/heads/master`)
    const context = world.bench.context(push, 'version.push')
    const state = { status: 'running', attempt: 1, stale: false, evidence: {}, notes: [] } as const
    const intent = { commit: String(evidence.commit), commitTime: String(evidence.commitTime), remoteHead: world.first }
    const steps = { ...context.deployment.steps, 'version.push': { ...state, attempted: [{ attempt: 1, intent }] } }
    return {
      world,
      commit: evidence.commit,
      look: () => push.observe?.({ ...context, deployment: { ...context.deployment, steps } }),
    }
  }

  test('a branch that went on still holds the commit', async () => {
    const { world, commit: ours, look } = await crash(true)
    world.push({ 'later.txt': 'later\n' })
    expect(await look()).toMatchObject({ seen: 'done', evidence: { commit: ours, pushedOver: world.first } })
  })

  test('a commit that never arrived is pushed again', async () => {
    const { look } = await crash(false)
    expect(await look()).toEqual({ seen: 'not-done' })
  })

  test('an origin that does not answer is a question', async () => {
    const { world, look } = await crash(true)
    renameSync(world.origin, `${world.origin}.gone`)
    expect(await look()).toMatchObject({ seen: 'unknown' })
  })
})

describe('the search for the old version', () => {
  test('tells the lines that still name it, the allowed files aside', async () => {
    const { bench } = makeWorld()
    const { notes, evidence } = await through(bench, 'version.search')
    expect(evidence).toEqual({ oldVersionHits: 1 })
    expect(notes).toEqual(['still named 3.1.2+001:', 'README.md:1: The newest is 3.1.2.'])
  })

  test('fails with version.strict', async () => {
    const { bench } = makeWorld({ project: { version: { ...VERSION_RULES, strict: true } } })
    await through(bench, 'version.sync')
    const problem = await problemOf(take(bench, search, 'version.search'))
    expect(problem).toMatchObject({ code: 'version.old-left', details: ['README.md:1: The newest is 3.1.2.'] })
  })
})

function blob(clone: string, text: string): string {
  writeFileSync(join(clone, '.git/link-target'), text)
  return personGit(clone, 'hash-object', '-w', '.git/link-target')
}
