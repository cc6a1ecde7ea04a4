import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wideTextOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

/** A build that started a child, a grandchild in a session of its own, and one that ignores TERM; each says who it is. */
const BUILD = `
trap '' TERM
(setsid sh -c 'echo $$; exec sleep 600' & sleep 600) >>"$0.pids" &
(trap '' TERM; sleep 600) &
echo $$ $! >>"$0.pids"
echo begun
wait`

let house: House
let pids: string
beforeAll(async () => {
  house = await openHouse({
    makepkg: 'stand-in',
    change: (configuration, { folder }) => {
      const { build } = configuration.projects.harbour
      build.isolation = { kind: 'none' }
      build.targets.web.run.unshift(['sh', '-c', BUILD, join(folder, 'build')])
      return configuration
    },
  })
  pids = join(house.world.folder, 'build.pids')
})
afterAll(() => house.close())

test('cancelled in its build, a deployment leaves no process behind, and a second cancel gives what ignores the first no more time', async () => {
  await house.says('deploy 3.1.3')
  await house.until(({ card }) => /\bBuild\b[^\n]*\bweb\b/.test(wideTextOf(card)))
  await until(() => living().length >= 3)
  await house.says('cancel')
  await house.says('cancel')
  const result = wideTextOf(await house.posted('result'))
  expect(result).toContain('was cancelled')
  expect(living()).toEqual([])
})

function living(): readonly string[] {
  const named = read(pids).split(/\s+/)
  return named.filter((pid) => pid !== '' && /^\d+ \(.*\) [^ZX]/.test(read(`/proc/${pid}/stat`)))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
