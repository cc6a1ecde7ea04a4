/** What the doctor asks of Slack before any release: the tokens, the scopes, the user groups and the channels. Changes nothing, posts nothing. */
import { type Finding, findingOf } from '../../src/release/finding.ts'
import { type Problem, problem } from '../../src/release/problems.ts'
import { type CallOptions, createCalls, type Fault, isRefused, type Outcome, type Reply, spoken } from './calls.ts'
import { isFinal, refusalOf, refusedToken } from './refusals.ts'

export interface ExamineOptions extends Omit<CallOptions, 'timeoutMs'> {
  /** Of Socket Mode; a signing secret shows only when Slack sends something. */
  readonly appToken?: string
  /** Ids of the channels that projects are told in. */
  readonly channels: readonly string[]
  /** Ids of user groups, each with the role that names it. */
  readonly groups: readonly { readonly name: string; readonly id: string }[]
}

/** What slack-manifest.yaml asks for. */
export const SCOPES: readonly string[] = [
  'channels:history',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'im:write',
  'usergroups:read',
  'users:read',
]

const ABOUT = 'Slack'
/** Somebody sits before it and waits. */
const ATTEMPT_MS = 3_000

/** From the outside in: without the bot's own token nothing else can be asked. */
export async function examineSlack(options: ExamineOptions): Promise<readonly Finding[]> {
  const calls = createCalls({ ...options, timeoutMs: ATTEMPT_MS })
  const own = await calls.call('auth.test', {})
  if (!own.ok) return [tokenFinding('SLACK_BOT_TOKEN', own.fault)]
  const scopes = missingScopes(own.value)
  const looked = await Promise.all([
    appTokenFindings(options),
    scopes.length > 0
      ? [findingOf(ABOUT, problem('slack.scopes', { scopes: scopes.join(', ') }))]
      : Promise.all([
          ...options.groups.map(async (group) =>
            groupFindings(group, await calls.call('usergroups.users.list', { usergroup: group.id })),
          ),
          ...options.channels.map(async (channel) =>
            channelFindings(channel, await calls.call('conversations.history', { channel, limit: 1 })),
          ),
        ]).then((each) => each.flat()),
  ])
  const findings = looked.flat().filter((one, at, all) => all.findIndex(({ what }) => what === one.what) === at)
  return findings.length > 0 ? findings : [wellIn(own.value, options)]
}

/** A token that is refused ends the bot; a Slack that does not answer now is worth knowing. */
function tokenFinding(token: Parameters<typeof refusedToken>[0], fault: Fault): Finding {
  if (isFinal(fault) && fault.kind === 'refused') return findingOf(ABOUT, refusedToken(token, fault.error))
  return unreached(fault)
}

function unreached(fault: Fault): Finding {
  return { ...findingOf(ABOUT, problem('slack.unreachable', { answer: spoken(fault) })), standing: 'note' }
}

/** Slack names the scopes of a token with each answer; where it does not, nothing is known to be missing. */
function missingScopes({ response_metadata: metadata }: Reply): readonly string[] {
  const { scopes } = (metadata ?? {}) as { readonly scopes?: unknown }
  return Array.isArray(scopes) ? SCOPES.filter((scope) => !scopes.includes(scope)) : []
}

/** An address for a connection, which nobody opens. */
async function appTokenFindings({ appToken, apiUrl }: ExamineOptions): Promise<readonly Finding[]> {
  if (appToken === undefined) return []
  const opened = await createCalls({ botToken: appToken, apiUrl, timeoutMs: ATTEMPT_MS }).call(
    'apps.connections.open',
    {},
  )
  return opened.ok ? [] : [tokenFinding('SLACK_APP_TOKEN', opened.fault)]
}

function groupFindings({ name, id }: ExamineOptions['groups'][number], listed: Outcome<Reply>): readonly Finding[] {
  if (listed.ok) return []
  return isRefused(listed.fault, 'no_such_subteam', 'subteam_not_found')
    ? bad(problem('slack.no-such-group', { name, id, answer: spoken(listed.fault) }))
    : [unreached(listed.fault)]
}

/** Only a member may read a channel. */
function channelFindings(channel: string, read: Outcome<Reply>): readonly Finding[] {
  if (read.ok) return []
  const refused = refusalOf(read.fault, channel)
  return refused === undefined ? [unreached(read.fault)] : bad(refused)
}

function bad(found: Problem): readonly Finding[] {
  return [findingOf(ABOUT, found)]
}

function wellIn({ team }: Reply, { channels, appToken }: ExamineOptions): Finding {
  const where = typeof team === 'string' ? `the workspace ${team}` : 'its workspace'
  const secret =
    appToken === undefined
      ? ' Whether SLACK_SIGNING_SECRET is right shows with the first command: where it is wrong, the log says so.'
      : ''
  const there = `Slipway is in ${where} with every scope it uses.${secret}`
  return channels.length > 0
    ? { about: ABOUT, standing: 'good', what: `${there} It is a member of every channel in slipway.yaml.` }
    : { about: ABOUT, standing: 'note', what: `${there} channels.slack names no channel.` }
}
