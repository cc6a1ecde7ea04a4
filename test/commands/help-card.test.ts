import { describe, expect, test } from 'vitest'
import { spellForShell } from '../../adapters/socket/words.ts'
import { helpCard } from '../../commands/help-card.ts'
import { parseCommand } from '../../commands/parse.ts'
import { COMMANDS } from '../../commands/table.ts'
import { isProblem } from '../../src/release/problems.ts'
import { textOf } from '../card-text.ts'

describe('the help', () => {
  test('one command in full says how it is written, what each part is, and an example', () => {
    expect(textOf(helpCard('/logs'))).toBe(`-- /logs
  The log of a step, as a file.

    /logs [#number] [step]

  [#number]  The number of the deployment. Left out: the one that is open here.
  [step]     The step, such as aur.test-package. Left out: the one that failed
             or runs.

  For example:
    /logs #42 build.target:linux`)
  })

  test('names every command, each in at most 80 columns', () => {
    const text = textOf(helpCard())
    for (const name of Object.keys(COMMANDS)) expect(text).toContain(`/${name}`)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('a mistyped command gets the help of the nearest one', () => {
    expect(textOf(helpCard('deplyo'))).toContain('/help deploy')
    expect(textOf(helpCard('xyzzy'))).toContain('/help')
  })

  test.each(Object.values(COMMANDS))('the example of $name works as it stands', ({ name, example }) => {
    const request = parseCommand(example)
    expect(isProblem(request) ? request.what : request.kind).toBe(name)
  })
})

test('in a shell only the name of a command is spelled, and no bracket is quoted', () => {
  const said = [helpCard(undefined, spellForShell), helpCard('deploy', spellForShell)].map((card) =>
    JSON.stringify(card),
  )
  expect(said[0]).toContain('npm run slipway -- logs [#number] [step]')
  expect(said[1]).toContain('npm run slipway -- deploy [version] [--dry-run]')
})
