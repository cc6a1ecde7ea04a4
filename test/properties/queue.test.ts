import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Deployment } from '../../src/release/deployment.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import type { Project } from '../../src/release/project.ts'
import { compareReleases, releaseOf } from '../../src/release/version.ts'
import { type FakeBot, fakeBot, plain } from '../bot/fake-bot.ts'

const PROJECTS: readonly Project[] = ['harbour', 'pier', 'quay'].map((name) => ({
  ...plain,
  name,
  title: name,
  documentation: [],
  build: { isolation: { kind: 'none' }, environment: [], clean: [], targets: [] },
}))
const TARGETS = ['3.1.3', '3.1.4', '3.2.0', '4.0.0', 'patch', 'major']

/** What somebody sends: a project and a target by their places. */
const asked = fc.record({ project: fc.nat(2), target: fc.nat(TARGETS.length - 1) })

const move = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('deploy' as const), all: fc.array(asked, { minLength: 1, maxLength: 2 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      times: fc.integer({ min: 1, max: 12 }),
      pick: fc.nat(30),
    }),
  },
  /** Steps end while what is released is being looked up. */
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('slow' as const), asked, times: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), pick: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), pick: fc.nat(40) }) },
  /** The process is killed while somebody is being answered. */
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('kill' as const), during: fc.option(asked), turns: fc.nat(12) }),
  },
)

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never
interface Sent {
  readonly id: string
  readonly text: string
  readonly answers: string[]
}

/** One run: the bot, and everything that was sent to it. */
interface Run {
  readonly bot: FakeBot
  readonly sent: Sent[]
  /** What a look at what is released waits for. */
  readonly look: { until: Promise<void> }
}

const lineOf = ({ project, target }: { readonly project: number; readonly target: number }) =>
  `deploy ${TARGETS[target]} --project ${PROJECTS[project]?.name}`

async function send({ bot, sent }: Run, text: string): Promise<void> {
  const one: Sent = { id: `delivery-${sent.length}`, text, answers: [] }
  sent.push(one)
  await deliver(bot, one)
}

async function deliver(bot: FakeBot, one: Sent): Promise<void> {
  one.answers.push(await bot.says(one.text, { id: one.id }))
}

async function play(run: Run, one: Move): Promise<void> {
  const { bot, sent } = run
  switch (one.do) {
    case 'deploy':
      await Promise.all(one.all.map((each) => send(run, lineOf(each))))
      return
    case 'settle':
      for (let count = 0; count < one.times; count += 1) await bot.settle(one.pick + count)
      return
    case 'slow': {
      const { promise, resolve } = Promise.withResolvers<void>()
      run.look.until = promise
      const sending = send(run, lineOf(one.asked))
      for (let count = 0; count < one.times; count += 1) await bot.settle()
      resolve()
      await sending
      await bot.passes(0)
      return
    }
    case 'fail':
      await bot.settle(one.pick, false)
      return
    case 'cancel': {
      const open = bot.deployments().filter(({ endedAt }) => endedAt === undefined)
      const meant = open[one.pick % Math.max(1, open.length)]
      if (meant !== undefined) await send(run, `cancel #${meant.number}`)
      return
    }
    case 'again': {
      const before = sent[one.pick % Math.max(1, sent.length)]
      if (before !== undefined) await deliver(bot, before)
      return
    }
    case 'kill': {
      const during = one.during === null ? undefined : send(run, lineOf(one.during))
      for (let turn = 0; turn < one.turns; turn += 1) await Promise.resolve()
      await bot.restart()
      await during
      const last = sent.at(-1)
      if (one.during !== null && last !== undefined) await deliver(bot, last)
    }
  }
}

const isOpen = ({ endedAt }: Deployment) => endedAt === undefined
const isBegun = ({ startedAt }: Deployment) => startedAt !== undefined

