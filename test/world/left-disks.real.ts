/** A run that is killed cannot unmount its disks: the next one does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mountDisk, unmountLeft } from './disk.ts'

const mounted = async () => (await readFile('/proc/mounts', 'utf8')).replaceAll('\\040', ' ')

/** A process that mounts a disk and is killed. */
async function killedWith(folder: string): Promise<void> {
  const mounts = `const { mountDisk } = await import(process.argv[1])
    await mountDisk(process.argv[2], 1)
    console.log('mounted')
    setInterval(() => {}, 1000)`
  const disk = join(import.meta.dirname, 'disk.ts')
  const child = spawn(process.execPath, ['--input-type=module', '-e', mounts, disk, folder], { stdio: 'pipe' })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('the disk of a killed run is unmounted by the next one, and that of a run that lives is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-left-'))
  const [own, left] = [join(folder, 'own'), join(folder, 'left by a killed one')]
  const disk = await mountDisk(own, 1)
  onTestFinished(disk.close)
  await killedWith(left)
  expect(await mounted()).toContain(left)
  await unmountLeft()
  expect(await mounted()).not.toContain(left)
  expect(await mounted()).toContain(own)
})
