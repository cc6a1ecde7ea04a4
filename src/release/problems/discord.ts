/** What Discord refuses, and presses and commands that could not be taken. */
import type { Wording } from './wording.ts'

export const DISCORD = {
  'discord.permissions': {
    what: 'Slipway lacks permissions in the Discord channel {channel}.',
    why: 'Discord answered {answer}. A deployment does not wait for that: it goes on, and its cards are posted as soon as they can be.',
    remedy: 'Give the role of Slipway these permissions in the channel: {permissions}.',
  },
  'discord.channel-gone': {
    what: 'The Discord channel {channel} is not there any more.',
    why: 'Discord answered {answer}. A deployment that is told there goes on all the same, and cannot be answered there.',
    remedy:
      'Answer it from a shell on the machine of Slipway, npm run slipway -- status, and take the channel out of slipway.yaml.',
    shell: 'npm run slipway -- status',
  },
  'discord.no-home': {
    what: 'Slipway cannot keep a thread in the Discord channel {channel}.',
    why: '{reason}, and a deployment is told in a thread below its own message.',
    remedy: 'Send it in an ordinary text channel, and name only such ones under channels in slipway.yaml.',
  },
  'discord.token': {
    what: 'Discord does not accept the token in DISCORD_TOKEN.',
    why: 'It was reset or belongs to nobody: {answer}. Slipway would be deaf in Discord, so it ends.',
    remedy:
      'Copy a new one into DISCORD_TOKEN: discord.com/developers/applications, your application, Bot, Reset Token. Then start Slipway again.',
  },
  'discord.unfit': {
    what: 'Discord does not take this card as it is.',
    why: 'Discord answered {answer}. The deployment goes on, and its other cards are posted.',
    remedy: 'Look from a shell on the machine of Slipway: it shows how things stand and what is waited for.',
    shell: 'npm run slipway -- status',
  },
  'discord.refused': {
    what: 'Discord refuses the connection of Slipway for good, with the gateway code {code}.',
    why: 'The token, the version of the interface or the size of the server does not fit. Slipway would be deaf in Discord, so it ends.',
    remedy:
      'Take DISCORD_API_URL and DISCORD_API_VERSION out of the environment where they are set, and see that DISCORD_TOKEN is that of DISCORD_APPLICATION_ID. Then start Slipway again.',
  },
  'discord.registration': {
    what: 'The commands could not be registered in the Discord server {guild}.',
    why: 'Discord answered {answer}. It answers so where Slipway was not invited with the scope applications.commands, or where DISCORD_GUILD_ID or DISCORD_APPLICATION_ID is that of another one.',
    remedy: 'Invite it once more with this link: {invite}',
  },
  'discord.other-application': {
    what: 'DISCORD_APPLICATION_ID is {given}, and the token in DISCORD_TOKEN belongs to the application {found}.',
    why: 'The commands would be registered for an application that Slipway does not speak for.',
    remedy: 'Set DISCORD_APPLICATION_ID to {found}, or copy the token of the other application.',
  },
  'discord.not-invited': {
    what: 'Slipway is not in the Discord server {guild}.',
    why: 'Discord answered {answer}. Nobody there can send it a command.',
    remedy: 'Open this link and choose the server: {invite} Where it is in another one, set DISCORD_GUILD_ID to that.',
  },
  'discord.no-such-role': {
    what: 'The role {name} in slipway.yaml names {id}, which is no role of the Discord server {guild}.',
    why: 'Nobody is granted anything by it.',
    remedy: 'With Developer Mode on, right-click the role under Server Settings, Roles, and copy its id.',
  },
  'discord.deaf-role': {
    what: 'A question that calls the role {name} reaches nobody in the Discord server {guild}.',
    why: 'The Discord role {id} may not be mentioned by anyone, and Slipway lacks Mention @everyone, @here and All Roles: its name is shown, and nobody is notified.',
    remedy:
      'In Discord, under Server Settings, Roles, open that role and switch on Allow anyone to @mention this role.',
  },
  'discord.unreachable': {
    what: 'Discord cannot be reached.',
    why: '{answer}. What runs goes on, and its thread catches up afterwards.',
    remedy: 'Nothing has to be done: Slipway tries again by itself, at longest each minute.',
    passing: true,
  },
  'discord.other-server': {
    what: 'Slipway does not listen here.',
    why: 'It belongs to one Discord server, and takes commands in its channels alone, not in messages to itself.',
    remedy: 'Send the command in a channel of that server.',
  },
  'discord.unknown-button': {
    what: 'This button is of a card that is no longer shown.',
    why: 'Slipway has been started again since, or what it asked is answered. Nothing was changed by the press.',
    remedy: 'See how things stand, and press on the newest card.',
    copy: 'status',
  },
} as const satisfies Record<string, Wording>
