/** Releases in which something goes wrong, each killed at another point of its recovery: from the first failure to its end. */
import { configureFor, FAULTS, happen } from '../../sandbox/faults.ts'
import type { Begun } from './bot.ts'
import { instantsOf, nameOf, type Passed, type Point, pointNamed, triedOf } from './points.ts'
import { differences, judged, logPushes, type Trace } from './recovery-judge.ts'
import { type Trial, tryRelease, type Verdict } from './release.ts'

/** Of every end one, and of a rollback of git both ways. */
const PLAYED = [
  'server-script-fails',
  'rollback-moved-origin',
  'rollback-aur-fails',
  'server-serves-old-once',
  'build-fails-once',
] as const

/** A recovery that nothing killed, and what it left to compare the others with. */
export interface Undisturbed {
  readonly fault: string
  readonly verdict: Verdict
  readonly trace?: Trace
}

export function tryUndisturbed(only = ''): Promise<readonly Undisturbed[]> {
  const names = PLAYED.filter((name) => name.includes(only))
  return Promise.all(
    names.map(async (fault) => {
      let trace: Trace | undefined
      const verdict = await tryRelease(
        trialOf(fault, undefined, (found) => {
          trace = found
          return []
        }),
      )
      return { fault, verdict, ...(trace && { trace }) }
    }),
  )
}

/** Every trial by its name, such as `server-script-fails: after write 61`. */
export function recoveryTrials(undisturbed: readonly Undisturbed[]): readonly string[] {
  return undisturbed.flatMap(({ fault, verdict }) =>
    instantsOf(recoveryOf(verdict.passed, FAULTS[fault]?.end === 'complete'))
      .flatMap(triedOf)
      .map((point) => `${fault}: ${nameOf(point)}`),
  )
}

export function recoveryTrialNamed(name: string, undisturbed: readonly Undisturbed[]): Trial {
  const [fault = '', point = ''] = name.split(': ')
  const wanted = undisturbed.find((one) => one.fault === fault)?.trace
  if (wanted === undefined) throw new Error(`no recovery is called ${fault}`)
  return trialOf(fault, pointNamed(point), (found) => differences(found, wanted))
}

function trialOf(name: string, kill: Point | undefined, compare: (trace: Trace) => readonly string[]): Trial {
  const fault = FAULTS[name]
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  const played = new Set<string>()
  return {
    ...(kill && { kill }),
    person: 'on call',
    configure: (configuration, world) => configureFor(fault, world)(configuration),
    prepare: logPushes,
    began: (begun, scene) => once(played, begun, () => happen(fault.before, scene, begun, begun.attempt)),
    judge: async (left) => {
      const { faults, trace } = await judged(name, left)
      return [...faults, ...(trace ? compare(trace) : [])]
    },
  }
}

/** What happens as an attempt begins does not happen again when it is taken up by another process. */
async function once(played: Set<string>, { step, attempt }: Begun, go: () => Promise<unknown>): Promise<void> {
  const key = `${step} ${attempt}`
  if (played.has(key)) return
  played.add(key)
  await go()
}

/** From the first failure on, and where it is mended only until it is: what comes before and after is killed in other trials. */
function recoveryOf(passed: Passed, isMended: boolean): Passed {
  const whats = passed.map((moment) => ('what' in moment ? moment.what : ''))
  const first = whats.findIndex((what) => what.includes('(not ok)'))
  const [, failed = ''] = /settled (\S+) \(not ok\)/.exec(whats[first] ?? '') ?? []
  const last = whats.findLastIndex((what) => what.includes(`settled ${failed}`))
  return passed.slice(first, isMended ? last + 1 : undefined)
}
