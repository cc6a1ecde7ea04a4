import { expect, test } from 'vitest'
import { passedSecrets } from '../../src/config/passed-secrets.ts'
import { project } from '../release/sample.ts'

const CASES = [
  ['NPM_TOKEN', 'long-enough', true],
  ['client_secret', 'long-enough', true],
  ['DB_PASSWORD', 'long-enough', true],
  ['MAPS_API_KEY', ' long-enough\n', true],
  ['REGISTRY_AUTH', 'long-enough', true],
  ['AWS_CREDENTIALS', 'long-enough', true],
  ['NPM_CONFIG_ALWAYS_AUTH', 'true', false],
  ['NPM_TOKEN', undefined, false],
  ['LANG', 'en_GB.UTF-8', false],
] as const
test.each(CASES)('%s, which builds are given as %j, is masked: %s', (name, value, isMasked) => {
  const passing = { ...project, build: { ...project.build, environment: ['PATH', name] } }
  const env = { PATH: '/usr/bin:/bin', [name]: value, OTHER_TOKEN: 'not-for-builds' }
  expect(passedSecrets([passing, passing], env)).toEqual(isMasked ? [{ name, value: value?.trim() }] : [])
})

test('what only the publishing is given is masked as well', () => {
  const url = 'https://example.org/{full}.tar.gz'
  const publish = { kind: 'command', run: [['gh', 'release']], environment: ['FORGE_TOKEN'], url } as const
  const of = { ...project, build: { ...project.build, publish } }
  expect(passedSecrets([of], { FORGE_TOKEN: 'long-enough' })).toEqual([{ name: 'FORGE_TOKEN', value: 'long-enough' }])
})
