/** Each row of the matrix has its own time: none waits for another, and each says when it was seen. */
import { expect, test } from 'vitest'
import type { Row } from '../../../src/release/matrix/rows.ts'
import type { Reading } from '../../../src/release/matrix.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { lookUntilSettled } from '../../../src/runners/verify/matrix.ts'
import { createLook, readMatrix } from '../../../src/runners/verify/read-matrix.ts'
import { fakeClock, makeBench } from '../make-context.ts'

const nothing: Runner = { describe: () => ({}), run: async () => ({ ok: true, evidence: {} }) }
const row = (id: string, more: Partial<Row> = {}): Row => ({
  ...{ id, component: id, check: 'x', expected: 'new', command: '' },
  ...more,
})
const AUR = row('aur', { lag: { of: 'the AUR', usualMinutes: 2 } })

function place(ports: Parameters<typeof makeBench>[0] = {}) {
  const clock = fakeClock(0)
  const bench = makeBench({ ...ports, ports: { clock, ...ports?.ports } })
  return { clock, bench, context: bench.context(nothing, 'verify.matrix', { minutes: 10 }) }
}

test('a row that is late is asked again while another one still hangs, and once it holds no more', async () => {
  const { context, clock } = place()
  const slow = Promise.withResolvers<Reading>()
  let asked = 0
  const late = async (): Promise<Reading> => {
    asked += 1
    if (asked === 4) slow.resolve({ found: 'other' })
    return { found: asked < 4 ? 'old' : 'new', at: clock.now() }
  }
  const look = (rows: readonly Row[]) => new Map(rows.map(({ id }) => [id, id === 'aur' ? late() : slow.promise]))
  const { rows } = await lookUntilSettled(context, [row('own:check'), AUR], look)
  expect(rows.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['own:check', 'fail'],
    ['aur', 'pass'],
  ])
  expect(asked).toBe(4)
  expect(clock.slept).toEqual([500, 750, 1125])
  expect(rows[1]?.at).toBe(2375)
})

test('each row says when it was seen, not when the slowest one was', async () => {
  const answer = { ok: true, status: 200, body: '', truncated: false, headers: {} } as const
  const web = Promise.withResolvers<void>()
  const { bench, context, clock } = place({
    project: { verify: { app: 'https://app.localhost', site: 'https://localhost', deadlineMinutes: 10, rows: [] } },
    ports: {
      http: {
        get: async (url) => {
          if (url.includes('app.')) await web.promise
          return { ...answer, url, body: '{"version":"3.1.3"}' }
        },
        download: () => Promise.reject(new Error('nothing is downloaded')),
      },
    },
  })
  const reading = readMatrix({ ...context, ports: bench.ports }, { commit: 'c' }, [row('site'), row('web')])
  await new Promise(setImmediate)
  await clock.sleep(90_000)
  web.resolve()
  expect(await reading).toMatchObject({ site: { at: 0 }, web: { at: 90_000 } })
})

test('what one look is still asking is not asked beside it by the next, and asked anew after that', async () => {
  const { context } = place()
  const exits: (() => void)[] = []
  const ran: string[] = []
  const execute: typeof context.execute = ({ argv }) => {
    ran.push(argv.find((word) => ['fetch', 'log'].includes(word)) ?? 'other')
    const exit = { code: 1, signal: null, stdout: '', stderr: 'away', truncated: false, ended: 'itself' } as const
    return new Promise((resolve) => exits.push(() => resolve(exit)))
  }
  const look = createLook({ ...context, execute })
  const fetches = () => ran.filter((name) => name === 'fetch').length
  const both = [look({ commit: 'c' }, [row('unpushed')]), look({ commit: 'c' }, [row('git')])]
  expect(fetches()).toBe(1)
  exits[0]?.()
  for (const readings of both) for (const reading of readings.values()) expect(await reading).toHaveProperty('fault')
  look({ commit: 'c' }, [row('unpushed')])
  expect(fetches()).toBe(2)
})
