import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { isSignedBy, openEnvelope } from '../../src/release/dsse.ts'
import { trustedKeys } from '../../src/release/key-rotation.ts'
import { createSigner, KeyRefused, keyFileIn, publicFileOf, publicKeyOf, rotateKey } from '../../src/tools/signing.ts'
import { temporaryFolder } from '../runners/make-context.ts'

let keyFile = ''
beforeEach(() => {
  keyFile = keyFileIn(join(temporaryFolder(), 'data'))
})
const make = () => publicKeyOf(keyFile, { make: true })

test('the key is made once, for its owner alone, in a folder of its own, with its public half beside it', async () => {
  const key = await make()
  expect(await make()).toBe(key)
  expect(await readFile(publicFileOf(keyFile), 'utf8')).toBe(key)
  const modes = [keyFile, join(keyFile, '..')].map(async (path) => (await stat(path)).mode & 0o777)
  expect(await Promise.all(modes)).toEqual([0o600, 0o700])
})

test('what it signs holds with the public key, and with no other statement', async () => {
  const key = await make()
  const signed = await createSigner(keyFile).sign('{"said":1}')
  const envelope = signed.ok ? openEnvelope(signed.envelope) : undefined
  expect(envelope && isSignedBy(envelope, key)).toBe(true)
  expect(envelope && isSignedBy({ ...envelope, payload: '{"said":2}' }, key)).toBe(false)
})

test.each([
  ['that others can read', () => chmod(keyFile, 0o640), 'chmod 600'],
  ['that is no key', () => writeFile(keyFile, 'nothing'), 'no Ed25519 key'],
  ['that is gone', () => rm(keyFile), 'cannot be read'],
])('a key %s signs nothing, and says why', async (_, spoil, words) => {
  await make()
  await spoil()
  expect(await createSigner(keyFile).sign('{}')).toMatchObject({ ok: false, reason: expect.stringContaining(words) })
  await expect(publicKeyOf(keyFile, { make: false })).rejects.toBeInstanceOf(KeyRefused)
})

test('a rotation that was cut short goes on with the key it had made, and nothing is signed with the new one before it is published', async () => {
  const old = await make()
  let first = ''
  const cut = rotateKey(keyFile, 0, async (to) => {
    first = to
    throw new Error('the power failed')
  })
  await expect(cut).rejects.toThrow('the power failed')
  expect(await make()).toBe(old)
  let statement = ''
  const to = await rotateKey(keyFile, 0, async (_, envelope) => {
    statement = envelope
  })
  expect(to).toBe(first)
  expect(await make()).toBe(to)
  expect(await readFile(publicFileOf(keyFile), 'utf8')).toBe(to)
  expect(trustedKeys(old, [statement])).toEqual([old, to])
})
