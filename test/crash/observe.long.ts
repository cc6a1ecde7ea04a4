import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Perform } from '../../src/compose.ts'
import type { Journal } from '../../src/ports/journal.ts'
import type { Observation, Outcome } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { replay } from '../../src/release/machine.ts'
import { PLAN, type StepName } from '../../src/release/plan.ts'
import { problem } from '../../src/release/problems.ts'
import type { Performance } from '../../src/runners/perform.ts'
import type { Runner } from '../../src/runners/step.ts'
import { RUNNERS } from '../../src/runners/table.ts'
import { faultsOf } from './judge.ts'
import { play } from './play.ts'
import { type Ground, openGround } from './release.ts'

/** Every step that changes something outside, and why its `run` may be repeated although it was done; null where it may not. */
const OUTSIDE: Partial<Record<StepName, string | null>> = {
  'version.push': 'it asks the origin first',
  'build.tag': 'it asks the origin first',
  'build.publish': 'it downloads from the public address first',
  'aur.submit': null,
  'vps.record': 'its folder is found again by the deployment, and what it kept first stays',
  'vps.stage': 'it lays out the same again, and nothing that serves changes',
  'vps.pull': 'pulling what is there and placing the same folder changes nothing',
  'vps.deploy': 'it asks for the exit code of the job first',
  'finish.tag': 'it asks the origin first',
  'finish.push': 'it fetches the branch first',
}
/** Their `observe` always says not done, so that they are run again. */
const ALWAYS_REPEATED: readonly string[] = ['vps.record', 'vps.stage']

const STUCK = {
  'as it is': undefined,
  'stuck at done': { seen: 'done', evidence: {} },
  'stuck at not-done': { seen: 'not-done' },
} as const satisfies Record<string, Observation | undefined>
type Kind = keyof typeof STUCK
const KINDS = Object.keys(STUCK) as Kind[]

type Seen = Observation['seen']
interface Looks {
  readonly before: Readonly<Record<Kind, Seen>>
  readonly after: Readonly<Record<Kind, Seen>>
  /** What `run` left, what was seen of it afterwards, and what running once more came to. */
  readonly left: Outcome | undefined
  readonly seen: Outcome | undefined
  readonly repeated: Outcome | undefined
}

/** One release in which a restart is played before and after each of these steps: looking, and once more running. */
let ground: Ground
const looks = new Map<string, Looks>()
const stands = Promise.withResolvers<string>()

beforeAll(async () => {
  ground = await openGround()
  stands.resolve(await play(ground.stage, { wrap: restarts(), log: (line) => process.stderr.write(`${line}\n`) }))
}, 180_000)
afterAll(() => ground.close())

describe.each(Object.entries(OUTSIDE))('%s after a restart', (name, harmless) => {
  const found = () => looks.get(name) ?? expect.fail(`${name} was never run`)

  test('is seen as not done where it was not', () => {
    expect(found().before['as it is']).toBe('not-done')
    expect(found().before['stuck at done']).toBe('done')
  })

  const title = 'is seen as done where it was, with the evidence that its run left'
  test(ALWAYS_REPEATED.includes(name) ? 'is run again, always' : title, () => {
    const { after, left, seen } = found()
    expect(after['as it is']).toBe(ALWAYS_REPEATED.includes(name) ? 'not-done' : 'done')
    expect(after['stuck at not-done']).toBe('not-done')
    expect(stable(evidenceOf(left))).toEqual(stable(evidenceOf(seen)))
  })

  test(harmless === null ? 'asks again where it was run again' : `may be run again: ${harmless}`, () => {
    const { left, repeated } = found()
    if (harmless === null) expect(repeated).toHaveProperty('changed')
    else expect(evidenceOf(repeated)).toMatchObject(stable(evidenceOf(left)))
  })
})

test('every step that changes something outside is among them', () => {
  const outside = Object.entries(PLAN).filter(([, { effect }]) => effect === 'outside')
  expect(outside.map(([name]) => name).sort()).toEqual(Object.keys(OUTSIDE).sort())
})

