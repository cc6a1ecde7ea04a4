import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { textOf } from '../card-text.ts'
import { openHouse } from '../stories/house.ts'

test('a look at the world works where nobody could prepare it, and leaves nothing behind', async () => {
  const house = await openHouse({ makepkg: 'stand-in' })
  try {
    const trap = join(house.world.folder, 'trap')
    await mkdir(trap)
    for (const count of [1, 2, 3]) await symlink(trap, join(house.dataFolder, `look-${process.pid}-${count}`))
    const card = await house.asks('deploy 3.1.3 --dry-run')
    expect(card && textOf(card)).toContain('every check passed')
    expect((await readdir(house.dataFolder)).filter((name) => name.startsWith('slipway-look-'))).toEqual([])
    expect(await readdir(trap)).toEqual([])
  } finally {
    await house.close()
  }
})
