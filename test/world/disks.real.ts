/** Small disks that fill up: on the server, and where the bot works. */
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import { createMasker } from '../../src/release/redact.ts'
import { createFiles } from '../../src/tools/files.ts'
import { newFolder } from '../sandbox/attempt.ts'
import { type Disk, mountDisk } from './disk.ts'
import { type Grounds, openStage } from './stage.ts'

async function diskOf(folder: string, megabytes: number): Promise<Disk> {
  const disk = await mountDisk(folder, megabytes)
  onTestFinished(disk.close)
  return disk
}

/** The server's account lies on a disk of its own, with what was there. */
async function serverDisk({ real }: Grounds, megabytes: number): Promise<Disk> {
  const { home } = real.server
  await rename(home, `${home}.before`)
  const disk = await diskOf(home, megabytes)
  await cp(`${home}.before`, home, { recursive: true, preserveTimestamps: true })
  return disk
}

test('a server with too small a disk stops a release before anything was done', async () => {
  const stage = await openStage({ prepare: (grounds) => serverDisk(grounds, 100) })
  await stage.asks()
  expect(await stage.stopped()).toContain('Too little disk space on pier')
  expect(await readWorld(stage.real)).toEqual(stage.before)
})

test('a server whose disk for what is kept is too small, however large that of its checkout, stops one as well', async () => {
  const stage = await openStage({ prepare: ({ real }) => diskOf(join(real.server.home, '.slipway'), 100) })
  await stage.asks()
  expect(await stage.stopped()).toContain('/.slipway, 500 MB are needed')
  expect(await readWorld(stage.real)).toEqual(stage.before)
})

test('a server whose disk is full when it is to be switched: the release is taken back', async () => {
  const stage = await openStage({
    prepare: (grounds) => serverDisk(grounds, 600),
    before: { 'vps.pull:pier 1': ({ prepared }) => prepared.fill() },
  })
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('rolled back')).toEqual([])
})

test('builds without room left stop a release, which says so and goes on once there is room again', async () => {
  const stage = await openStage({
    prepare: ({ dataFolder }) => diskOf(join(dataFolder, 'builds'), 2200),
    before: { 'build.target:linux 1': ({ prepared }) => prepared.fill() },
  })
  await stage.asks()
  expect(await stage.stopped()).toMatch(/This machine has no room left for .*Make room, then retry\./s)
  await stage.prepared.empty()
  await stage.bot.says('/retry')
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})

test('packing onto a disk without room left fails with that, and leaves nothing open and nothing there', async () => {
  const folder = await newFolder()
  const [from, to] = [join(folder, 'product'), join(folder, 'small')]
  await mkdir(from)
  for (let part = 0; part < 40; part += 1) await writeFile(join(from, `part-${part}`), randomBytes(100_000))
  await diskOf(to, 1)
  const before = await readdir('/proc/self/fd')
  const { pack } = createFiles({ masker: createMasker([]) })
  await expect(pack(from, { to: join(to, 'product.tar.gz'), root: 'product', mtime: 0 })).rejects.toThrow('ENOSPC')
  expect(await readdir('/proc/self/fd')).toHaveLength(before.length)
  expect(await readdir(to)).toEqual([])
})

test('a full disk of the bot, when approval is pressed: the release pauses, says so, and goes on once there is room again', async () => {
  const stage = await openStage({ prepare: ({ dataFolder }) => diskOf(dataFolder, 2200) })
  await stage.asks()
  await stage.asked()
  await stage.prepared.fill()
  const paused = await stage.presses(stage.told('Paused: the journal cannot be written'))
  expect(paused).toContain('no space left on device')
  await stage.prepared.empty()
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})
