import { describe, expect, test } from 'vitest'
import type { Network } from '../../../src/ports/network.ts'
import { type ProblemCode, problem } from '../../../src/release/problems.ts'
import type { Project } from '../../../src/release/project.ts'
import { diagnoseNow } from '../../../src/runners/troubleshoot/diagnose.ts'
import { drive, project } from '../../release/sample.ts'
import { makeBench } from '../make-context.ts'
import { answers } from '../world.ts'

const previous = { release: { version: '3.1.2', build: '001', full: '3.1.2+001' }, sources: ['journal'], commit: 'p' }
const nobody: Network = {
  reach: async () => ({ resolved: true, tried: [{ family: 4, address: '192.0.2.1', fault: 'no answer' }] }),
}

/** A deployment as it is when a step ended with a problem; without one, while it runs. */
function deployment(step: string, code?: ProblemCode, of: Project = project) {
  const hand = drive(of, { previous })
  hand.start()
  hand.until(step)
  if (code !== undefined) hand.settle(step, { ok: false, problem: problem(code, {} as never) })
  return hand.now()
}

function now(of: ReturnType<typeof deployment>) {
  const { ports, folders, ran, intents } = makeBench({ ports: { network: nobody, http: answers({}) } })
  return { ran, intents, ways: diagnoseNow({ deployment: of, folders, ports, signal: AbortSignal.timeout(60_000) }) }
}

describe('a diagnosis asked for by a person', () => {
  test('of a failure goes the way that the tree goes, up to the fix that would follow', async () => {
    const before = deployment('version.push', 'preflight.remote-unreachable')
    const frozen = JSON.stringify(before)
    const { ways, intents } = now(before)
    expect(await ways).toEqual([
      {
        branch: 'network',
        title: 'Network',
        looks: [expect.objectContaining({ question: 'Does this machine reach anything outside?', answer: 'none' })],
        fix: { title: 'Wait until it answers again', risk: 'safe' },
      },
    ])
    expect([JSON.stringify(before), intents]).toEqual([frozen, []])
  })

  test.each([
    ['nothing failed', undefined],
    ['a person has refused something', 'version.push-protected'],
  ] as const)('where %s asks what every branch asks, and leads to no fix', async (_, code) => {
    const ways = await now(deployment('version.push', code)).ways
    expect(ways.map(({ branch }) => branch)).toEqual(['version', 'build', 'aur', 'vps', 'network'])
    expect(ways.flatMap(({ fix }) => fix ?? [])).toEqual([])
    expect(ways.every(({ looks }) => looks.length > 0 && looks.every(({ found }) => found !== ''))).toBe(true)
  })

  test('asks nothing about an AUR and servers that the project does not have', async () => {
    const { aur, vps, ...without } = project
    const ways = await now(deployment('version.push', undefined, without)).ways
    expect(ways.map(({ branch }) => branch)).toEqual(['version', 'build', 'network'])
  })

  test('asks a server that cannot be reached nothing more', async () => {
    const [way] = (await now(deployment('version.push')).ways).filter(({ branch }) => branch === 'vps')
    expect(way?.looks.map(({ question, answer }) => [question, answer])).toEqual(
      ['one', 'two', 'three', 'four'].map((host) => [`Can the server be reached over ssh? (${host})`, 'no']),
    )
  })
})
