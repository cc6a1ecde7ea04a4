import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorld } from '../../sandbox/check.ts'
import type { Configuration } from '../../sandbox/configuration.ts'
import { ANA, BEN, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'
import { expectGoodManners, inDiscord, shown, threadOf } from './discord-scene.ts'
import { type House, openHouse } from './house.ts'
import { GATE } from './titles.ts'

/** A release whose script fails on the server: a fix by button, which does not help, and the way back by button. */
let server: DiscordServer
let house: House
beforeAll(async () => {
  server = await createDiscordServer()
  house = await openHouse({ makepkg: 'stand-in', chats: [discordOn(server).chat], change: withFailingScript })
  await server.until(() => server.state.commands.length > 0)
})
afterAll(async () => {
  await house.close()
  await server.close()
})

function withFailingScript(configuration: Configuration) {
  const { projects, ...rest } = inDiscord(server)(configuration)
  const deploy = ['sh', '-c', 'echo "Error: migration 14 failed" >&2; exit 1']
  return { ...rest, projects: { harbour: { ...projects.harbour, vps: { ...projects.harbour.vps, deploy } } } }
}

const [managers = ''] = BEN.roles ?? []

test('stops with what was found, what users meet meanwhile, and the ways on as buttons', async () => {
  server.types(ANA, 'deploy 3.1.3')
  await shown(server, '#1: submit harbour', (text) => text.includes('[Approve'))
  server.presses(BEN, 'Approve')
  const stop = textOfMessage(await shown(server, '#1: Harbour 3.1.3+001 stopped'))
  expect(stop).toContain('Error: migration 14 failed')
  expect(stop).toMatch(
    /\[Run the deployment script again \(pier\)\] \[Retry\] \[Log\] \[Diagnose\] \[Roll back\] \[Cancel\]/,
  )
})

test('tries a fix by button, and asks whether to go back where that did not help', async () => {
  server.presses(ANA, 'Run the deployment script again')
  const question = textOfMessage(await shown(server, '#1: roll Harbour', (text) => text.includes('[Deny]')))
  expect(question).toMatch(/\[Roll back everything\]/)
  expect(await readWorld(house.world)).toMatchObject({ aurVersion: '3.1.3-1' })
})

test('is rolled back by button, looked at from outside, and written down', async () => {
  server.presses(BEN, 'Roll back everything')
  await shown(server, '#1: Harbour 3.1.3+001 was rolled back', (text) => text.includes(`<@${ANA.id}>`))
  await house.bot.idle()
  expect(await readWorld(house.world)).toMatchObject({ servedVersion: '3.1.2+001', aurVersion: '3.1.2-1' })
  expect(threadOf(server).slice(-3)).toEqual([
    '#1: rolled back to 3.1.2+001, from outside: 9 of 9 pass',
    '#1: the incident of Harbour 3.1.3+001 is documented',
    '#1: Harbour 3.1.3+001 was rolled back',
  ])
  expectGoodManners(server, [
    [GATE, managers],
    ['#1: roll Harbour 3.1.3+001 back to 3.1.2+001?', managers],
    ['#1: Harbour 3.1.3+001 was rolled back', ANA.id],
  ])
})
