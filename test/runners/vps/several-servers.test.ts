/** Two servers of which only the second serves the old version: what is seen with an address of its own, and without. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Http, HttpOptions } from '../../../src/ports/http.ts'
import type { Outcome } from '../../../src/release/deployment.ts'
import { matrix } from '../../../src/runners/verify/matrix.ts'
import { status } from '../../../src/runners/vps/status.ts'
import { BOTH, evidenceOf, NEW, NORTH, openTwoServers, problemOf, run, SHARED, SOUTH } from './two-servers.ts'

const { scene, commit, bench, http, reset, end } = openTwoServers()
beforeEach(reset)
afterAll(end)

describe('a server that was just switched', () => {
  test('stops the release where its own address serves the old version, although the shared one is right', async () => {
    scene.balancer = ['north']
    const problem = problemOf(await run(bench(), status, 'vps.status:south'))
    expect(problem).toMatchObject({
      code: 'vps.serves-other',
      what: `${SOUTH}/version.json serves 3.1.2+001; 3.1.3+001 was just deployed on south.`,
    })
    expect(new Set(scene.asked)).toEqual(new Set([SOUTH]))
  })

  test('passes where its own address is right, although the shared one still leads to a server before its turn', async () => {
    scene.balancer = ['south']
    const outcome = await run(bench(), status, 'vps.status:north')
    expect(evidenceOf(outcome)).toEqual({ 'serverCommit:north': commit, 'servedNow:north': '3.1.3+001' })
    expect(scene.asked).toEqual([NORTH])
  })

  test('that has no address of its own is not said to serve what the shared one does', async () => {
    expect(evidenceOf(await run(bench([]), status, 'vps.status:south'))).toEqual({ 'serverCommit:south': commit })
    expect(scene.asked).toEqual([SHARED])
  })

  test('that is the only one is what answers at the shared address', async () => {
    const made = bench([], { servers: ['north'] })
    expect(evidenceOf(await run(made, status, 'vps.status:north'))).toMatchObject({ 'servedNow:north': '3.1.3+001' })
  })

  test('is not seen by way of another host that its address redirects to', async () => {
    const followed: (HttpOptions['redirects'] | undefined)[] = []
    const redirecting: Http = {
      ...http,
      get: async (_, options) => {
        followed.push(options?.redirects)
        return { ok: false, code: 'redirect', message: `leads to ${SHARED}` }
      },
    }
    const problem = problemOf(await run(bench(BOTH, { http: redirecting }), status, 'vps.status:south'))
    expect(problem.what).toContain('redirects, so it is not this server alone that answers')
    expect(new Set(followed.flat())).toEqual(new Set())
  })
})

describe('the matrix', () => {
  const lines = (outcome: Outcome) => {
    const rows = evidenceOf(outcome).matrix as unknown as readonly Record<string, string>[]
    return rows.map(({ id, found, verdict }) => `${id} ${found} ${verdict}`)
  }

  test('fails in the row of the one server that serves the old version, although the shared address is right', async () => {
    scene.balancer = ['north']
    expect(problemOf(await run(bench(), matrix, 'verify.matrix'))).toMatchObject({
      code: 'verify.served',
      what: 'Server south serves 3.1.2+001 at its own address, and 3.1.3+001 was expected.',
      shell: `curl -s ${SOUTH}/version.json`,
    })
  })

  test('holds once each server serves the release, each asked once', async () => {
    scene.served.south = NEW
    expect(lines(await run(bench(), matrix, 'verify.matrix'))).toEqual([
      'git 3.1.3+001 pass',
      'web 3.1.3+001 pass',
      'served:north 3.1.3+001 pass',
      'served:south 3.1.3+001 pass',
      `commit:north ${commit} pass`,
      `commit:south ${commit} pass`,
      'unpushed nothing pass',
    ])
    expect(scene.asked.toSorted()).toEqual([SHARED, NORTH, SOUTH].toSorted())
  })

  test('takes one right answer of the shared address for nothing where the next one is of another server', async () => {
    expect(problemOf(await run(bench([]), matrix, 'verify.matrix'))).toMatchObject({
      code: 'verify.web',
      what: 'The web application says it is 3.1.2+001 (answer 2 of 4), and 3.1.3+001 was expected.',
    })
  })

  test.each<[string, typeof BOTH, typeof BOTH, number]>([
    ['four times where two servers share it', [], BOTH, 4],
    ['four times where one of two shares it', ['north'], BOTH, 4],
    ['once where a single server answers', [], ['north'], 1],
  ])('asks the shared address %s', async (_, own, servers, times) => {
    scene.served.south = NEW
    expect((await run(bench(own, { servers }), matrix, 'verify.matrix')).ok).toBe(true)
    expect(scene.asked.filter((one) => one === SHARED)).toHaveLength(times)
  })

  test('begins to count anew where the shared address is asked again', async () => {
    const { get } = http
    const late: Http = {
      ...http,
      get: (url, options) => {
        if (scene.asked.length === 6) scene.served.south = NEW
        return get(url, options)
      },
    }
    expect((await run(bench([], { http: late }), matrix, 'verify.matrix')).ok).toBe(true)
    expect(scene.asked.slice(6).length).toBeGreaterThanOrEqual(4)
  })

  test('reads no more than a dry run prints', () => {
    const { actions } = bench().context(matrix, 'verify.matrix', { dryRun: true })
    const urls = Object.values(actions)
      .flat()
      .flatMap((action) => (action.do === 'request' ? [action.url] : []))
    expect(urls).toEqual([SHARED, NORTH, SOUTH].map((base) => `${base}/version.json`))
  })
})
