/** The search at the end of every run bites: a canary is found wherever it was put, and so is a private key that was copied. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newKeyPair } from '../../sandbox/keys.ts'
import { notSearched, searchFolder } from './search.ts'
import { canaryOf } from './secrets.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canary-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const TOKEN = canaryOf('SLACK_SIGNING_SECRET')

function put(path: string, bytes: string | Buffer): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), bytes)
}

test.each([
  ['a log', 'data/logs/1/build.target.1.log', `token ${TOKEN}\n`],
  ['a journal', 'data/open/1.json', JSON.stringify({ events: [{ reason: TOKEN }] })],
  ['base64, behind one letter', 'said/slack-1.txt', Buffer.from(`a${TOKEN}`).toString('base64')],
  ['base64, behind two letters', 'said/slack-1.txt', Buffer.from(`ab${TOKEN}`).toString('base64')],
  ['hexadecimal', 'said/chat-1.txt', Buffer.from(TOKEN).toString('hex')],
  ['what git keeps', 'origin.git/objects/ab/cdef0123', deflateSync(`blob 40\0${TOKEN}`)],
  ['an archive', 'published/harbour.tar.gz', gzipSync(TOKEN)],
])('finds the canary in %s', (_, path, bytes) => {
  put(path, bytes)
  expect(searchFolder(folder).found).toEqual([`${join(folder, path)} holds the canary`])
})

test('finds a private key in any file but the one that it is, and not by its public half', () => {
  const key = newKeyPair('of the tests')
  put('keys/id', key.private)
  put('home/a-copy', key.private)
  put('keys/id.pub', key.public)
  put('keys/known_hosts', `[127.0.0.1]:22 ${key.public}\n`)
  expect(searchFolder(folder)).toMatchObject({ keys: 1, found: [] })
  put('said/log-1.txt', `it said ${key.private.split('\n').slice(2).join(' ')}`)
  expect(searchFolder(folder).found).toEqual([
    expect.stringContaining(`${join(folder, 'said/log-1.txt')} holds the private key ${folder}`),
  ])
})

test('follows no link out of the folder', () => {
  put('elsewhere/secret', TOKEN)
  mkdirSync(join(folder, 'data'))
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'data', 'link'))
  expect(searchFolder(join(folder, 'data'))).toEqual({ files: [], keys: 0, found: [] })
})

test('says what it has not come past', () => {
  put('data/closed/1.json', '{}')
  put('said/chat-1.txt', '')
  const before = notSearched(searchFolder(folder))
  expect(before).toContain('what Slack was sent')
  expect(before).toContain('a private key')
  expect(before).not.toContain('a journal')
  put('said/slack-1.txt', '')
  expect(notSearched(searchFolder(folder))).not.toContain('what Slack was sent')
  expect(notSearched({ files: [], keys: 0, found: [] }).length).toBeGreaterThan(5)
})
