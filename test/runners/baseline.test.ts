import { renameSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { HttpAnswer } from '../../src/ports/http.ts'
import type { Summary } from '../../src/ports/journal.ts'
import { readBaseline } from '../../src/runners/baseline.ts'
import { project as sample } from '../release/sample.ts'
import { personGit } from './programs.ts'
import { answers, makeWorld } from './world.ts'

const RPC = 'https://localhost/rpc/v5/info?arg[]=harbour'
const SITE = 'https://app.localhost/version.json'

const aurSays = (version?: string): Partial<HttpAnswer> => ({
  body: JSON.stringify({
    type: 'multiinfo',
    results: version === undefined ? [] : [{ Name: 'harbour', Version: version }],
  }),
})
const siteSays = (version: string, build: string): Partial<HttpAnswer> => ({
  body: JSON.stringify({ app_name: 'harbour', version, build_number: build }),
})

interface Said {
  readonly tags?: readonly string[]
  readonly aur?: Partial<HttpAnswer>
  readonly site?: Partial<HttpAnswer>
  readonly history?: readonly Pick<Summary, 'number' | 'version' | 'status'>[]
  readonly gone?: boolean
}

async function read({ tags = [], aur, site, history = [], gone = false }: Said) {
  const http = answers({ ...(aur && { [RPC]: aur }), ...(site && { [SITE]: site }) })
  const verify = { ...sample.verify, app: 'https://app.localhost/' }
  const { bench, origin, first } = makeWorld({ project: { verify }, ports: { http } })
  for (const tag of tags) personGit(origin, 'tag', '--annotate', '--message', tag, tag, first)
  if (gone) renameSync(origin, `${origin}.gone`)
  const summaries = history.map(
    (one) =>
      ({ project: 'harbour', kind: 'release', requester: 'Ana', requestedAt: 0, evidence: {}, ...one }) as Summary,
  )
  return { ...(await readBaseline(bench.ports, bench.project, summaries)), first }
}

describe('what is released', () => {
  test('is the highest tag, and every place that agrees is named', async () => {
    const { baseline, disagreements, first, live } = await read({
      tags: ['v3.1.1+009', 'v3.1.2+001', 'v3.1.2+000', 'something', 'v3.2'],
      aur: aurSays('1:3.1.2-4'),
      site: siteSays('3.1.2', '001'),
    })
    expect(baseline).toEqual({
      release: { version: '3.1.2', build: '001', full: '3.1.2+001' },
      sources: ['the tag v3.1.2+001', 'the AUR', 'the server'],
      commit: first,
    })
    expect(disagreements).toEqual([])
    expect(live.map(({ version }) => version)).toEqual(['3.1.2+001', '3.1.2', '3.1.2+001'])
  })

  test('is what was verified, when that is higher than the tags', async () => {
    const { baseline, disagreements } = await read({
      tags: ['v3.1.2+001'],
      aur: aurSays('3.1.3-1'),
      site: siteSays('3.1.3', '002'),
      history: [
        { number: 9, version: '3.1.4+001', status: 'failed' },
        { number: 8, version: '3.1.3+002', status: 'complete' },
        { number: 7, version: '3.1.3+001', status: 'complete' },
      ],
    })
    expect(baseline?.release.full).toBe('3.1.3+002')
    expect(baseline?.sources).toEqual(['deployment #8', 'the AUR', 'the server'])
    expect(disagreements).toEqual(['the tag v3.1.2+001 is there, released is 3.1.3+002'])
  })

  test('is what shows, where nothing is tagged, with the build number of the server', async () => {
    const { baseline } = await read({ aur: aurSays('3.1.2-1'), site: siteSays('3.1.2', '007') })
    expect(baseline).toMatchObject({ release: { full: '3.1.2+007' }, sources: ['the AUR', 'the server'] })
  })

  test('is nothing for a first release', async () => {
    expect(await read({ aur: aurSays(), site: { status: 404 } })).toMatchObject({
      live: [],
      disagreements: ['the server could not be read: HTTP 404'],
    })
    expect((await read({ aur: aurSays() })).problem).toBeUndefined()
  })

  test('says what does not agree', async () => {
    const { disagreements } = await read({
      tags: ['v3.1.2+001'],
      aur: aurSays('3.0.3-1'),
      site: siteSays('3.1.2', '002'),
    })
    expect(disagreements).toEqual([
      'the AUR says 3.0.3, released is 3.1.2+001',
      'the server says 3.1.2+002, released is 3.1.2+001',
    ])
  })

  test('is known though one place does not answer', async () => {
    const { baseline, disagreements, problem } = await read({ gone: true, aur: aurSays('3.1.2-1') })
    expect(baseline?.release.full).toBe('3.1.2')
    expect(disagreements).toHaveLength(2)
    expect(problem).toBeUndefined()
  })

  test('is a problem when nobody answers', async () => {
    const { baseline, problem } = await read({ gone: true })
    expect(baseline).toBeUndefined()
    expect(problem).toMatchObject({ code: 'preflight.baseline-unread', passing: true })
    expect(problem?.details).toHaveLength(3)
  })

  test('says of a host that is not pinned what ssh says, not what git adds to every failure', async () => {
    const { bench } = makeWorld()
    const stderr = `No ED25519 host key is known for pier.
Host key verification failed.
fatal: Could not read from remote repository.

Please make sure you have the correct access rights
and the repository exists.
`
    const exit = { code: 128, signal: null, stdout: '', stderr, truncated: false, ended: 'itself' } as const
    const { problem } = await readBaseline({ ...bench.ports, shell: { run: async () => exit } }, bench.project, [])
    expect(problem?.details).toContain('tags: Host key verification failed.')
  })
})