/** What holds at every moment. */
function expectOrder({ bot }: Run): void {
  const all = bot.deployments()
  for (const { name } of PROJECTS) {
    const line = all.filter(({ project }) => project.name === name)
    const open = line.filter(isOpen)
    const begun = open.filter(isBegun)
    expect(begun.length, `${name}: one at a time`).toBeLessThanOrEqual(1)
    if (open.length > 0) expect(begun.length, `${name}: somebody has the turn`).toBe(1)
    const started = line
      .filter(isBegun)
      .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || a.number - b.number)
    expect(started.map(({ number }) => number)).toEqual(started.map(({ number }) => number).toSorted((a, b) => a - b))
    const waiting = open.filter((each) => !isBegun(each))
    for (const [index, { number }] of waiting.entries())
      expect(bot.post(`${number}/first`)).toMatch(new RegExp(`Place +${index + 2}: `))
  }
  for (const name of bot.running())
    expect(all.find(({ number }) => name.startsWith(`${number} `))?.startedAt).toBeDefined()
}

/** Each delivery came to one deployment or to one answer, and no version is under way twice. */
function expectNothingLostOrDoubled({ bot, sent }: Run): void {
  const all = bot.deployments()
  const begunBy = all.map(({ deliveries }) => deliveries[0])
  expect(new Set(begunBy).size).toBe(begunBy.length)
  expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1))
  for (const { id, text, answers } of sent.filter((each) => each.text.startsWith('deploy'))) {
    const own = begunBy.filter((each) => each === id).length
    const told = answers.some((answer) => answer !== '') ? 1 : 0
    expect(`${text} came to ${own + told}`).toBe(`${text} came to 1`)
  }
  const complete = all.filter(({ status }) => status === 'complete')
  for (const { project, number, previous } of all.filter(isBegun)) {
    const before = complete.filter((each) => each.project.name === project.name && each.number < number)
    const [newest = releaseOf('3.1.2', '001')] = before
      .map(({ release }) => release)
      .sort((a, b) => compareReleases(b, a))
    expect(`#${number} after ${previous?.release.full}`).toBe(`#${number} after ${newest.full}`)
  }
  const released = complete.map(({ project, release }) => `${project.name} ${release.full}`)
  expect(new Set(released).size).toBe(released.length)
}

/** Goes on until nothing is open: whatever stopped is ended by a person. */
async function end(run: Run): Promise<void> {
  for (let count = 0; count < 100; count += 1) {
    await run.bot.finish()
    expectOrder(run)
    const stopped = run.bot.deployments().find(isOpen)
    if (stopped === undefined) return
    await send(run, `cancel #${stopped.number}`)
  }
  throw new Error('it does not end')
}

async function newRun(): Promise<Run> {
  const look = { until: Promise.resolve() }
  return { bot: await fakeBot({ projects: PROJECTS, looks: () => look.until }), sent: [], look }
}

test('whatever is asked, cancelled and killed in between: one at a time, in order, at the place that was said, each after what was released before it, and nothing is lost or doubled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 25, size: 'max' }), async (moves) => {
      const run = await newRun()
      for (const one of moves) {
        await play(run, one)
        expectOrder(run)
      }
      await end(run)
      expectNothingLostOrDoubled(run)
    }),
    { numRuns: 20, seed: 3 },
  )
})

test.each([2, 20])('%i at once on three projects', async (count) => {
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: count, maxLength: count }), fc.nat(200), async (all, turns) => {
      const run = await newRun()
      const sending = Promise.all(all.map((each) => send(run, lineOf(each))))
      if (turns < 100) {
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
        await run.bot.restart()
        await sending
        for (const each of run.sent) await deliver(run.bot, each)
      }
      await sending
      expectOrder(run)
      await end(run)
      expectNothingLostOrDoubled(run)
    }),
    { numRuns: 5, seed: 20 },
  )
})

test('the projects of this test have several steps', () => {
  expect(planFor(PROJECTS[0] ?? plain).length).toBeGreaterThan(5)
})
