/** Builds do not fill the disk for ever, and what may still be wanted stays. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { certificate } from '../../src/runners/finish/certificate.ts'
import { removeOldBuilds } from '../../src/runners/old-builds.ts'
import { makeBench } from './make-context.ts'
import { writeFiles } from './product.ts'

/** Builds of these deployments lie there, and those that were released have a certificate. */
function built(numbers: readonly number[], released: readonly (number | string)[]) {
  const bench = makeBench()
  const all = dirname(bench.folders.builds)
  for (const number of [...numbers, 42]) writeFiles(join(all, String(number)), { 'package/a.tar.gz': 'a' })
  for (const one of released) {
    const name = typeof one === 'string' ? one : `harbour-3.1.3-beta.1+0${one}-${one}`
    writeFiles(bench.folders.certificates, {
      [`${name}.txt`]: '',
      [`${name}.json`]: '',
      [`${name}.provenance.json`]: '',
    })
  }
  return { bench, left: () => numbers.filter((number) => existsSync(join(all, String(number)))) }
}

test.each([
  ['before a release the three newest stay', [1, 2, 3, 4], [1, 2, 3, 4], [2, 3, 4]],
  ['after it, it is among the three', [1, 2, 3, 4], [1, 2, 3, 4, 42], [3, 4]],
  ['attempts that came to nothing go', [5, 6, 7, 8], [5, 6], [5, 6]],
  ['a deployment that is waiting is not touched', [40, 43, 44], [], [43, 44]],
  ['the certificate of a project with a longer name counts nothing', [1, 2], ['harbour-web-3.1.3+001-2', 1], [1]],
  ['a first release removes nothing', [], [], []],
])('%s', async (_, numbers, released, expected) => {
  const { bench, left } = built(numbers, released)
  const { facts, ports } = bench.context(certificate, 'finish.certificate')
  expect(await removeOldBuilds(facts, ports)).toEqual([])
  expect(left()).toEqual(expected)
})

test('a folder that cannot be removed is told, and the release stays complete', async () => {
  const { bench, left } = built([1, 2], [])
  const { facts, ports } = bench.context(certificate, 'finish.certificate')
  const files = { ...ports.files, remove: (path: string) => Promise.reject(new Error(`EACCES: ${path}`)) }
  const [note] = await removeOldBuilds(facts, { ...ports, files })
  expect(note).toMatch(/^2 folders of old builds stay: EACCES: .*\/1$/)
  expect(left()).toEqual([1, 2])
})
