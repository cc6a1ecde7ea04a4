/** Refusals of a press: none of them changes anything. */
import type { Wording } from './wording.ts'

export const GATE = {
  'gate.none': {
    what: 'Nothing of #{number} waits for an answer.',
    why: 'Its status is {status}.',
    remedy: 'See what it is doing.',
    copy: 'status #{number}',
  },
  'gate.closed': {
    what: 'That question is closed: {ended}.',
    why: 'A press counts once, and only while its question is open.',
    remedy: 'See what #{number} is doing now.',
    copy: 'status #{number}',
  },
  'gate.elsewhere': {
    what: 'The question of #{number} is not asked {here}.',
    why: 'An answer counts only where its question is shown: {where}. Nothing was counted, and it stays open.',
    remedy:
      'Answer it there; cancel #{number} ends it from here, too. For later releases, mirror: true and a channel under channels.{platform} ask {here} as well.',
    copy: 'status #{number}',
  },
  'gate.which-plan': {
    what: 'It is not clear which plan of #{number} you approve.',
    why: 'Several are offered, each is approved by itself, and the plan named was: {plan}.',
    remedy: 'Name one of these.',
    copy: 'approve #{number} --plan {first}',
  },
  'gate.other-content': {
    what: 'That button belongs to an older question.',
    why: 'What would be done has changed since it was shown, and an answer counts only for exactly what was shown.',
    remedy: 'Read the newest question of #{number} and answer that one.',
    copy: 'status #{number}',
  },
  'gate.just-asked': {
    what: '#{number} was asked again {seconds} s ago, and this is another question than before.',
    why: 'What is typed does not say which of the two was read. They differ in: {differs}.',
    remedy: 'Read the question as it stands now, then press its button, or type this again.',
    copy: 'approve #{number}',
  },
  'gate.expired': {
    what: 'The question of #{number} expired at {time}.',
    why: 'An approval is for what was checked shortly before it.',
    remedy: 'Retry: it is checked and asked again.',
    copy: 'retry #{number}',
  },
  'gate.unvouched': {
    what: 'This press does not count.',
    why: 'Lines piped into a terminal do not prove that a person answered.',
    remedy: 'Answer from a real terminal, or from the chat.',
    copy: '{command}',
  },
  'gate.not-granted': {
    what: '{name} may not answer this question.',
    why: 'It takes one of the roles under access.approve: {roles}. This account is {account} on {platform}.',
    remedy:
      'Ask one of: {others}. Or have an admin add the account to such a role in slipway.yaml and start Slipway again.',
  },
  'gate.requester': {
    what: '{name} asked for this release and may not approve it too.',
    why: 'approvals.requesterMayApprove is false, so a second person looks at it.',
    remedy: 'Ask one of: {others}. Who releases alone writes approvals.requesterMayApprove: true.',
  },
  'gate.unknown-person': {
    what: 'It is not known whose account {account} on {platform} is.',
    why: 'A second person has to approve, and two accounts could be one person: only accounts under people count. {name} is not there.',
    remedy:
      'Have an admin add the line below to slipway.yaml and start Slipway again; or somebody who is listed approves.',
  },
  'gate.type-version': {
    what: '{name} asked for this release: approving it too takes its version, typed.',
    why: 'Nobody else looks at it, so a press alone does not count. Typed was: {typed}.',
    remedy: 'Read the question once more, then type this.',
    copy: 'approve #{number} {version}',
  },
  'gate.override-early': {
    what: 'An override is possible from {time} on.',
    why: 'Those who were asked have until then: half of the time of the question, or an hour where it is about a rollback.',
    remedy: 'Ask them, or come back then.',
    copy: 'status #{number}',
  },
  'gate.override-alone': {
    what: 'An override approves: it goes with nothing else.',
    why: 'Everybody may take back their own approval without an override. Nothing was counted.',
    remedy: 'Send one of the two. To take your own approval back, send this.',
    copy: 'approve #{number} --revoke',
  },
  'gate.revoke-late': {
    what: 'Nothing can be taken back any more: {ended}.',
    why: 'An approval can be taken back until what it allows begins.',
    remedy: 'See what #{number} is doing; a cancel lets what runs end, and lists what took effect.',
    copy: 'status #{number}',
  },
  'gate.nothing-to-revoke': {
    what: '{name} has approved nothing that is open in #{number}.',
    why: 'Everybody takes back an approval of their own.',
    remedy: 'To stop it all the same, deny or cancel it.',
    copy: 'deny #{number}',
  },
  'gate.twice': {
    what: '{name} has approved already.',
    why: 'It needs {needed} different people; {have} so far.',
    remedy: 'Ask one of: {others}.',
  },
} as const satisfies Record<string, Wording>
