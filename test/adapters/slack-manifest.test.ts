/** The manifest that people paste is what the code uses: its commands, the scopes of the methods that are called, and no more. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { SCOPES as EXAMINED } from '../../adapters/slack/examine.ts'
import { SLASH_COMMANDS } from '../../adapters/slack/words.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const manifest = parse(readFileSync(join(ROOT, 'slack-manifest.yaml'), 'utf8'))

/** What Slack asks for to let an app call a method; more is asked for than one where any channel may be private. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  'apps.connections.open': [],
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'conversations.open': ['im:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
}

test('every command of the manifest is one that the code takes, and the other way round', () => {
  const commands = manifest.features.slash_commands.map(({ command }: { command: string }) => command)
  expect(commands).toEqual(SLASH_COMMANDS.map((name) => `/${name}`))
})

test('the scopes are those of the methods that are called, and no other', () => {
  const folder = join(ROOT, 'adapters', 'slack')
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const called = [
    ...new Set(code.flatMap((text) => [...text.matchAll(/call\(\s*'([\w.]+)'/g)].map(([, method = '']) => method))),
  ]
  expect(called.toSorted()).toEqual(Object.keys(SCOPES).toSorted())
  const needed = new Set(['commands', ...called.flatMap((method) => SCOPES[method] ?? [])])
  expect(manifest.oauth_config.scopes.bot).toEqual([...needed].toSorted())
  expect(EXAMINED).toEqual(manifest.oauth_config.scopes.bot)
})

test('it is complete for both ways: every command and the buttons have an address to uncomment', () => {
  const text = readFileSync(join(ROOT, 'slack-manifest.yaml'), 'utf8')
  const addresses = text.match(/^ *# (request_)?url: \S+\/slack\/events$/gm) ?? []
  expect(addresses).toHaveLength(SLASH_COMMANDS.length + 1)
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } })
  for (const { description, usage_hint } of manifest.features.slash_commands) {
    expect(description.length).toBeLessThanOrEqual(2_000)
    expect(usage_hint.length).toBeLessThanOrEqual(1_000)
  }
})
