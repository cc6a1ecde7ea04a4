import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createProcesses } from '../../src/tools/processes.ts'

describe('this machine', () => {
  const processes = createProcesses()
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'programs-'))
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  })

  test('has cores and a user', () => {
    expect(processes.cores).toBeGreaterThan(0)
    expect(processes.user).toEqual({ id: process.getuid?.(), name: expect.stringMatching(/./) })
  })

  test('finds programs on PATH that may be run, and by their path', async () => {
    const tool = join(folder, 'tool')
    await writeFile(tool, '')
    expect(await processes.find('tool')).toBeUndefined()
    await chmod(tool, 0o755)
    expect(await processes.find('tool')).toBe(tool)
    expect(await processes.find(tool)).toBe(tool)
    expect(await processes.find(folder)).toBeUndefined()
    expect(await processes.find('')).toBeUndefined()
  })

  test('tells the environment by name, and nothing else', () => {
    vi.stubEnv('FLUTTER_ROOT', '/opt/flutter')
    expect(processes.environment(['FLUTTER_ROOT', 'NOT_SET_ANYWHERE'])).toEqual({ FLUTTER_ROOT: '/opt/flutter' })
  })
})
