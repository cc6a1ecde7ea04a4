import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mistakesOf } from './sample.ts'

const EXAMPLE = readFileSync(new URL('../../examples/lantern.yaml', import.meta.url), 'utf8')

test.each([
  ['when: publish', 'when: finish', 'The archive is made once the tag is pushed. Write repository.tag.when: publish.'],
  [
    '      publish: #',
    '      package: { target: linux, name: "x-{version}.tar.gz", root: x }\n      publish: #',
    'The archive of a tag is not made of a package. Take package out',
  ],
])('the archive of a tag does not go with every setting: %s as %s', (piece, by, says) => {
  expect(EXAMPLE).toContain(piece)
  const mistakes = mistakesOf(EXAMPLE.replace(piece, by))
  expect(mistakes.map(({ what, remedy }) => `${what} ${remedy}`)).toEqual([expect.stringContaining(says)])
})
