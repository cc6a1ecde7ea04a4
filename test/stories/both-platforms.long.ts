import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Configuration } from '../../sandbox/configuration.ts'
import { ANA, BEN, discordOn } from '../discord-server/bot.ts'
import { createDiscordServer, type DiscordServer, textOfMessage } from '../discord-server/server.ts'
import { attachSlack } from '../slack-server/bot.ts'
import { buttonsOf, wordsOf } from '../slack-server/read.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { CHANNEL } from '../slack-server/state.ts'
import { expectGoodManners, inDiscord, shown, threadOf } from './discord-scene.ts'
import { type House, openHouse } from './house.ts'
import { DONE, GATE } from './titles.ts'

/** Slack and Discord at once: asked for on one side, answered on the other. Ana and Ben have an account on both. */
const ANA_IN_SLACK = { id: 'UANA', name: 'Ana' }
const BEN_IN_SLACK = { id: 'UBEN', name: 'Ben' }
const [managers = ''] = BEN.roles ?? []
const NEWS = '900000000000000009'
let discord: DiscordServer
let slack: SlackServer
let house: House

async function open(mirror: boolean): Promise<void> {
  discord = await createDiscordServer()
  discord.state.channels.set(NEWS, { id: NEWS, name: 'news', archived: false })
  slack = await createSlackServer(ANA_IN_SLACK, BEN_IN_SLACK)
  slack.state.groups.set('SREL', [BEN_IN_SLACK.id])
  const chats = [(await attachSlack(slack, 'http')).slack, discordOn(discord).chat]
  house = await openHouse({ makepkg: 'stand-in', chats, change: onBoth(mirror) })
  await discord.until(() => discord.state.commands.length > 0)
}

async function leave(): Promise<void> {
  await house.close()
  await slack.close()
  await discord.close()
}

const onBoth = (mirror: boolean) => (configuration: Configuration) => {
  const { projects, roles, people } = inDiscord(discord)(configuration)
  const harbour = {
    ...projects.harbour,
    mirror,
    channels: { slack: [CHANNEL], discord: [discord.channelId] },
    announce: { discord: [NEWS] },
  }
  const crew = { ...roles.crew, slack: { users: [ANA_IN_SLACK.id] } }
  return {
    projects: { harbour },
    roles: { ...roles, crew, managers: { ...roles.managers, slack: { groups: ['SREL'] } } },
    people: {
      ana: { ...people.ana, slack: ANA_IN_SLACK.id },
      ben: { ...people.ben, slack: BEN_IN_SLACK.id },
    },
  }
}

const inSlack = () => slack.messages().map(wordsOf).join('\n')

describe('a release that is asked for in Slack and approved in Discord', () => {
  beforeAll(() => open(true))
  afterAll(leave)

  test('a release that is asked for in Slack asks in Discord too, and shows there as well', async () => {
    await slack.types(ANA_IN_SLACK, '/deploy 3.1.3')
    const gate = textOfMessage(await shown(discord, GATE))
    expect(gate).toContain('Ana asked for it in Slack, where it is told. It can be answered here too.')
    await slack.until(() => inSlack().includes(GATE))
    discord.types(BEN, 'status')
    expect(textOfMessage(await shown(discord, 'Waiting for'))).toContain('#1')
  })

  test('whoever asked for it is the same person on the other side', async () => {
    discord.presses(ANA, 'Approve')
    const told = () => discord.privately(ANA).map(textOfMessage).join('\n')
    await discord.until(() => told() !== '')
    expect(told()).toMatch(/Ana/)
    expect(inSlack()).not.toContain('Approved by')
  })

  test('an answer on one side closes the question on the other, and the end is announced', async () => {
    discord.presses(BEN, 'Approve')
    await shown(discord, GATE, (text) => text.includes('Approved by Ben') && !text.includes('[Approve'))
    await slack.until(() => inSlack().includes('Approved by Ben'))
    await slack.until(() => inSlack().includes(DONE))
    await discord.until(() => discord.messages().some(({ channel }) => channel === NEWS))
    await house.bot.idle()
    const news = discord.messages().filter(({ channel }) => channel === NEWS)
    expect(news.map(textOfMessage)).toEqual([expect.stringContaining(DONE)])
    expectGoodManners(discord, [[GATE, managers]])
    expect(slack.refusals).toEqual([])
  })
})

