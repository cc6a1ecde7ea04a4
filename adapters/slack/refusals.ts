/** What Slack refuses until a person has changed something, as the problem that this person is told. */
import { type Problem, problem } from '../../src/release/problems.ts'
import { type Fault, isRefused } from './calls.ts'
import { FINAL, REVOKED } from './connection.ts'

const MENDED_BY_PEOPLE = {
  not_in_channel: 'slack.not-in-channel',
  channel_not_found: 'slack.not-in-channel',
  is_archived: 'slack.channel-archived',
  is_inactive: 'slack.channel-archived',
  restricted_action: 'slack.may-not-post',
  restricted_action_read_only_channel: 'slack.may-not-post',
  restricted_action_thread_only_channel: 'slack.may-not-post',
  restricted_action_non_threadable_channel: 'slack.may-not-post',
  missing_scope: 'slack.may-not-post',
} as const

/** A message that these are said of is refused again, however often it is sent. */
const UNFIT: readonly string[] = [
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long', 'no_text'],
  ...['invalid_attachments', 'too_many_attachments', 'attachment_payload_limit_exceeded', 'invalid_arguments'],
  ...['invalid_metadata_format', 'invalid_metadata_schema', 'metadata_too_large', 'markdown_text_conflict'],
]

/** The problem of a message that Slack will never take as it is. */
export function unfitOf(fault: Fault): Problem | undefined {
  return isRefused(fault, ...UNFIT) ? problem('slack.unfit', { answer: fault.error }) : undefined
}

/** The problem of a refused post; undefined for what passes by itself, or what nobody can mend. */
export function refusalOf(fault: Fault, channel: string): Problem | undefined {
  if (fault.kind !== 'refused') return undefined
  const { error } = fault
  return error in MENDED_BY_PEOPLE
    ? problem(MENDED_BY_PEOPLE[error as keyof typeof MENDED_BY_PEOPLE], { channel, error })
    : undefined
}

/** Whether waiting does not mend it. */
export function isFinal(fault: Fault): boolean {
  return isRefused(fault, ...FINAL)
}

/** Whether the token is good for nothing any more; `missing_scope` and the like are said of one method alone. */
export function isRevoked(fault: Fault): boolean {
  return isRefused(fault, ...REVOKED)
}

/** Where a token that Slack refuses is found. */
const FOUND = {
  SLACK_BOT_TOKEN: 'Copy the Bot User OAuth Token, xoxb-…: api.slack.com/apps, your app, OAuth & Permissions.',
  SLACK_APP_TOKEN:
    'Copy or make an App-Level Token with the scope connections:write, xapp-…: api.slack.com/apps, your app, Basic Information.',
} as const

export function refusedToken(token: keyof typeof FOUND, error: string): Problem {
  const reason = 'It was revoked, belongs to another app, or lacks a scope; trying again would not help.'
  return problem('slack.refused', { token, error, reason, found: FOUND[token] })
}
