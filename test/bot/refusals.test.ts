/** Who was refused what, and from where, stands in the audit beside what was done; what was merely mistyped does not. */
import { expect, test } from 'vitest'
import type { Project } from '../../src/release/project.ts'
import { person } from '../release/sample.ts'
import { fakeBot, plain } from './fake-bot.ts'

const EVE = person('eve')
const inSlack = person('UMAL', { platform: 'slack', name: 'Mallory' })

test('every command and every press that was refused, by whom it was and from which account', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  for (const line of ['deploy 9.9.9', 'lock', 'cancel #1', 'approve #1', 'deny #1 no', 'logs #1'])
    await bot.says(line, { actor: EVE })
  await bot.says('deploy 8.0.0 --override "it burns"', { actor: inSlack })
  const audit = await bot.says('history --audit')
  for (const [who, what] of [
    ['eve on terminal', 'was refused "deploy 9.9.9": eve may not deploy '],
    ['eve on terminal', 'was refused "lock": eve may not deploy '],
    ['eve on terminal', 'was refused "cancel #1": eve may not cancel #1.'],
    ['eve on terminal', 'was refused "approve #1": Nothing of #1 waits for an answer.'],
    ['eve on terminal', 'was refused "deny #1 no": Nothing of #1 waits for an answer.'],
    ['eve on terminal', 'was refused "logs #1": eve may not deploy '],
    ['UMAL on slack', 'was refused "deploy 8.0.0 --override "it burns"": Mallory may not deploy '],
  ])
    expect(audit).toMatch(new RegExp(`${who} +${what?.replace(/[.#"]/g, '\\$&')}`))
  expect(audit).toContain('asked for the release #1')
})

test('a command that was mistyped, or that came too late, is no refusal', async () => {
  const bot = await fakeBot()
  for (const line of ['deplyo 3.1.3', 'cancel #7', 'retry', 'approve #7', 'deploy x']) await bot.says(line)
  expect(await bot.says('history --audit')).toContain('Nobody has done anything yet')
})

test('who comes to what is under way already is named too', async () => {
  const bot = await fakeBot()
  await bot.says('deploy 3.1.3')
  await bot.says('deploy 3.1.3', { actor: person('ben') })
  expect(await bot.says('history --audit')).toMatch(/ben on terminal +asked for what is under way as #1/)
})

test('refusals never push what was done out of sight, and are told only of projects that may be looked at', async () => {
  const secret: Project = { ...plain, name: 'secret', title: 'Secret', access: { ...plain.access, view: ['team'] } }
  const bot = await fakeBot({ projects: [plain, secret] })
  await bot.says('deploy 3.1.3 --project harbour')
  await bot.says('lock --project secret', { actor: EVE })
  for (let n = 0; n < 45; n += 1) await bot.says('lock --project harbour', { actor: inSlack })
  const shown = await bot.says('history --audit', { actor: EVE })
  expect(shown).toContain('asked for the release #1')
  expect(shown.match(/was refused/g)).toHaveLength(10)
  expect(shown).not.toContain('secret')
})
