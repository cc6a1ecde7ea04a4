import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import type { Card } from '../../src/release/card.ts'
import { wideTextOf } from '../card-text.ts'
import { type Grounds, openGrounds } from './house.ts'
import { person, type TestBot } from './test-bot.ts'

let grounds: Grounds
beforeAll(async () => {
  grounds = await openGrounds()
})
afterAll(() => grounds.close())

const eve = person('eve')
const mayNotCancel = (number: number) => `!! eve may not cancel #${number}.
  Its requester, you, the approvers and the admins may. This account is eve on
  terminal.

  Ask one of you.`

describe('where no roles are configured', () => {
  test('nobody deploys, not even without effect, and the refusal names the lines to add', async () => {
    const bot = await grounds.startBot(({ projects: { harbour } }) => ({
      projects: { harbour: { ...harbour, onCall: [], access: { view: 'everyone' } } },
    }))
    const refusal = `!! Nobody may deploy Harbour yet.
  What is not granted is refused, and access.deploy in slipway.yaml names
  nobody. This account is you on terminal.

  Have the owner of the machine add these lines to slipway.yaml and start
  Slipway again.

  In slipway.yaml:
    roles:
      team: { terminal: ["you"] }
    projects:
      harbour:
        access: { deploy: [team] }`
    for (const line of ['deploy', 'deploy 3.1.3', 'deploy 3.1.3 --dry-run']) expect(await bot.says(line)).toBe(refusal)
    expect(await bot.says('status')).toMatch(/^-- Nothing is being deployed\n/)
  })

  test('nobody approves, which stops a deployment before anything is done', async () => {
    const bot = await grounds.startBot((configuration) => {
      configuration.projects.harbour.access.approve = []
      return configuration
    })
    await bot.says('deploy 3.1.3')
    expect(bot.findings(await bot.nextStop())).toBe(`!! #1: Harbour 3.1.3+001 stopped: Who may answer the gates
  The gate aur-submit takes 1 to approve it, and nobody may.

  Whoever is not granted approve in slipway.yaml is refused.

  - Also: The gate rollback takes 1 to approve it, and nobody may. Add people to slipway.yaml, as in the lines below.

  Add people to slipway.yaml, as in the lines below.

  In slipway.yaml:
    roles:
      release-managers: { slack: { users: [U012AB3CD] }, discord: { users: ["334455"] }, terminal: [ana] }
    projects:
      harbour:
        access: { approve: [release-managers] }`)
    await bot.says('cancel')
  })
})

