/** What is printed at the end, and what of it is not as it should be. */
import type { DeploymentStatus } from '../../src/release/deployment.ts'
import type { Judged } from './judge.ts'
import type { Life } from './process.ts'
import type { Compared } from './vitals.ts'

export interface Result extends Judged {
  readonly stuck: readonly string[]
  /** Still open when the time was up, although they went on. */
  readonly unfinished: number
  readonly crashes: readonly string[]
  readonly lives: readonly Life[]
  readonly vitals: Compared | undefined
  /** Trouble that was made, by kind. */
  readonly made: ReadonlyMap<string, number>
  readonly sent: number
  /** How long it was to last, and lasted, ms; and at how many deployments it would have ended before. */
  readonly wanted: { readonly ms: number; readonly deployments: number }
  readonly ms: number
}

const ENDS: readonly DeploymentStatus[] = ['complete', 'denied', 'cancelled', 'failed', 'rolled back', 'emergency']
/** Growth of one life that is more than the breathing of its heap. */
const MOST_MEGABYTES = 64
const MOST_HANDLES = 12
/** A minute; a quiet machine with two cores has ten times as many deployments, and six times as many kills. */
const LEAST = { deployments: 1, kills: 0.5 } as const

export function tableOf(result: Result): readonly string[] {
  const { told, doubled, lost, stuck, unfinished, vitals, made, lives, ms } = result
  const ended = told.filter(({ deployment }) => deployment.endedAt !== undefined)
  const ends = ENDS.map((end) => [`  ${end}`, ended.filter(({ deployment }) => deployment.status === end).length])
  const kills = killsIn(result)
  const others = [...made.values()].reduce((sum, count) => sum + count, 0) - kills
  const rows: readonly (readonly (string | number | undefined)[])[] = [
    ['deployments', told.length],
    ...ends,
    ['not finished in the time', unfinished],
    ['sent by people', result.sent],
    ['of that not judged', `${result.unjudged}: the bot was away, about to be killed, or not connected`],
    ['effects in the world', result.effects],
    ['kills and starts of the bot', `${kills}, ${lives.length}`],
    ['other faults', others],
    ['doubled effects', doubled.length],
    ['lost events', lost.length],
    ['stuck', stuck.length],
    ['memory at start and end', vitals && `${vitals.start.megabytes} MB, ${vitals.end.megabytes} MB`],
    ['open handles at start and end', vitals && `${vitals.start.handles}, ${vitals.end.handles}`],
    ['watched in one life', vitals && `${Math.round(vitals.ms / 1000)} s`],
  ]
  const table = rows.map(([name, value]) => `${String(name).padEnd(32)}${value ?? 'not seen'}`)
  return [
    '',
    ...table,
    '',
    `${ended.length} deployments, ${endedRight(result)} ended right`,
    `${Math.round(ms / 1000)} s`,
  ]
}

/** Everything that is not as it should be, a line each. */
export function faultsOf(result: Result): readonly string[] {
  const { doubled, lost, stuck, unfinished, crashes, wrong, vitals } = result
  return [
    ...doubled.map((each) => `doubled: ${each}`),
    ...lost.map((each) => `lost: ${each}`),
    ...stuck.map((each) => `stuck: ${each}`),
    ...(unfinished > 0 ? [`${unfinished} deployments had not finished in the time`] : []),
    ...crashes,
    ...wrong,
    ...(result.effects > 0 ? [] : ['no effect was counted in the world: nothing was judged']),
    ...tooFew(result),
    ...growthOf(vitals),
  ]
}

/** A soak in which little happens shows little. */
function tooFew(result: Result): readonly string[] {
  const { told, wanted, ms } = result
  const minutes = Math.min(wanted.ms, ms) / 60_000
  const least = (aMinute: number) => Math.max(1, Math.round(minutes * aMinute))
  const deployments = Math.min(wanted.deployments, least(LEAST.deployments))
  const kills = killsIn(result)
  return [
    ...(told.length < deployments
      ? [`${told.length} deployments were begun, at least ${deployments} belong here`]
      : []),
    ...(kills < least(LEAST.kills)
      ? [`the bot was killed ${kills} times, at least ${least(LEAST.kills)} belong here`]
      : []),
  ]
}

function killsIn({ made }: Result): number {
  return (made.get('SIGKILL') ?? 0) + (made.get('SIGTERM') ?? 0)
}

function growthOf(vitals: Compared | undefined): readonly string[] {
  if (vitals === undefined) return ['no life of the bot was long enough to see whether it grows']
  const { start, end } = vitals
  return [
    ...(end.megabytes - start.megabytes > MOST_MEGABYTES
      ? [`memory grew from ${start.megabytes} to ${end.megabytes} MB`]
      : []),
    ...(end.handles - start.handles > MOST_HANDLES
      ? [`open handles grew from ${start.handles} to ${end.handles}`]
      : []),
  ]
}

/** Each thing that was doubled or lost counts as a deployment that did not. */
function endedRight({ told, doubled, lost }: Result): number {
  const ended = told.filter(({ deployment }) => deployment.endedAt !== undefined)
  return Math.max(0, ended.length - doubled.length - lost.length)
}
