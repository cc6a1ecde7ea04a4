/** What keeps Slack and Slipway apart: accounts that are not heard, presses that come to nothing, tokens that are refused. */
import type { Wording } from './wording.ts'

export const SLACK = {
  'slack.stranger': {
    what: 'Slipway does not take commands from this account.',
    why: '{name} is {kind}. Only full members of the workspace that Slipway is installed in can be granted anything.',
    remedy: 'Ask a member of the workspace to do it.',
  },
  'slack.unknown-account': {
    what: 'Slack did not say who you are, so nothing was done.',
    why: 'Who may do what is looked up at every command and press: {reason}.',
    remedy: 'Type or press it again in a moment.',
    passing: true,
  },
  'slack.groups-unread': {
    what: 'Slack did not say who belongs to {groups}, so it counted as no.',
    why: 'User groups are looked up at every command and press: {reason}.',
    remedy: 'If the answer above is wrong for you, type or press it again in a moment.',
    passing: true,
  },
  'slack.button-gone': {
    what: 'This button does nothing any more, and nothing was done.',
    why: 'Its message is from before Slipway was started, or what it asked about is over.',
    remedy: 'See how things stand, and take it from there.',
    copy: 'status',
  },
  'slack.no-home': {
    what: 'Slipway begins no deployment in a direct message.',
    why: 'It is told in a thread and asks there, where people who may answer read along.',
    remedy: 'Send it in a channel, so that others can see and answer it.',
  },
  'slack.no-form': {
    what: 'The form did not open, and nothing was done.',
    why: 'Slack gives it three seconds: {reason}.',
    remedy: 'Press the button once more, or send this{behind}.',
    copy: '{command}',
  },
  'slack.not-in-channel': {
    what: 'Slipway cannot post in the channel {channel}.',
    why: 'Slack answered {error}: the app is not a member of it, or it is gone. What was asked for goes on, and is told there as soon as it can be.',
    remedy:
      'Invite the app: type /invite @Slipway in that channel. It is tried again at the next command, and every 15 min.',
  },
  'slack.channel-archived': {
    what: 'Slipway cannot post in the channel {channel}: it is archived, frozen or deleted.',
    why: 'Slack answered {error}. What was asked for goes on, and is told there as soon as it can be.',
    remedy: 'Unarchive the channel, or name another one under channels and announce in slipway.yaml.',
  },
  'slack.may-not-post': {
    what: 'Slipway may not post in the channel {channel}.',
    why: 'Slack answered {error}: the settings of the channel or the workspace keep the app from it. What was asked for goes on.',
    remedy: 'Let apps post in that channel, or install the app again with the scopes of slack-manifest.yaml.',
  },
  'slack.port': {
    what: 'SLACK_PORT {port} cannot be listened on.',
    why: '{reason}. Without it Slack cannot reach Slipway.',
    remedy: 'End what holds the port, or set SLACK_PORT to another one and tell Slack.',
  },
  'slack.unfit': {
    what: 'Slack does not take this card as it is.',
    why: 'Slack answered {answer}. The deployment goes on, and its other cards are posted.',
    remedy: 'Look from a shell on the machine of Slipway: it shows how things stand and what is waited for.',
    shell: 'npm run slipway -- status',
  },
  'slack.scopes': {
    what: 'The app lacks these scopes in Slack: {scopes}.',
    why: 'Slipway uses each of them; slack-manifest.yaml says what for.',
    remedy:
      'At api.slack.com/apps, your app, App Manifest, put slack-manifest.yaml in place of what is there, then install the app again.',
  },
  'slack.no-such-group': {
    what: 'The role {name} in slipway.yaml names {id}, which is no user group of this workspace.',
    why: '{answer}. Nobody is granted anything by it.',
    remedy: 'Copy the id of the group, S…, from its address in Slack.',
  },
  'slack.unreachable': {
    what: 'Slack did not tell everything.',
    why: '{answer}. What runs goes on, and its thread catches up afterwards.',
    remedy: 'Run the doctor again in a moment. Slipway itself goes on trying.',
    passing: true,
  },
  'slack.refused': {
    what: 'Slack refuses {token}: {error}.',
    why: '{reason}',
    remedy: '{found}',
  },
} as const satisfies Record<string, Wording>
