/** What Slack refuses until a person has changed something, as the problem that this person is told. */
import { type Problem, problem } from '../../src/release/problems.ts'
import type { Fault } from './calls.ts'

const MENDED_BY_PEOPLE = {
  not_in_channel: 'slack.not-in-channel',
  channel_not_found: 'slack.not-in-channel',
  is_archived: 'slack.channel-archived',
  restricted_action: 'slack.may-not-post',
  restricted_action_thread_only_channel: 'slack.may-not-post',
  restricted_action_non_threadable_channel: 'slack.may-not-post',
  missing_scope: 'slack.may-not-post',
} as const

/** The problem of a refused post; undefined for what passes by itself, or what nobody can mend. */
export function refusalOf(fault: Fault, channel: string): Problem | undefined {
  if (fault.kind !== 'refused') return undefined
  const { error } = fault
  return error in MENDED_BY_PEOPLE
    ? problem(MENDED_BY_PEOPLE[error as keyof typeof MENDED_BY_PEOPLE], { channel, error })
    : undefined
}
