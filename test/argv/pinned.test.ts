/** Which addresses git reads from the pinned repository, as git itself says. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { pinnedTo } from '../../src/argv/server.ts'

const PIN = '/home/slip/.slipway/jobs/harbour-42/pin'

function read(address: string, origin: string): string {
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...pinnedTo(PIN, origin),
  }
  return execFileSync('git', ['ls-remote', '--get-url', address], { cwd: '/', env, encoding: 'utf8' }).trimEnd()
}

test.each(['https://github.com/acme/harbour', 'git@github.com:acme/acme.git', '/srv/git/a b'])(
  'the origin %s is read from the pin, and no other repository whose address begins with it',
  (origin) => {
    expect(read(origin, origin)).toBe(PIN)
    expect(read(`${origin}/`, origin)).toBe(`${PIN}/`)
    for (const more of ['-core', '_core', '.git', '.wiki.git', 'hub.io.git', 's', '2', 'X', '~old', '+more'])
      expect(read(origin + more, origin)).toBe(origin + more)
    expect(read('https://example.org/other', origin)).toBe('https://example.org/other')
  },
)
