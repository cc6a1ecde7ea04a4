/** The archive of a tag, on a real clone: what a forge may give for it, and what may not be taken. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Http } from '../../../src/ports/http.ts'
import type { Project } from '../../../src/release/project.ts'
import { archive } from '../../../src/runners/build/archive.ts'
import { project } from '../../release/sample.ts'
import { fakeClock, makeBench, temporaryFolder } from '../make-context.ts'
import { commitRelease } from '../product.ts'
import { must, personGit } from '../programs.ts'

const FILES = {
  'run.sh': '#!/bin/sh\n',
  'src/main.rs': 'fn main() {}\n',
  '.gitattributes': 'notes export-ignore\n',
  notes: 'own',
}
const BUILD: Project['build'] = {
  ...project.build,
  publish: { kind: 'tag', url: 'https://forge.example/{version}.tar.gz' },
}

/** A release commit, and a forge that answers with what `give` puts into a file. */
function forge(give: (file: string, clone: string, commit: string) => void, status = 200) {
  const { package: _, ...build } = BUILD
  const http: Pick<Http, 'download'> = {
    download: async (_url, path) => {
      const file = join(temporaryFolder(), 'given')
      give(file, bench.folders.clone, commit)
      if (status === 200) cpSync(file, path)
      return { ok: true, status, bytes: 1, sha256: 'a'.repeat(64) }
    },
  }
  const bench = makeBench({ project: { build }, ports: { http: http as Http, clock: fakeClock() } })
  const commit = commitRelease(bench, FILES)
  return archive.run(bench.context(archive, 'build.archive'))
}

const tarball =
  (...options: string[]) =>
  (file: string, clone: string, commit: string) =>
    void personGit(clone, 'archive', ...options, '--prefix=any-name/', `--output=${file}`, commit)

test.each([
  ['as forges make it', tarball('--format=tar.gz')],
  ['packed harder', tarball('--format=tar.gz', '-9')],
  ['not compressed', tarball('--format=tar')],
])('an archive of the release commit gives the sum of the package, %s', async (_, give) => {
  expect(await forge(give)).toMatchObject({ ok: true, evidence: { packageSha256: 'a'.repeat(64) } })
})

/** The files of the commit in a folder, changed, and packed again. */
const changed = (how: string) => (file: string, clone: string, commit: string) => {
  const folder = temporaryFolder()
  const line = `git -C ${clone} archive --prefix=x/ ${commit} | tar -x && cd x && ${how} && cd .. && tar -czf ${file} x`
  must('sh', ['-c', line], folder)
}

test.each([
  ['another byte', changed('echo >>src/main.rs')],
  ['a file more', changed('echo >more')],
  ['a file less', changed('rm run.sh')],
  ['a program that was none', changed('chmod +x src/main.rs')],
  ['a link in place of a file', changed('ln -sf /etc/passwd src/main.rs')],
  ['no tarball', (file: string) => writeFileSync(file, 'Not Found')],
  ['nothing', (file: string) => writeFileSync(file, '')],
])('an archive with %s is refused, and no sum is taken of it', async (_, give) => {
  expect(await forge(give)).toMatchObject({ ok: false, problem: { code: 'build.archive-differs' } })
})

test('an archive that does not appear is waited for until the deadline, and then told', async () => {
  expect(await forge((file) => writeFileSync(file, ''), 404)).toMatchObject({
    ok: false,
    problem: { code: 'build.not-public' },
  })
})
