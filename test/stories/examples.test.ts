/** A service without a build and without a package releases by its example; the heavier examples are in examples.long.ts. */
import { afterEach, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { BEACON } from '../../sandbox/products.ts'
import { hostOf, openExample, release } from './example-house.ts'
import type { House } from './house.ts'

let house: House | undefined
afterEach(() => house?.close())

test('examples/beacon.yaml, a service: nothing is built or packed, and the server is switched after the approval', async () => {
  const beacon = await openExample(BEACON, 'beacon.yaml', (world) => ({
    vps: { hosts: [hostOf(world, 'tower', world.server.directory)] },
    verify: { app: world.site.appUrl },
  }))
  house = beacon
  const { first, gate, result, matrix } = await release(beacon, '2.1.0', 'gate:vps-switch')
  expect(first).toContain('Build and package and AUR: not configured')
  expect(gate).toContain('tower: harbour@127.0.0.1')
  expect(matrix).toContain('VPS Web         Version Endpoint  2.1.0')
  expect(matrix).not.toContain('AUR')
  expect(result).toContain('Beacon 2.1.0 is released')
  expect(result).not.toContain('Package sha256')
  expect(result).toMatch(/Left out +Build and package, AUR: not configured/)
  expect(JSON.parse(await git(beacon.world.origin.folder, ['show', 'v2.1.0:package-lock.json']))).toMatchObject({
    version: '2.1.0',
    packages: { '': { version: '2.1.0' } },
  })
})