test('a release in which each of them was run twice ends as if nothing had happened', async () => {
  expect(await stands.promise).toBe('')
  expect(await faultsOf(ground)).toEqual([])
})

function restarts() {
  const written: Event[] = []
  const journal = (inner: Journal): Journal => ({
    ...inner,
    append: async (number, events) => {
      await inner.append(number, events)
      written.push(...events)
    },
  })
  const perform =
    (inner: Perform): Perform =>
    async (performance) => {
      const planned = performance.deployment.plan.find(({ id }) => id === performance.effect.step)
      if (planned?.effect !== 'outside' || performance.effect.do === 'ask') return inner(performance)
      const now = (): Performance => ({ ...performance, deployment: folded(written), interrupted: true })
      const runners = runnersFor(planned.name)
      const before = new Map<StepName, Looks['before']>()
      for (const [name, runner] of runners) before.set(name, await lookAll(inner, now(), runner))
      const event = await inner(performance)
      const left = outcomeOf(event)
      for (const [name, runner] of runners) {
        const after = await lookAll(inner, now(), runner)
        const seen = outcomeOf(await inner(withRunner(now(), runner)))
        const again: Runner = { ...runner, observe: async () => STUCK['stuck at not-done'] }
        const repeated = outcomeOf(await inner(withRunner(now(), again)))
        looks.set(name, { before: before.get(name) ?? after, after, left, seen, repeated })
      }
      return event
    }
  return { journal, perform }
}

/** A project tags either before publishing or at the end: both steps are looked at where this one tags. */
function runnersFor(name: StepName): readonly (readonly [StepName, Runner])[] {
  const names: readonly StepName[] = name === 'finish.tag' ? ['build.tag', name] : [name]
  return names.flatMap((each) => {
    const runner = RUNNERS[each]
    return runner === undefined ? [] : [[each, runner] as const]
  })
}

async function lookAll(inner: Perform, performance: Performance, runner: Runner): Promise<Looks['before']> {
  const seen = KINDS.map(async (kind) => [kind, await look(inner, performance, runner, STUCK[kind])])
  return Object.fromEntries(await Promise.all(seen))
}

/** What a restart takes the step for: one that would be run only says so. */
async function look(
  inner: Perform,
  performance: Performance,
  runner: Runner,
  stuck: Observation | undefined,
): Promise<Seen> {
  const outcome = outcomeOf(
    await inner(
      withRunner(performance, {
        ...runner,
        ...(stuck && { observe: async () => stuck }),
        run: async () => ({ ok: false, problem: problem('step.bug', { step: '', message: '', number: 0 }) }),
      }),
    ),
  )
  if (outcome?.ok) return 'done'
  return outcome && 'problem' in outcome && outcome.problem.code === 'step.unknown' ? 'unknown' : 'not-done'
}

function withRunner(performance: Performance, runner: Runner): Performance {
  const name = performance.deployment.plan.find(({ id }) => id === performance.effect.step)?.name ?? ''
  return { ...performance, table: { ...performance.table, [name]: runner } }
}

function folded(written: readonly Event[]) {
  const deployment = replay(written)
  if ('brokenAt' in deployment) throw new Error(`event ${deployment.brokenAt} does not follow`)
  return deployment
}

function outcomeOf(event: Awaited<ReturnType<Perform>>): Outcome | undefined {
  return event.type === 'settled' ? event.outcome : undefined
}

function evidenceOf(outcome: Outcome | undefined): Readonly<Record<string, unknown>> {
  return outcome?.ok ? outcome.evidence : { outcome }
}

/** What a step came from differs when it is repeated. */
function stable(evidence: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept = Object.entries(evidence).filter(([name]) => !/^(switchedFrom|servedVersion|pushedOver)/.test(name))
  return Object.fromEntries(kept)
}
