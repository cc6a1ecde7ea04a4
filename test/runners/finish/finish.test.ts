import { appendFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Summary } from '../../../src/ports/journal.ts'
import type { Shell } from '../../../src/ports/shell.ts'
import type { Outcome } from '../../../src/release/deployment.ts'
import type { Project } from '../../../src/release/project.ts'
import { certificate } from '../../../src/runners/finish/certificate.ts'
import { documentation } from '../../../src/runners/finish/documentation.ts'
import { push } from '../../../src/runners/finish/push.ts'
import { tag } from '../../../src/runners/finish/tag.ts'
import { inspectCertificate } from '../../../src/runners/inspect-certificate.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { project as sample } from '../../release/sample.ts'
import { summaryOf } from '../issued.ts'
import { answering, fakeClock, makeBench } from '../make-context.ts'
import { createWorld, withoutAur } from '../vps/server-world.ts'

const world = createWorld()
let previousCommit = ''
let commit = ''

beforeAll(() => {
  previousCommit = world.push('Release 3.1.2+004', {
    'README.md': 'Install 3.1.2+004, or any 3.1.2. Not 13.1.2, not 3.1.2.1, not 3.1.2+001.\n',
    'CHANGELOG.md': '# Changelog\n\n## 3.1.2+004 - 2026-10-01\n\n- Before.\n',
    'aur/PKGBUILD': 'pkgver=3.1.3\npkgrel=7\n',
    'aur/.SRCINFO': 'stale\n',
  })
  world.push('fix: close the door', { door: 'closed' })
  commit = world.push('Version 3.1.3+001', { version: '3.1.3+001\n' })
  world.git('data/clones/harbour', 'pull', '--quiet')
  world.write('data/builds/harbour/42/package-test/source/PKGBUILD', 'pkgver=3.1.3\npkgrel=1\n')
  world.write('data/builds/harbour/42/package-test/source/.SRCINFO', 'pkgver = 3.1.3\n')
  world.save()
})
beforeEach(() => world.reset())
afterAll(() => world.end())

