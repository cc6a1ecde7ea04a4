/** Two servers of which only the second serves the old version: what is looked into, and what a rollback is proved by. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Http } from '../../../src/ports/http.ts'
import { readServer } from '../../../src/runners/released-places.ts'
import { choose } from '../../../src/runners/rollback/choose.ts'
import { expectationsOf } from '../../../src/runners/rollback/expectations.ts'
import { verify as verifyRollback } from '../../../src/runners/rollback/verify.ts'
import { worldNow } from '../../../src/runners/rollback/world-now.ts'
import { neededBy } from '../../../src/runners/troubleshoot/places.ts'
import { TROUBLESHOOTING } from '../../../src/runners/troubleshoot/table.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { BOTH, evidenceOf, NORTH, OLD, openTwoServers, problemOf, run, SHARED, SOUTH } from '../vps/two-servers.ts'
import { answered, troubleshoot } from './asking.ts'

const { scene, bench, http, reset, end } = openTwoServers()
beforeEach(reset)
afterAll(end)

describe('after a failure', () => {
  const failed = { step: 'vps.status:south', code: 'vps.serves-other' } as const

  test('of one server, what is asked for is what that server serves', async () => {
    scene.balancer = ['north']
    expect(await answered(troubleshoot(bench(), 'probe.site', { failed }))).toEqual({
      answer: 'other',
      found: `${SOUTH}/version.json serves 3.1.2+001; by now it has to be 3.1.3+001`,
    })
  })

  test.each([
    ['north', 'right'],
    ['south', 'other'],
  ])('of the matrix, each server is asked by itself: %s is %s', async (item, answer) => {
    expect(await answered(troubleshoot(bench(), 'probe.server-site', { item }))).toMatchObject({ answer })
  })

  test('a server may serve the old version until it is switched itself', async () => {
    const made = bench()
    delete (made.deployment.steps as Record<string, unknown>)['vps.pull:south']
    expect(await answered(troubleshoot(made, 'probe.server-site', { item: 'south' }))).toMatchObject({
      answer: 'right',
    })
  })

  const silent = (base: string): Http => ({
    ...http,
    get: async (url, options) =>
      url.startsWith(base) ? { ok: false, code: 'refused', message: `${base} is silent` } : http.get(url, options),
  })

  test.each([
    ['is waited for, although the others answer', SOUTH, false],
    ['does not wait for the others', NORTH, true],
  ])('of one server, that server %s', async (_, base, ok) => {
    const waited = await troubleshoot(bench(BOTH, { http: silent(base) }), 'fix.wait', { failed })
    expect(waited.ok).toBe(ok)
    if (!ok) expect(problemOf(waited).what).toContain(`${SOUTH} is silent`)
  })

  test('of one server, its own address is among what is needed, and that of no other server', () => {
    const { facts } = bench().context(TROUBLESHOOTING['probe.reach'], 'probe.reach')
    expect(neededBy(facts, { phase: 'vps', item: 'south' }).map(({ name }) => name)).toEqual([
      'south',
      'the application',
      'the application of south',
    ])
  })

  test('every place that names a version is told, each server by its name', async () => {
    const { found } = await answered(troubleshoot(bench(), 'probe.versions'))
    expect(found).toContain('the application says 3.1.3+001; north says 3.1.3+001; south says 3.1.2+001')
  })

  test('the question for a rollback says what each address serves', async () => {
    const { served } = await worldNow(bench().context(choose, 'rollback.choose'))
    expect(served).toEqual([
      [SHARED, 'serves 3.1.3+001'],
      [NORTH, 'serves 3.1.3+001'],
      [SOUTH, 'serves 3.1.2+001'],
    ])
  })

  test('a server that is down is restarted, although the others answer at the shared address', () => {
    const { facts } = bench().context(TROUBLESHOOTING['fix.restart'], 'fix.restart:south')
    expect(TROUBLESHOOTING['fix.restart'].describe(facts).look).toEqual([
      { do: 'request', url: `${SOUTH}/version.json` },
    ])
  })
})

test('what is released is asked of each server, so that one which is behind is told before a release', async () => {
  const { ports, project } = bench()
  const readings = await readServer(ports, project)
  expect(readings.map(({ source, release }) => `${source} ${release?.full}`)).toEqual([
    'the server 3.1.3+001',
    'the server north 3.1.3+001',
    'the server south 3.1.2+001',
  ])
})

test('a rollback is proved at the address of each server, against what that served before', async () => {
  scene.served.south = JSON.stringify({ version: '3.1.1', build_number: '004' })
  scene.served.north = OLD
  scene.balancer = ['north']
  const made = bench()
  for (const name of BOTH) made.leave(`vps.record:${name}`, evidenceOf(await run(made, record, `vps.record:${name}`)))
  for (const name of BOTH) made.leave(`rollback.server:${name}`, {})
  const { rows } = await expectationsOf(made.context(verifyRollback, 'rollback.verify'))
  expect(Object.fromEntries(rows.map(({ id, expected }) => [id, expected]))).toMatchObject({
    web: '3.1.2+001',
    'served:north': '3.1.2+001',
    'served:south': '3.1.1+004',
  })
})
