import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { type Grounds, openGrounds } from './house.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds({ makepkg: 'stand-in' })
})
afterAll(() => grounds.close())

/** Every deployment stops at its pre-flight checks. */
function stopping(configuration: Configuration): Configuration {
  Object.assign(configuration.projects.harbour.aur, { maintainer: 'somebody' })
  return configuration
}

/** The program, in front of the real one on a PATH: from `hang` on it never ends, and notes that it has begun. */
async function hanging(program: string, folder: string) {
  const [bin, hang, begun] = ['bin', 'hang', 'begun'].map((name) => join(folder, name)) as [string, string, string]
  const path = grounds.world.environment.PATH ?? ''
  await mkdir(bin, { recursive: true })
  const script = `if [ -e '${hang}' ]; then touch '${begun}'; exec sleep 600; fi; PATH='${path}'; exec ${program} "$@"`
  await writeFile(join(bin, program), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, program), 0o755)
  return { path: `${bin}:${path}`, hang: () => writeFile(hang, ''), begun: () => existsSync(begun) }
}

test.each([
  ['a dry run', 'deploy 3.1.3 --dry-run', 'makepkg'],
  ['a verification', 'verify 3.1.2+001', 'git'],
  ['a diagnosis', 'diagnose #1', 'git'],
])('a stop ends %s that is at work, which tells of no failure', async (name, line, program) => {
  const folder = join(grounds.folder, name.replaceAll(' ', '-'))
  const { path, hang, begun } = await hanging(program, folder)
  const bot = await grounds.startBot(stopping, { env: { PATH: path } })
  await bot.says('deploy 3.1.3')
  await bot.nextStop()
  await hang()
  const answer = bot.says(line)
  while (!begun()) await new Promise((resolve) => setImmediate(resolve))
  await bot.stop()
  expect(await answer).toMatch(/^!! Slipway was stopped before it had looked at everything\./)
})
