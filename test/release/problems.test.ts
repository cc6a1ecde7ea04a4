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

test('a shell reads any value as what it is', () => {
  const text = fc.string({ unit: 'binary-ascii', minLength: 1 }).filter((each) => !each.includes('\0'))
  fc.assert(
    fc.property(text, (path) => {
      const shell = problem('preflight.isolation-key', { path }).shell?.replace('chmod -R go-rwx', 'printf %s')
      expect(execFileSync('sh', ['-c', shell ?? '']).toString()).toBe(path)
    }),
    { numRuns: 50 },
  )
})
