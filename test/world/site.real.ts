/** What users would see: certificates that no browser takes, and the old version behind the new one. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuthority } from '../../sandbox/authority.ts'
import type { Harbour } from './configuration.ts'
import { type Grounds, openStage } from './stage.ts'

/** What stays wrong is not waited for as long as it is in earnest. */
function soon(harbour: Harbour): void {
  harbour.verify.deadline = '10s'
  Object.assign(harbour, { deadlines: { 'vps.status': { minutes: 0.1 } } })
}

/** A certificate for the very address, signed by somebody whom nobody knows. */
async function unknownAuthority({ real, folder }: Grounds): Promise<void> {
  const elsewhere = join(folder, 'elsewhere')
  await mkdir(elsewhere, { recursive: true })
  await real.nginx.show((await createAuthority(elsewhere)).identity)
}

test.each([
  ['has expired', ({ real }: Grounds) => real.nginx.show(real.authority.expired)],
  ['is signed by an unknown authority', unknownAuthority],
] as const)(
  'a certificate that %s is no release, and no rollback mends it: it ends as an emergency',
  async (_, happens) => {
    const stage = await openStage({ change: soon, before: { 'vps.status:pier': happens } })
    await stage.asks()
    await stage.approves()
    expect(await stage.ends('emergency')).toEqual([])
  },
)

test('a site that goes on serving the old version is no release: everything is taken back', async () => {
  const stage = await openStage({
    change: soon,
    before: {
      'vps.deploy:pier': ({ real }) => real.pretendServed('3.1.2', '001'),
      'rollback.server': ({ real }) => real.pretendServed(),
    },
  })
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('rolled back')).toEqual([])
})
