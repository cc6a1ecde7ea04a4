import { describe, expect, test } from 'vitest'
import type { Exit } from '../../../src/ports/shell.ts'
import { checkIsolation } from '../../../src/runners/preflight/isolation.ts'
import type { Action, Context } from '../../../src/runners/step.ts'

const exit = (code: number, stdout = ''): Exit => ({
  code,
  signal: null,
  stdout,
  stderr: '',
  truncated: false,
  ended: 'itself',
})
const command = (...argv: string[]) => [{ do: 'command', argv } satisfies Action]

describe('the user that builds', () => {
  const check = (canEnter: boolean, dryRun = false, isApart = true) => {
    const context = {
      facts: {
        project: { build: { isolation: { kind: 'user', user: 'builder' } } },
        folders: { builds: '/root/data/builds/1', home: '/root/data/builds/1/home', logs: '/root/data/logs/1' },
      },
      ports: { processes: { user: { id: 0, name: 'root' } }, files: { folder: async () => undefined } },
      execute: async ({ argv }: { argv: readonly string[] }) => {
        if (argv[0] === 'sh') return exit(0)
        if (argv[0] === 'unshare') return exit(isApart ? 0 : 1)
        return argv[0] === 'test' ? exit(canEnter ? 0 : 1) : exit(0, '1001\n')
      },
      dryRun,
    } as unknown as Context
    const [look] = command('sh')
    return checkIsolation(context, {
      builder: command('id', 'builder'),
      asBuilder: command('id'),
      apart: command('unshare'),
      enter: command('test'),
      look: look ? [{ ...look, isolated: { writes: '/', network: false } }] : [],
    })
  }

  test('who cannot get to the folder of the builds is found out before anything is released', async () => {
    expect(await check(true)).toEqual([])
    const [problem] = await check(false)
    expect(problem).toMatchObject({
      code: 'preflight.isolation-no-way-in',
      what: 'builder, who builds, cannot enter /root/data/builds/1.',
    })
    expect(problem?.shell).toContain('install -d -m 711')
  })

  test('has another folder in a dry run, so nothing is said of it', async () => {
    expect(await check(false, true)).toEqual([])
  })

  test.each([true, false])(
    'who cannot be kept apart from the machine is told, also in a dry run: %s',
    async (dryRun) => {
      expect(await check(true, dryRun, false)).toMatchObject([{ code: 'preflight.isolation-together' }])
    },
  )
})
