import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { pinnedKeys } from '../../src/tools/known-hosts.ts'

const salt = Buffer.from('salt of twenty bytes').toString('base64')
const hashed = (name: string) =>
  `|1|${salt}|${createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64')}`

const CASES = [
  ['a plain name', 'example.org ssh-ed25519 KEY', 'example.org', 22, ['KEY']],
  ['a name in other letters', 'Example.ORG ssh-ed25519 KEY', 'eXample.org', 22, ['KEY']],
  ['another name', 'example.com ssh-ed25519 KEY', 'example.org', 22, []],
  ['a list of names', '203.0.113.5,example.org ssh-ed25519 KEY comment', 'example.org', 22, ['KEY']],
  ['a port', '[example.org]:2222 ssh-ed25519 KEY', 'example.org', 2222, ['KEY']],
  ['another port', '[example.org]:2222 ssh-ed25519 KEY', 'example.org', 2223, []],
  ['no port where there is one', 'example.org ssh-ed25519 KEY', 'example.org', 2222, []],
  ['a hashed name', `${hashed('example.org')} ssh-ed25519 KEY`, 'example.org', 22, ['KEY']],
  ['a hashed name with a port', `${hashed('[example.org]:2222')} ssh-ed25519 KEY`, 'example.org', 2222, ['KEY']],
  ['another hashed name', `${hashed('example.com')} ssh-ed25519 KEY`, 'example.org', 22, []],
  ['a pattern', '*.example.org ssh-ed25519 KEY', 'web.example.org', 22, ['KEY']],
  ['a pattern whose dot is a dot', '*.example.org ssh-ed25519 KEY', 'webxexample.org', 22, []],
  ['a question mark', 'web? ssh-ed25519 KEY', 'web1', 22, ['KEY']],
  ['a refusal among patterns', '*.example.org,!old.example.org ssh-ed25519 KEY', 'old.example.org', 22, []],
  ['a refusal alone', '!old.example.org ssh-ed25519 KEY', 'web.example.org', 22, []],
  ['comments and nothing', '# example.org ssh-ed25519 KEY\n\n   \nexample.org', 'example.org', 22, []],
  ['an authority', '@cert-authority *.example.org ssh-ed25519 KEY', 'web.example.org', 22, []],
  ['several keys', 'a ssh-ed25519 ONE\r\na ssh-rsa TWO\nb ssh-rsa THREE', 'a', 22, ['ONE', 'TWO']],
] as const

test.each(CASES)('known_hosts with %s', (_, text, host, port, expected) => {
  expect(pinnedKeys(text, host, port).map((pin) => pin.base64)).toEqual(expected)
})

test('a revoked key is told apart', () => {
  expect(pinnedKeys('@revoked * ssh-rsa OLD\na ssh-rsa NEW', 'a', 22)).toEqual([
    { type: 'ssh-rsa', base64: 'OLD', revoked: true },
    { type: 'ssh-rsa', base64: 'NEW', revoked: false },
  ])
})
