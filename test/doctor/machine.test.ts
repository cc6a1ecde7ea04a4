import { expect, test } from 'vitest'
import { checkDataFolder } from '../../src/doctor/machine.ts'
import { checkProject } from '../../src/doctor/project.ts'
import { ANA, project } from '../release/sample.ts'

test.each([
  ['closed', '/a b cannot be written by this account.', `sudo chown "$USER" '/a b'`],
  ['nothing', '/a b does not exist.', `install -d -m 711 '/a b'`],
  ['no folder', '/a b is not a folder.', undefined],
] as const)('a data folder that is %s is told with what a shell takes', (found, what, command) => {
  const finding = checkDataFolder('/a b', found)
  expect(finding).toMatchObject({ standing: 'bad', what })
  expect(finding.command).toBe(command)
  expect('mend' in finding).toBe(found === 'nothing')
})

test('what a shell is told to type, a shell knows', async () => {
  const baseline = { release: { version: '3.1.2', full: '3.1.2' }, sources: ['tag'] }
  const looks = {
    baseline: async () => ({ baseline, live: [], disagreements: ['they differ'] }),
    check: async () => [],
  }
  const [released] = await checkProject(project, { ...looks, now: 0, requester: ANA })
  expect(released?.remedy).toContain('npm run slipway -- verify')
})
