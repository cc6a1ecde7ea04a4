/** A product that attacks whoever releases it, up to the certificate and under each isolation: what it reaches, and what the thread shows of it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { isolate } from '../../src/argv/isolation.ts'
import type { Card } from '../../src/release/card.ts'
import type { Isolation } from '../../src/release/project.ts'
import { searchFolder } from '../canary/search.ts'
import { wideTextOf } from '../card-text.ts'
import { CLEARED, FORGED, MARKED, MISREAD, pushHostile, runHostile } from './hostile-product.ts'
import { type House, openHouse } from './house.ts'

const isRoot = process.getuid?.() === 0
const hasBubblewrap = starts(['bwrap', '--unshare-user', '--ro-bind', '/', '/', 'true'])
const canBeNobody = starts(
  isolate(['true'], { kind: 'user', user: 'nobody' }, { writes: '/', network: false }, { home: '/' }),
)

/** makepkg refuses root, so that without isolation root releases no package. */
const isUnpacked = (kind: Isolation['kind']) => isRoot && kind === 'none'
/** Root could change the kernel's own settings. */
const AS_ROOT = isRoot ? ['kernel'] : []

/** What is had under each isolation that this account can start, wherever it is tried. Without any, all of it: so the test is known to bite. */
const KINDS: readonly (readonly [Isolation['kind'], boolean, readonly string[]])[] = [
  ['bubblewrap', hasBubblewrap, []],
  ...(isRoot ? [['user', canBeNobody, []] as const] : []),
  [
    'none',
    true,
    ['agent', 'clone', 'data', 'journal', 'key', 'process', 'signal', 'signing', 'network', ...AS_ROOT].sort(),
  ],
]

/** Steps whose output holds what the product printed. */
const LOGS = ['build.target:web', 'vps.deploy:pier']

describe.each(KINDS)('isolated by %s', (kind, isPossible, had) => {
  let house: House
  let mark: string

  beforeAll(async () => {
    if (!isPossible) return
    const change = (configuration: Configuration) => {
      runHostile(configuration)
      if (isUnpacked(kind)) Object.assign(configuration.projects.harbour, { aur: undefined })
      return configuration
    }
    house = await openHouse({ isolation: kind, change })
    mark = join(house.world.folder, 'mark')
    const { dataFolder, world } = house
    writeFileSync(join(dataFolder, 'agent.sock'), '', { mode: 0o600 })
    await pushHostile(world, { dataFolder, keyFile: world.server.keyFile, mark, secret: 'SLACK_BOT_TOKEN' })
    await world.turnServer('loud')
    await house.says('deploy 3.1.3')
    await house.presses(await house.until(({ key }) => key.includes('/gate:')), 'approve')
    await house.bot.ended(1)
  }, 180_000)
  afterAll(() => house?.close())

  test.skipIf(!isPossible)('it is released, since nothing that it tried was of use to it', async () => {
    expect(wideTextOf(await house.posted('result'))).toContain('Harbour 3.1.3+001 is released')
  })

  test.skipIf(!isPossible)('everything of it that is run came to its try, before the question and after it', () => {
    const came = readFileSync(join(house.dataFolder, 'builds', 'harbour', '1', 'home', 'came'), 'utf8')
    const places = ['clean', 'linux', 'smoke', 'verify', 'web', ...(isUnpacked(kind) ? [] : ['package', 'sourced'])]
    expect([...new Set(came.trim().split('\n'))].sort()).toEqual(places.sort())
  })

  test.skipIf(!isPossible)('what runs of the repository gets what this isolation leaves open, and nothing else', () => {
    const loot = join(house.dataFolder, 'builds', 'harbour', '1', 'home', 'loot')
    const lines = existsSync(loot) ? readFileSync(loot, 'utf8').trim().split('\n') : []
    expect([...new Set(lines.map((line) => line.split(' ')[1]))].sort()).toEqual(had)
  })

  test.skipIf(!isPossible)('no hook, no setting of its clone, no name and no branch of it is ever run', () => {
    expect(existsSync(mark)).toBe(false)
    expect(readdirSync(house.world.folder)).not.toContain('mark')
  })

  test.skipIf(!isPossible)(
    'no secret and no key lies in its data, on its server, in its certificate or in the thread',
    () => {
      const { world } = house
      writeFileSync(join(world.folder, 'thread'), JSON.stringify(house.thread()))
      expect(existsSync(join(world.server.home, 'handed-over'))).toBe(true)
      const { files, keys, found } = searchFolder(join(world.folder, '..'))
      expect(found).toEqual([])
      expect(keys).toBeGreaterThan(1)
      expect(files.length).toBeGreaterThan(100)
    },
  )

  test.skipIf(!isPossible)(
    'nothing that it started is left, but without isolation what cleared its environment',
    () => {
      const left = sleeping(MARKED, CLEARED)
      for (const { pid } of left) process.kill(pid)
      expect([...new Set(left.map(({ time }) => time))]).toEqual(kind === 'none' ? [CLEARED] : [])
    },
  )

  test.skipIf(!isPossible)(
    'the thread shows what it wrote, with its control characters as text, in no line of its own',
    async () => {
      const logs = await Promise.all(
        LOGS.map(async (step) => wideTextOf((await house.asks(`logs #1 ${step}`)) as Card)),
      )
      for (const log of logs) expect(log).toContain(FORGED)
      house.world.pretendServed(MISREAD, MISREAD)
      const lied = wideTextOf((await house.asks('verify 3.1.3+001')) as Card)
      expect(lied).toMatch(/VPS Web +Version Endpoint .*9\.9\.9/)
      const certificate = readFileSync(join(house.dataFolder, 'certificates', 'harbour-3.1.3+001-1.txt'), 'utf8')
      const thread = [...house.thread().map(({ card }) => wideTextOf(card)), lied, certificate]
      for (const text of [...thread, ...logs])
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      for (const text of thread) expect(text).not.toMatch(new RegExp(`^[\\s!*•-]*${FORGED}`, 'm'))
    },
  )
})

function starts([program = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The processes of this machine that sleep for so long. */
function sleeping(...times: readonly string[]): readonly { readonly pid: number; readonly time: string }[] {
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => times.flatMap((time) => (read(name).includes(time) ? [{ pid: Number(name), time }] : [])))
}