describe('a release whose questions are not mirrored', () => {
  beforeAll(() => open(false))
  afterAll(leave)

  test('is not answered from where it is not asked, and loses nothing by that', async () => {
    await slack.types(ANA_IN_SLACK, '/deploy 3.1.3')
    await slack.until(() => inSlack().includes(GATE))
    for (const answer of ['approve #1', 'deny #1']) discord.types(BEN, answer)
    const told = () => discord.privately(BEN).map(textOfMessage)
    await discord.until(() => told().length === 2)
    for (const text of told()) {
      expect(text).toContain('The question of #1 is not asked in Discord.')
      expect(text).toContain(`only where its question is shown: in Slack, channel ${CHANNEL}.`)
    }
    expect(discord.messages().map(textOfMessage).join('\n')).not.toContain(GATE)
  })

  test('is answered where it is asked', async () => {
    await slack.presses(BEN_IN_SLACK, 'Approve')
    await slack.until(() => inSlack().includes('Approved by Ben'))
    await slack.until(() => inSlack().includes(DONE))
    await house.bot.idle()
    expect(slack.refusals).toEqual([])
  })
})

describe('a release that is asked for in Discord, which then takes no more posts, and approved in Slack', () => {
  beforeAll(() => open(false))
  afterAll(leave)

  test('goes on, and Slack is told why its thread is silent and what mends it', async () => {
    discord.types(ANA, 'deploy 3.1.3')
    await shown(discord, '#1: Harbour 3.1.3+001')
    discord.faults.add(/^(POST|PATCH) .channels/, { code: 50013, status: 403 }, Number.POSITIVE_INFINITY)
    await slack.until(() => inSlack().includes('#1: Harbour 3.1.3+001 cannot be told in Discord'))
    expect(inSlack()).toContain('Give the role of Slipway these permissions in the channel: View Channel')
    const inButtons = () => slack.messages().flatMap(buttonsOf)
    await slack.until(() => inButtons().some(({ label }) => label.startsWith('Approve')))
    expect(inSlack()).toContain(GATE)
  })

  test('is answered in Slack by who may, and not by whoever asked for it', async () => {
    await slack.presses(ANA_IN_SLACK, 'Approve')
    const told = () => slack.privately(ANA_IN_SLACK).map(wordsOf).join('\n')
    await slack.until(() => told() !== '')
    expect(told()).toMatch(/Ana/)
    await slack.presses(BEN_IN_SLACK, 'Approve')
    await slack.until(() => inSlack().includes('Approved by Ben'))
  })

  test('is told in Discord from where it fell silent, as soon as a permission is given back', async () => {
    await expect.poll(() => endOf(), { timeout: 50_000 }).toBe('complete')
    expect(threadOf(discord)).toEqual([])
    discord.faults.clear()
    discord.gateway.dispatch('CHANNEL_UPDATE', { id: discord.channelId, type: 0, guild_id: discord.guildId })
    await shown(discord, DONE, (text) => text.includes(`<@${ANA.id}>`))
    expect(threadOf(discord)).toEqual([GATE, '#1: 3.1.3+001 from outside: 11 of 11 pass', DONE])
    await slack.until(() => inSlack().includes('#1: Harbour 3.1.3+001 is told in Discord again'))
    await house.bot.idle()
    // The question was on its way when it was answered in Slack.
    expectGoodManners(discord, [[DONE, ANA.id]], [[GATE, managers]])
    expect(slack.refusals).toEqual([])
  })
})

async function endOf(): Promise<string | undefined> {
  return (await house.journal.history(1))[0]?.status
}
