/** What a form suggests while it is filled in, of what the person may do something with. */
import { expect, test } from 'vitest'
import { FORMS } from '../../commands/forms.ts'
import { createSuggest } from '../../commands/suggest.ts'
import type { Desk } from '../../src/ports/desk.ts'
import type { Actor } from '../../src/release/actor.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { problem } from '../../src/release/problems.ts'
import { ANA, drive, person, project } from '../release/sample.ts'

const place = { platform: 'terminal', channel: 'terminal' } as const
const STRANGER = person('eve')

/** A deployment that is stopped with a fix on offer, and asks which way back. */
function stopped(): Deployment {
  const hand = drive(project)
  hand.start()
  hand.run()
  const now = hand.now()
  const [gate] = now.gates
  if (gate === undefined) throw new Error('it waits at its gate')
  const options = [
    { name: 'phase', label: 'Roll back the server alone', digest: 'd' },
    { name: 'everything', label: 'Roll back everything', digest: 'e' },
  ]
  const offers = [{ id: 'fix.redeploy:one.1', title: 'Run the deployment script again (one)' }]
  return { ...now, gates: [{ ...gate, options }], stops: [{ at: 1, failed: [], offers }] } as never
}

/** Of #42 and nothing else. */
function desk(): Desk {
  const deployment = stopped()
  const known: Partial<Desk> = {
    now: () => 0,
    projects: [project],
    open: () => [deployment],
    projectFor: () => project,
    history: async () => [{ number: 7, project: 'harbour', version: '3.1.2+001', status: 'complete' }] as never,
    find: async (number = 42) =>
      number === 42 ? deployment : problem('request.no-such-deployment', { number: String(number) }),
  }
  return known as Desk
}

const suggested = async (form: string, field: string, actor: Actor, values = {}) =>
  (await createSuggest()(form, field, { actor, place, values }, desk())).map(({ value }) => value)

test.each([
  ['approve', 'number', [42, 7]],
  ['rollback', 'number-or-version', ['3.1.2+001']],
  ['verify', 'version', ['3.1.2+001']],
  ['verify', 'project', ['harbour']],
  ['fix', 'fix', ['fix.redeploy:one.1']],
  ['approve', 'plan', ['phase', 'everything']],
  ['deny', 'reason', []],
] as const)('%s, %s: %j', async (form, field, values) => {
  expect(await suggested(form, field, ANA)).toEqual(values)
})

test('steps are those of the deployment that stands in the form already', async () => {
  expect(await suggested('logs', 'step', ANA, { number: 42 })).toContain('aur.submit')
  expect(await suggested('logs', 'step', ANA, { number: 43 })).toEqual([])
})

test.each([
  ['logs', 'step'],
  ['fix', 'fix'],
  ['approve', 'plan'],
])('nothing of a deployment is suggested to a stranger: %s, %s', async (form, field) => {
  expect(await suggested(form, field, STRANGER)).toEqual([])
})

test('what a part can be is known beforehand', () => {
  const only = FORMS.find(({ name }) => name === 'rollback')?.fields.find(({ name }) => name === 'only')
  expect(only?.choices).toEqual(expect.arrayContaining(['vps', 'aur', 'build', 'git']))
})
