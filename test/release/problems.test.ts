/** What a problem gives to be copied into a shell is one command there, whatever the values hold. */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { problem } from '../../src/release/problems.ts'

test('a value is one argument of the command to copy, and stands in the sentences as it is', () => {
  const { what, shell } = problem('preflight.isolation-key', { path: '/srv/my keys; reboot' })
  expect(what).toBe('What the repository executes could read /srv/my keys; reboot.')
  expect(shell).toBe("chmod -R go-rwx '/srv/my keys; reboot'")
})

test('a value that is a whole command is left as it is', () => {
  const install = 'apt-get install makepkg  # as root'
  expect(problem('preflight.tool-missing', { program: 'makepkg', purpose: 'It packs.', install }).shell).toBe(install)
})

const DEPLOY_FAILED = (log: string) =>
  problem('vps.deploy-failed', { name: 'pier', code: 1, number: 42, port: 22, user: 'deploy', address: 'pier', log })

const text = fc
  .string({ unit: 'binary-ascii', minLength: 1 })
  .filter((each) => !each.includes('\0') && !each.startsWith('~/'))

test.each([
  [
    'here',
    (path: string) => problem('preflight.isolation-key', { path }).shell?.replace('chmod -R go-rwx', 'printf %s'),
  ],
  [
    'on a server',
    (log: string) => DEPLOY_FAILED(log).shell?.replace('ssh -p 22 deploy@pier', 'sh -c').replace('cat', 'printf %s'),
  ],
])('a shell %s reads any value as what it is', (_, lineOf) => {
  fc.assert(
    fc.property(text, (value) => {
      expect(execFileSync('sh', ['-c', lineOf(value) ?? '']).toString()).toBe(value)
    }),
    { numRuns: 50 },
  )
})
