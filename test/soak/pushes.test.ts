import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { addCommits, createBare, git } from '../../sandbox/git.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { wrongFiles } from './published.ts'
import { judgePushes } from './pushes.ts'

const AUTHOR = { name: 'Ana', email: 'ana@example.test' }
let folder = ''

beforeEach(async () => {
  folder = await newFolder()
  await createBare(folder)
  await git(folder, ['config', 'core.logAllRefUpdates', 'always'])
})

/** As a push of a deployment would leave it. */
function push(subject: string, number: number, files: Record<string, string> = {}) {
  const message = `${subject}\n\nSlipway-Deployment: #${number}`
  return addCommits(folder, [{ author: AUTHOR, at: 1_700_000_000 + number, message, files }])
}

const setTo = (commit: string) => git(folder, ['update-ref', 'refs/heads/master', commit])

describe('the log of pushes', () => {
  it('holds each commit of a deployment once', async () => {
    await push('Release 1', 1)
    await push('Release 2', 2)
    const { commits, doubled } = await judgePushes(folder, [])
    expect({ commits: commits.toSorted(), doubled }).toEqual({
      commits: ['Release 1\t#1', 'Release 2\t#2'],
      doubled: [],
    })
  })

  it('shows a release that was pushed, taken away and pushed again, also where the branch looks right', async () => {
    const first = await push('Release 1', 1)
    const second = await push('Release 2', 2)
    await setTo(first)
    await setTo(second)
    const { doubled } = await judgePushes(folder, [])
    const names = [first, second].map((commit) => commit.slice(0, 12))
    expect(doubled).toEqual([
      'pushed twice: Release 2\t#2',
      `pushed twice: refs/heads/master from ${names[0]} to ${names[1]}`,
      `not on top was pushed: refs/heads/master from ${names[1]} to ${names[0]}`,
    ])
  })

  it('lets a rollback set the branch back where it had written that down', async () => {
    const first = await push('Release 1', 1)
    const head = await push('Release 2', 2)
    await setTo(first)
    const meant = { type: 'intended', step: 'rollback.git', attempt: 1, intent: { head, setBackTo: first } } as never
    expect((await judgePushes(folder, [meant])).doubled).toEqual([])
  })

  it('shows a tag that was moved', async () => {
    for (const commit of [await push('Release 1', 1), await push('Release 2', 2)])
      await git(folder, ['update-ref', 'refs/tags/v1', commit])
    expect((await judgePushes(folder, [])).doubled).toEqual(['refs/tags/v1 was pushed 2 times'])
  })
})

describe('a published file', () => {
  it.each([
    ['is right with the sum that the AUR names', 'first', []],
    [
      'is wrong with other bytes, whatever lies beside it',
      'other',
      ['a-1.tar.gz holds other bytes than were published first'],
    ],
  ])('%s', async (_, bytes, wanted) => {
    const sums = { first: 'a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e', other: '' }
    await push('Update to 1', 1, { '.SRCINFO': `\tsource = https://x.test/a-1.tar.gz\n\tsha256sums = ${sums.first}\n` })
    const published = join(folder, 'published')
    await mkdir(published)
    await writeFile(join(published, 'a-1.tar.gz'), bytes)
    await writeFile(
      join(published, 'a-1.tar.gz.sha256'),
      'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa  a-1.tar.gz\n',
    )
    expect(await wrongFiles({ aur: { folder }, published: { folder: published } } as never)).toEqual(wanted)
  })
})