describe('a deployment that is stopped', () => {
  let bot: TestBot
  beforeAll(async () => {
    bot = await grounds.startBot((configuration) => {
      Object.assign(configuration.projects.harbour.aur, { maintainer: 'somebody' })
      return configuration
    })
  })

  test('is not there yet: commands without it say so', async () => {
    const none = /^!! There is no deployment yet\.\n/
    for (const line of ['retry', 'cancel', 'logs']) expect(await bot.says(line)).toMatch(none)
    for (const line of ['status #9', 'retry #9', 'cancel #9', 'approve #9', 'deny #9', 'logs #9'])
      expect(await bot.says(line)).toBe(`!! There is no deployment #9.
  It was never started here, or its number was mistyped.

  See which there are.

    /history`)
    expect(await bot.says('deny')).toMatch(/^!! deny needs the number of a deployment\.\n/)
    await bot.says('deploy 3.1.3')
    await bot.nextStop()
  })

  test('is seen by everybody, and touched only by those who may deploy', async () => {
    const refusal = `!! eve may not deploy Harbour.
  It takes one of the roles under access.deploy: crew. This account is eve on
  terminal.

  Ask one of you. Or have an admin add the account to such a role in
  slipway.yaml and start Slipway again.

  In slipway.yaml:
    roles:
      crew: { terminal: ["eve"] }  # beside those who are there`
    for (const line of ['deploy 3.1.4', 'logs #1', 'retry #1', 'retry']) expect(await bot.says(line, eve)).toBe(refusal)
    expect(await bot.says('status', eve)).toMatch(/^!! #1: Harbour 3\.1\.3\+001 is stopped\n/)
    expect(await bot.says('cancel', eve)).toBe(mayNotCancel(1))
  })

  test('asks nothing, so that no answer counts', async () => {
    expect(await bot.says('approve #1')).toBe(`!! Nothing of #1 waits for an answer.
  Its status is stopped.

  See what it is doing.

    /status #1`)
  })

  test('is followed by one deployment where the same delivery comes twice', async () => {
    const place = { platform: 'terminal', channel: 'terminal' } as const
    const delivery = { id: 'delivery-7', actor: person('you'), place, text: 'deploy 3.2.0' }
    await Promise.all([bot.bot.handle(delivery), bot.bot.handle(delivery)])
    await bot.bot.handle(delivery)
    expect(await bot.says('status #2')).toMatch(/^-- #2: Harbour 3\.2\.0\+001 waits for its turn\n/)
    expect(await bot.says('status #3')).toMatch(/^!! There is no deployment #3\.\n/)
  })

  test('is not cancelled by a stranger, nor is one that waits for it', async () => {
    for (const number of [1, 2]) expect(await bot.says(`cancel #${number}`, eve)).toBe(mayNotCancel(number))
    expect(await bot.says('status #2')).toMatch(/^-- #2: Harbour 3\.2\.0\+001 waits for its turn\n/)
  })

  test('has to be named where others are open, too', async () => {
    for (const line of ['retry', 'cancel', 'logs'])
      expect(await bot.says(line)).toMatch(/^!! It is not clear which deployment you mean\.\n/)
    expect(await bot.says('retry #2')).toBe(`!! #2 has nothing to retry.
  Its status is queued; a retry is for a deployment that a problem has stopped.

  See what it is doing.

    /status #2`)
  })

  test('is cancelled by its requester, as is one that waits; both left nothing', async () => {
    expect(await bot.says('cancel #2')).toBe('')
    expect(await bot.says('cancel #1')).toBe('')
    for (const [number, version] of [
      [2, '3.2.0'],
      [1, '3.1.3'],
    ] as const) {
      const result = await bot.until(({ key }) => key === `${number}/result`)
      expect(withoutTime(bot.read(result))).toBe(`-- #${number}: Harbour ${version}+001 was cancelled
  you cancelled it; ended TIME.

  Users still have 3.1.2+001: nothing has reached their installs or the server's visitors.

  It left nothing outside this machine.

  /deploy ${version}+001 --project harbour starts it again.`)
    }
    expect(await bot.says('cancel #1')).toBe(`!! #1 has already ended.
  Its status is cancelled, and that no longer changes.

  See what it left.

    /status #1`)
    expect(await bot.says('retry #1')).toMatch(/^!! #1 has nothing to retry\.\n {2}Its status is cancelled;/)
  })
})

test('a question counts only answers of people who may give them, and a cancel lists what took effect', async () => {
  const bot = await grounds.startBot(({ roles, ...rest }) => {
    Object.assign(rest.projects.harbour, { approvals: { needed: 2 } })
    rest.projects.harbour.access.approve = ['masters']
    const masters = ['ana', 'ben', 'cleo']
    const people = Object.fromEntries(['you', ...masters].map((name) => [name, { terminal: name }]))
    return { ...rest, roles: { ...roles, masters: { terminal: masters } }, people }
  })
  await bot.says('deploy 3.1.3')
  const gate = bot.read(await bot.until(({ key }) => key === '1/gate:aur-submit.1'))
  expect(gate).toMatch(/^ {2}Who may answer {2}ana, ben or cleo$/m)

  for (const [who, words] of [
    [eve, 'eve may not answer this question.'],
    [person('you'), 'you may not answer this question.'],
    [person('ana', { vouched: false }), 'This press does not count.'],
  ] as const)
    expect(await bot.says('approve #1', who)).toMatch(new RegExp(`^!! ${words}\n`))
  expect(await bot.says('approve #1', eve)).toBe(`!! eve may not answer this question.
  It takes one of the roles under access.approve: masters. This account is eve
  on terminal.

  Ask one of: ana, ben, cleo. Or have an admin add the account to such a role in
  slipway.yaml and start Slipway again.

  In slipway.yaml:
    roles:
      masters: { terminal: ["eve"] }  # beside those who are there`)

  expect(await bot.says('approve #1', person('ana'))).toBe('')
  expect(await bot.says('approve #1', person('ana'))).toMatch(/^!! ana has approved already\.\n/)
  expect(await bot.says('cancel', eve)).toMatch(/^!! eve may not cancel #1\.\n/)
  expect(await bot.says('cancel')).toBe('')
  const result = withoutTime(bot.read(await bot.until(({ key }) => key === '1/result')))
  expect(result.replace(/[0-9a-f]{40}|\b[0-9a-f]{12}\b/g, 'COMMIT')).toBe(`-- #1: Harbour 3.1.3+001 was cancelled
  you cancelled it; ended TIME.

  Users still have 3.1.2+001: nothing has reached their installs or the server's visitors.

  What exists already:
  - Origin has the release commit COMMIT on master.
  - The package is public at https://127.0.0.1:PORT/harbour-3.1.3-001-x86_64.tar.gz.
  - pier has the release staged beside what serves.

  /deploy 3.1.3+001 --project harbour starts it again with the same commit. Leaving all of it as it is does no harm: the next release goes over it. /rollback #1 asks what of it to take back.

  Roll back: /rollback #1`)
  expect(await bot.says('approve #1', person('ben'))).toMatch(/^!! That question is closed: you cancelled #1\.\n/)
  const audit = wideTextOf((await bot.asks('history --audit')) as Card)
  for (const told of [
    /eve on terminal +was refused "approve #1": eve may not answer this question\./,
    /you on terminal +was refused "approve #1": you may not answer this question\./,
    /ana on terminal +was refused "approve #1": This press does not count\./,
    /ana on terminal +approved aur-submit\.1 of #1/,
    /ana on terminal +was refused "approve #1": ana has approved already\./,
    /eve on terminal +was refused "cancel": eve may not cancel #1\./,
    /ben on terminal +was refused "approve #1": That question is closed: you cancelled #1\./,
  ])
    expect(audit).toMatch(told)
})

test('a running deployment ends what it has running, and lists exactly what took effect by then', async () => {
  const { world } = grounds
  const bot = await grounds.startBot()
  await bot.says('deploy 3.2.0')
  await bot.until(({ key, card }) => key === '1/progress' && /^ {2}Version +(running|done)/m.test(bot.read(card)))
  expect(await bot.says('cancel #1', eve)).toBe(mayNotCancel(1))
  expect(await bot.says('cancel')).toBe('')
  const result = bot.read(await bot.until(({ key }) => key === '1/result'))
  expect(result).toMatch(/^-- #1: Harbour 3\.2\.0\+001 was cancelled\n/)
  const pushed = (await git(world.origin.folder, ['log', '-1', '--format=%s', 'master'])).includes('3.2.0+001')
  const published = (await readdir(world.published.folder)).includes('harbour-3.2.0-001-x86_64.tar.gz')
  expect(result.includes('Origin has the release commit')).toBe(pushed)
  expect(result.includes('The package is public at')).toBe(published)
})

function withoutTime(card: string): string {
  return card.replace(/\d{2}:\d{2} UTC/g, 'TIME')
}