describe('the documentation', () => {
  it('is one commit with changelog, version references and the packaging as submitted', async () => {
    const documented = await succeed(documentation, 'finish.documentation')
    await succeed(push, 'finish.push', documented)
    expect(onOrigin('show', '--format=%s%n%n%b', '--name-only', 'master').split('\n').filter(Boolean)).toEqual([
      'Document 3.1.3+001',
      'Slipway-Deployment: #42',
      'CHANGELOG.md',
      'README.md',
      'aur/.SRCINFO',
      'aur/PKGBUILD',
    ])
    expect(onOrigin('show', 'master:CHANGELOG.md')).toMatch(
      /^# Changelog\n\n## 3\.1\.3\+001 - 2026-11-20\n\n### Fixes\n\n- close the door \(\w{7}\)\n\n## 3\.1\.2\+004 - 2026-10-01/,
    )
    expect(onOrigin('show', 'master:README.md')).toBe(
      'Install 3.1.3+001, or any 3.1.3. Not 13.1.2, not 3.1.2.1, not 3.1.2+001.',
    )
    expect(onOrigin('show', 'master:aur/PKGBUILD')).toBe('pkgver=3.1.3\npkgrel=1')
  })

  it('says what the request said, where it said something', async () => {
    await succeed(
      push,
      'finish.push',
      await succeed(documentation, 'finish.documentation', {}, { notes: 'A better door.' }),
    )
    expect(onOrigin('show', 'master:CHANGELOG.md')).toContain(
      '## 3.1.3+001 - 2026-11-20\n\nA better door.\n\n## 3.1.2+004',
    )
  })

  it('is made on what others pushed since, and leaves their packaging alone', async () => {
    const theirs = world.push('Fix the packaging', {
      'aur/PKGBUILD': 'theirs\n',
      'README.md': 'Rewritten for 3.1.2.\n',
    })
    const outcome = await go(documentation, 'finish.documentation')
    expect(outcome).toMatchObject({ ok: true, notes: [expect.stringContaining('aur/PKGBUILD was changed on master')] })
    await succeed(push, 'finish.push', evidenceOf(outcome))
    expect(onOrigin('rev-parse', 'master~1')).toBe(theirs)
    expect(onOrigin('show', 'master:aur/PKGBUILD')).toBe('theirs')
    expect(onOrigin('show', 'master:README.md')).toBe('Rewritten for 3.1.3.')
  })

  it('says that git failed, not that somebody changed a file, where git could not be run', async () => {
    const shell = answering('diff', { ended: 'not-started', stderr: 'EAGAIN' })
    const problem = problemOf(await go(documentation, 'finish.documentation', {}, { shell }))
    expect(problem).toMatchObject({ code: 'finish.git-failed', details: ['EAGAIN'] })
    expect(problem.what).toContain('"git diff" failed')
  })

  it('is repeated from the start, whatever a cut attempt left', async () => {
    await succeed(documentation, 'finish.documentation')
    world.write('data/clones/harbour/README.md', 'half written')
    world.write('data/clones/harbour/left-over', 'x')
    world.write('data/clones/harbour/.git/index.lock', '')
    await succeed(push, 'finish.push', await succeed(documentation, 'finish.documentation'))
    expect(onOrigin('show', 'master:CHANGELOG.md').match(/## 3\.1\.3\+001/g)).toHaveLength(1)
    expect(onOrigin('ls-tree', '--name-only', 'master')).not.toContain('left-over')
  })

  it('never follows a link out of the repository', async () => {
    world.git('colleague', 'rm', '--quiet', 'README.md')
    writeFileSync(world.at('secret'), 'the key of 3.1.2')
    symlinkSync(world.at('secret'), world.at('colleague/README.md'))
    world.push('A link', {})
    const outcome = await go(documentation, 'finish.documentation')
    expect(outcome).toMatchObject({ ok: true, notes: ['README.md is not a file of the repository and was left alone'] })
    await succeed(push, 'finish.push', evidenceOf(outcome))
    expect(onOrigin('show', 'master:README.md')).toBe(world.at('secret'))
    expect(await readFile(world.at('secret'), 'utf8')).toBe('the key of 3.1.2')
  })

  it('leaves a file alone whose bytes are not UTF-8: they could not be written as they were', async () => {
    writeFileSync(world.at('colleague/README.md'), Buffer.from('F\u00fcr 3.1.2\n', 'latin1'))
    const theirs = world.push('Latin-1', {})
    const outcome = await go(documentation, 'finish.documentation')
    expect(outcome).toMatchObject({ ok: true, notes: ['README.md is not UTF-8 text and was left alone'] })
    await succeed(push, 'finish.push', evidenceOf(outcome))
    expect(onOrigin('rev-parse', 'master:README.md')).toBe(onOrigin('rev-parse', `${theirs}:README.md`))
    expect(onOrigin('show', 'master:CHANGELOG.md')).toContain('## 3.1.3+001')
  })

  it('names what it wrote alone, whatever else differs in a checkout, and nothing that git ignores', async () => {
    world.write('colleague/run.bat', 'echo 3.1.2\r\n')
    utimesSync(world.at('colleague/run.bat'), 1, 1)
    world.push('Scripts', { 'n[o]tes': '3.1.2\n' })
    world.push('Line ends', { '.gitattributes': '*.bat text eol=crlf\n' })
    world.git('colleague', 'rm', '--quiet', '--cached', 'aur/.SRCINFO')
    world.push('Generated', { '.gitignore': '.SRCINFO\n' })
    const project = { ...product(), documentation: ['README.md', 'n[o]tes'] }
    const documented = await succeed(documentation, 'finish.documentation', {}, { project })
    await succeed(push, 'finish.push', documented, { project })
    const names = onOrigin('show', '--format=', '--name-only', 'master').split('\n')
    expect(names).toEqual(['README.md', 'aur/PKGBUILD', 'n[o]tes'])
  })

  it('is no commit at all where nothing is to be said', async () => {
    const project = { ...withoutAur(world.project), documentation: [] }
    const documented = await succeed(documentation, 'finish.documentation', {}, { project })
    expect(documented).toEqual({ documentationCommit: commit })
    const outcome = await go(push, 'finish.push', documented, { project })
    expect(outcome).toMatchObject({ ok: true, notes: [`already there: ${commit.slice(0, 12)}`] })
    expect(onOrigin('rev-parse', 'master')).toBe(commit)
  })
})

describe('pushing the documentation', () => {
  it('is made again on the head of whoever was faster', async () => {
    const documented = await succeed(documentation, 'finish.documentation')
    const theirs = world.push('Faster', { other: 'theirs' })
    const outcome = await go(push, 'finish.push', documented)
    expect(onOrigin('rev-parse', 'master~1')).toBe(theirs)
    expect(evidenceOf(outcome)).toEqual({ documentationCommit: onOrigin('rev-parse', 'master') })
  })

  it('gives up after three races and touches nothing of theirs', async () => {
    const documented = await succeed(documentation, 'finish.documentation')
    hook(
      'update',
      `cd ${world.at('colleague')} && git commit -q --allow-empty -m race && git push -q ${world.at('origin.git')} HEAD:refs/heads/raced; echo "! [rejected] fetch first" >&2; exit 1`,
    )
    expect(problemOf(await go(push, 'finish.push', documented))).toMatchObject({
      code: 'finish.push-races',
      passing: true,
    })
    expect(onOrigin('rev-parse', 'master')).toBe(commit)
  })

  it('tells what the origin said when it refuses', async () => {
    const documented = await succeed(documentation, 'finish.documentation')
    hook('pre-receive', 'echo "documentation only on Mondays" >&2; exit 1')
    const problem = problemOf(await go(push, 'finish.push', documented))
    expect(problem.code).toBe('finish.push-refused')
    expect(problem.details.join()).toContain('documentation only on Mondays')
  })

  it('is seen as done while the branch holds the commit, also when others pushed after it', async () => {
    const documented = await succeed(documentation, 'finish.documentation')
    const seen = async () => (await push.observe?.(bench(documented).context(push, 'finish.push')))?.seen
    expect(await seen()).toBe('not-done')
    await succeed(push, 'finish.push', documented)
    world.push('After it', { after: 'x' })
    expect(await seen()).toBe('done')
    expect(await go(push, 'finish.push', documented)).toMatchObject({
      ok: true,
      notes: [expect.stringContaining('already there')],
    })
  })
})

describe('the certificate', () => {
  it.each([
    ['was deleted', (path: string) => rmSync(path), 'harbour-3.1.3+001-43.json is missing'],
    ['was changed', (path: string) => appendFileSync(path, ' '), 'harbour-3.1.3+001-43.json was changed'],
  ])('names the one before it that %s before it was issued', async (_, harm, words) => {
    const first = bench()
    await certificate.run(first.context(certificate, 'finish.certificate'))
    const issue = async (number: number, history: readonly Summary[] = []) => {
      const { ports, project } = first
      const next = makeBench({ folder: world.root, project, number, ports })
      return evidenceOf(await certificate.run(next.context(certificate, 'finish.certificate', { history })))
    }
    const { certificateText: __, ...evidence } = await issue(43)
    harm(String(evidence.certificateFile))
    const { certificateFile } = await issue(44, [{ ...summaryOf(43), evidence }])
    const { checked } = await inspectCertificate(first.ports.files, String(certificateFile))
    expect(checked.filter(({ verdict }) => verdict === 'fails')).toEqual([
      { about: 'chain', verdict: 'fails', what: expect.stringContaining(words) },
    ])
  })

  it('is written as text and signed, with what was left by every step', async () => {
    const made = bench({ documentationCommit: commit })
    made.leave('verify.matrix', {
      matrix: [
        {
          id: 'git',
          component: 'Git Repository',
          check: 'Version',
          expected: '3.1.3+001',
          found: '3.1.3+001',
          verdict: 'pass',
          command: 'git show',
        },
      ],
    })
    made.leave('aur.pkgbuild', { pkgrel: '2', packageVersion: '1:3.1.3-2' })
    made.leave('aur.submit', { aurCommit: commit })
    const outcome = await certificate.run(made.context(certificate, 'finish.certificate'))
    const { certificateFile, certificateText } = evidenceOf(outcome)
    expect(certificateFile).toBe(join(world.at('data/certificates'), 'harbour-3.1.3+001-42.json'))
    const held = await inspectCertificate(made.ports.files, String(certificateFile))
    expect(held.checked.filter(({ verdict }) => verdict === 'fails')).toEqual([])
    const json = held.certificate
    expect(json).toMatchObject({
      project: 'harbour',
      version: '3.1.3+001',
      deployment: 42,
      commits: { release: commit, documentation: commit },
    })
    expect(json?.aur?.version).toBe('1:3.1.3-2')
    expect(json?.matrix).toHaveLength(1)
    expect(String(certificateText)).toContain('Verified from outside: 1 of 1 checks passed')
    expect((await stat(String(certificateFile).replace(/json$/, 'txt'))).isFile()).toBe(true)
  })

  it('names the one before it, and is not issued without a key', async () => {
    const first = bench()
    await certificate.run(first.context(certificate, 'finish.certificate'))
    const second = makeBench({ folder: world.root, project: product(), number: 43, ports: first.ports })
    const { certificateFile } = evidenceOf(await certificate.run(second.context(certificate, 'finish.certificate')))
    const chain = (await inspectCertificate(first.ports.files, String(certificateFile))).checked.at(-1)
    expect(chain).toEqual({ about: 'chain', verdict: 'holds', what: 'harbour-3.1.3+001-42.json' })
    const keyless = { ...second.ports, signer: { sign: async () => ({ ok: false, reason: 'It is gone.' }) as const } }
    const refused = await certificate.run({ ...second.context(certificate, 'finish.certificate'), ports: keyless })
    expect(problemOf(refused)).toMatchObject({
      code: 'finish.not-signed',
      what: expect.stringContaining('It is gone.'),
    })
  })
})

it('tags the release commit', async () => {
  await succeed(tag, 'finish.tag')
  expect(onOrigin('rev-parse', 'v3.1.3+001^{commit}')).toBe(commit)
})

const onOrigin = (...args: string[]) => world.git('origin.git', ...args)

function hook(name: string, script: string): void {
  world.write(`origin.git/hooks/${name}`, `#!/bin/sh\n${script}\n`, 0o755)
}

function product(): Project {
  return {
    ...world.project,
    ...(sample.aur && { aur: { ...sample.aur, directory: 'aur' } }),
    documentation: ['README.md', 'CHANGELOG.md'],
  }
}

type More = { readonly project?: Project; readonly notes?: string; readonly shell?: Shell }

function bench(left: Readonly<Record<string, string>> = {}, more: More = {}) {
  const made = makeBench({
    folder: world.root,
    project: more.project ?? product(),
    previous: { release: { version: '3.1.2', build: '004', full: '3.1.2+004' }, commit: previousCommit },
    ports: { clock: fakeClock(), ...(more.shell && { shell: more.shell }) },
  })
  if (more.notes !== undefined) Object.assign(made.deployment, { notes: more.notes })
  made.leave('version.commit', { commit, commitTime: '1760000000', date: '2026-11-20T12:00:00Z' })
  made.leave('finish.documentation', left)
  return made
}

function go(
  runner: Runner,
  step: string,
  left: Readonly<Record<string, string>> = {},
  more: More = {},
): Promise<Outcome> {
  return runner.run(bench(left, more).context(runner, step))
}

async function succeed(runner: Runner, step: string, left: Readonly<Record<string, string>> = {}, more: More = {}) {
  return evidenceOf(await go(runner, step, left, more))
}

function evidenceOf(outcome: Outcome): Readonly<Record<string, string>> {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  return outcome.evidence as Readonly<Record<string, string>>
}

function problemOf(outcome: Outcome) {
  if (outcome.ok || 'changed' in outcome) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}
