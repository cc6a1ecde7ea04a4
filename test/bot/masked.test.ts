/** Secrets stay inside: what somebody pastes, and what a step read from a file, is hidden in chat and journal. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maskedEvent } from '../../src/bot/masked.ts'
import { problem } from '../../src/release/problems.ts'
import { createMasker } from '../../src/release/redact.ts'
import { textOf } from '../card-text.ts'
import { openHouse } from '../stories/house.ts'

const SECRET = 'hunter2-and-more'
const { mask } = createMasker([{ name: 'SLACK_BOT_TOKEN', value: SECRET }])
const bound = { commands: `[["deploy","${SECRET}"]]` }
const card = { sections: [{ kind: 'text' as const, text: SECRET }], files: [{ name: 'aur.diff', text: `+${SECRET}` }] }
const settled = { type: 'settled', step: 'x', attempt: 1, at: 1 } as const

test.each([
  ['of evidence and notes', { ok: true, evidence: { said: [SECRET] }, notes: [`it says ${SECRET}`] }],
  [
    'of a problem and its log',
    { ok: false, problem: problem('step.bug', { step: SECRET, message: SECRET, number: 1 }, [SECRET]) },
  ],
] as const)('no secret %s reaches the journal', (_, outcome) => {
  const written = JSON.stringify(maskedEvent({ ...settled, outcome }, mask))
  expect(written).not.toContain(SECRET)
  expect(written).toContain('[SLACK_BOT_TOKEN hidden]')
})

test.each([
  ['asks', { type: 'asked', step: 'x', attempt: 1, at: 1, content: { bound, card } }],
  ['asks again', { ...settled, outcome: { ok: false, changed: { bound, card } } }],
] as const)('what a gate shows when it %s is masked, and what it binds is what will be compared', (_, event) => {
  const written = JSON.stringify(maskedEvent(event, mask))
  expect(written.split(SECRET)).toHaveLength(2)
  expect(written).toContain(JSON.stringify(bound))
})

test('the plans that a gate offers go through as they are: each is approved by its own digest', () => {
  const options = [{ name: 'everything', label: 'Roll back everything', bound: { steps: 'rollback.git' } }]
  const event = { type: 'asked', step: 'x', attempt: 1, at: 1, content: { bound, card, options } } as const
  expect(maskedEvent(event, mask)).toMatchObject({ content: { options } })
})

test('a token pasted into a command is neither answered, posted nor written down', async () => {
  const house = await openHouse({ makepkg: 'stand-in' })
  const token = 'ghp_0123456789abcdefABCDEF0123456789'
  try {
    const refusal = await house.asks(`depoly ${token}`)
    await house.says(`deploy 3.1.3 --notes "fixed with ${token} today"`)
    const first = await house.posted('first')
    const written = await readFile(join(house.dataFolder, 'open', '1.json'), 'utf8')
    for (const said of [refusal && textOf(refusal), textOf(first), written]) expect(said).not.toContain(token)
    expect(written).toContain('fixed with [hidden] today')
  } finally {
    await house.close()
  }
})
