/**
 * Around all tests: their temporary folders, in memory where there is room, so that nothing waits for a disk; a canary in every
 * secret setting, which at the end may be nowhere.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { LEFT } from './canary/leave.ts'
import { notSearched, searchFolder } from './canary/search.ts'
import { CANARIES } from './canary/secrets.ts'
import { useMemoryDisk } from './crash/memory-disk.ts'

/** Before the first test: TMPDIR names one folder, which every user of this machine may write to as to /tmp. */
export async function setup({ vitest }: TestProject): Promise<() => Promise<void>> {
  await useMemoryDisk()
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'))
  await chmod(folder, 0o1777)
  Object.assign(process.env, CANARIES, { TMPDIR: folder, [LEFT]: folder })
  return async () => {
    const search = searchFolder(folder)
    await rm(folder, { recursive: true, force: true })
    const missing = notSearched(search).map((what) => `The search for the canary came past nothing that is ${what}.`)
    const wrong = [...search.found, ...((await isWhole(vitest)) ? missing : [])]
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    const { files, keys } = search
    const said = `The canary is in none of ${files.length} files, nor is any of ${keys} private keys elsewhere.\n`
    if (files.length > 0) process.stdout.write(said)
  }
}

/** A run of chosen tests may leave nothing of a kind, nor do real servers: no program's words are read there. */
async function isWhole(vitest: TestProject['vitest']): Promise<boolean> {
  if (process.env.SLIPWAY_SUITE === 'real' || vitest.config.testNamePattern !== undefined || vitest.projects.length < 2)
    return false
  return vitest.state.getTestModules().length === (await vitest.globTestSpecifications()).length
}
