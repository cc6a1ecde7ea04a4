/** Who may do what, where it is talked about, and when it may not be done. */
import { z } from 'zod'
import { says } from './wording.ts'
import { hostName, judged, name, repositoryPath, text } from './words.ts'

const identifier = (pattern: RegExp, what: string, remedy: string) =>
  z.string().regex(pattern, says(`"{written}" is not ${what}.`, remedy))

const slackChannel = identifier(
  /^[CGD][A-Z0-9]{2,}$/,
  'the id of a Slack channel',
  'Copy the id, C…, at the end of "View channel details".',
)
const slackUser = identifier(
  /^[UW][A-Z0-9]{2,}$/,
  'the id of a Slack account',
  'Copy the member id, U…, from the profile.',
)
const slackGroup = identifier(
  /^S[A-Z0-9]{2,}$/,
  'the id of a Slack user group',
  'Copy the id, S…, from the address of the group.',
)
const discordId = identifier(
  /^\d{5,20}$/,
  'an id of Discord',
  'Switch on developer mode, choose "Copy ID", and put the number in quotes.',
)

const places = z
  .strictObject({
    slack: z.array(slackChannel).default([]).describe('ids of Slack channels'),
    discord: z.array(discordId).default([]).describe('ids of Discord channels, in quotes'),
  })
  .prefault({})

const grant = z.union([z.literal('everyone'), z.array(name)], {
  error: says('"{written}" is not a list of roles.', 'Write the roles in brackets, such as [developers], or everyone.'),
})

const hours = (most: number) => z.number().positive().max(most)

const approvals = z
  .strictObject({
    expireHours: hours(168).default(12).describe('hours until an open gate expires; a rollback gate never does'),
    needed: z.int().min(1).max(10).default(1).describe('how many different people have to approve'),
    requesterMayApprove: z.boolean().default(false).describe('may whoever asked for the release approve it'),
    rollback: z
      .strictObject({ requesterMayApprove: z.boolean().default(true).describe('and its rollback') })
      .prefault({})
      .describe('what is different for a rollback'),
  })
  .prefault({})

const access = z
  .strictObject({
    view: grant.default('everyone').describe('who may ask for status and history, and verify'),
    deploy: grant.default([]).describe('who may start a release, take it up again, ask for a rollback and lock'),
    approve: grant.default([]).describe('who may answer a gate'),
    admin: grant.default([]).describe('who may unlock what others locked, override, and free a slot'),
  })
  .prefault({})

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
const clock = '(?:[01]\\d|2[0-3]):[0-5]\\d'
const date = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])'

const freeze = z.strictObject({
  days: z.array(z.enum(DAYS)).default([]).describe('weekdays; none means every day'),
  hours: identifier(RegExp(`^${clock}-(?:${clock}|24:00)$`), 'a span of hours', 'Write it as 16:00-24:00.')
    .describe('the hours of those days, such as 16:00-24:00; without it the whole day')
    .exactOptional(),
  dates: z
    .array(
      identifier(RegExp(`^${date}(?:\\.\\.${date})?$`), 'a date', 'Write 2026-12-24, or 2026-12-24..2027-01-02.').pipe(
        judged(judgeDates),
      ),
    )
    .default([])
    .describe('days, or spans such as 2026-12-24..2027-01-02; none means always'),
  zone: z
    .string()
    .refine(isZone, says('"{written}" is not a time zone.', 'Write its name in the IANA list, such as Europe/Berlin.'))
    .default('UTC')
    .describe('the time zone that days, hours and dates are meant in'),
})

/** The keys of a project that say nothing of how it is built, delivered or verified. */
export const conduct = {
  documentation: z.array(repositoryPath).default([]).describe('files whose version references follow a release'),
  approvals: approvals.describe('how gates are answered'),
  access: access.describe('which roles may do what; what is not granted is refused'),
  channels: places.describe('where the commands of this project are heard'),
  announce: places.describe('where the end of each deployment is told besides'),
  mirror: z
    .boolean()
    .default(false)
    .describe('are questions asked, and may they be answered, on the other platform too'),
  onCall: z.array(name).default([]).describe('roles that are called in an emergency, and when a rollback is denied'),
  redirects: z
    .array(hostName)
    .default([])
    .describe('hosts that public addresses may redirect to, besides those that are configured'),
  runbook: repositoryPath
    .describe('the file of the repository that an emergency names, beside its own commands')
    .exactOptional(),
  incidents: z
    .strictObject({
      directory: repositoryPath.default('docs/incidents').describe('the folder of the repository for incidents'),
      commit: z.boolean().default(false).describe('are incidents committed to the repository too'),
    })
    .prefault({})
    .describe('where a failure is written down'),
  freeze: z.array(freeze).default([]).describe('times in which nothing is released'),
  waitHours: hours(720).default(24).describe('hours that a stopped deployment keeps its slot'),
}

export const role = z.strictObject({
  slack: z
    .strictObject({
      users: z.array(slackUser).default([]).describe('ids of accounts'),
      groups: z.array(slackGroup).default([]).describe('ids of user groups'),
    })
    .prefault({})
    .describe('its members on Slack'),
  discord: z
    .strictObject({
      users: z.array(discordId).default([]).describe('ids of accounts, in quotes'),
      roles: z.array(discordId).default([]).describe('ids of roles, in quotes'),
    })
    .prefault({})
    .describe('its members on Discord'),
  terminal: z.array(text).default([]).describe('login names at the terminal'),
})

export const person = z.strictObject({
  slack: slackUser.describe('the account on Slack').exactOptional(),
  discord: discordId.describe('the account on Discord, in quotes').exactOptional(),
  terminal: text.describe('the login name at the terminal').exactOptional(),
})

function judgeDates(span: string): string | undefined {
  const [first = '', last = first] = span.split('..')
  if (![first, last].every(isDay))
    return says('"{written}" names a day that there is not.', 'Look it up in a calendar.')
  const remedy = 'Write the earlier day first, each with its own year.'
  return first <= last ? undefined : says('"{written}" ends before it begins, so nothing would be frozen.', remedy)
}

/** For JavaScript the 31st of February is a day in March. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) ?? false
}

/** The first question about a zone takes 70 ms of a start, and most never say one. */
function isZone(zone: string): boolean {
  if (zone === 'UTC') return true
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
