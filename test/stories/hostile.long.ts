/** A product that attacks whoever releases it, under each isolation: what it reaches, and what the thread shows of it. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { SECRET_VARIABLES } from '../../src/config/environment-table.ts'
import type { Card } from '../../src/release/card.ts'
import type { Isolation } from '../../src/release/project.ts'
import { wideTextOf } from '../card-text.ts'
import { FORGED, pushHostile, runHostile } from './hostile-product.ts'
import { type House, openHouse } from './house.ts'

const isRoot = process.getuid?.() === 0
/** A value in every secret setting, to be found nowhere. */
const CANARIES = Object.fromEntries(SECRET_VARIABLES.map((name) => [name, `canary-3f9a1c77-${name}`]))

const hasBubblewrap = starts(['bwrap', '--unshare-user', '--ro-bind', '/', '/', 'true'])
const canBeNobody = starts(['runuser', '-u', 'nobody', 'true'])

/** Root could change the kernel's own settings; the package is tested without isolation only where nobody is root. */
const AS_THE_BOT = isRoot ? 'kernel' : 'network'

/** What is had under each isolation that this account can start, wherever it is tried. Without any, all of it: so the test is known to bite. */
const KINDS: readonly (readonly [Isolation['kind'], boolean, readonly string[]])[] = [
  ['bubblewrap', hasBubblewrap, []],
  ...(isRoot ? [['user', canBeNobody, ['network']] as const] : []),
  ['none', true, ['agent', 'clone', 'data', 'journal', 'key', 'process', 'signal', 'signing', AS_THE_BOT].sort()],
]

describe.each(KINDS)('isolated by %s', (kind, isPossible, had) => {
  let house: House
  let mark: string

  beforeAll(async () => {
    if (!isPossible) return
    Object.assign(process.env, CANARIES)
    const change = (configuration: Configuration) => {
      runHostile(configuration)
      return configuration
    }
    house = await openHouse({ isolation: kind, change })
    mark = join(house.world.folder, 'mark')
    const { dataFolder, world } = house
    writeFileSync(join(dataFolder, 'agent.sock'), '', { mode: 0o600 })
    await pushHostile(world, { dataFolder, keyFile: world.server.keyFile, mark, secret: 'SLACK_BOT_TOKEN' })
    await house.says('deploy 3.1.3')
    await house.until(({ key }) => /gate:|problems:/.test(key))
  })
  afterAll(async () => {
    for (const name of SECRET_VARIABLES) delete process.env[name]
    await house?.close()
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

  test.skipIf(!isPossible)('no secret of the bot lies in its data, its logs, what was built, or the thread', () => {
    const files = readdirSync(join(house.dataFolder, '..'), { recursive: true, withFileTypes: true })
    const held = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
    expect(held.filter((file) => readFileSync(file).includes('canary-3f9a1c77'))).toEqual([])
    expect(JSON.stringify(house.thread())).not.toContain('canary-3f9a1c77')
    expect(held.length).toBeGreaterThan(100)
  })

  test.skipIf(!isPossible)('nothing that it started is left', () => {
    expect(commandLines().filter((line) => line.includes('98765'))).toEqual([])
  })

  test.skipIf(!isPossible)(
    'the thread shows what it wrote, with its control characters as text, in no line of its own',
    async () => {
      const log = wideTextOf((await house.asks('logs #1 build.target:web')) as Card)
      expect(log).toContain(FORGED)
      const shown = [...house.thread().map(({ card }) => wideTextOf(card)), log]
      for (const text of shown)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      for (const text of shown.slice(0, -1)) expect(text).not.toMatch(new RegExp(`^[\\s!*•-]*${FORGED}`, 'm'))
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

function commandLines(): readonly string[] {
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(read)
}
