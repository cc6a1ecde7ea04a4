import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FORMS } from '../../commands/forms.ts'
import { parseCommand } from '../../commands/parse.ts'
import { isProblem } from '../../src/release/problems.ts'
import { commandFaults } from '../discord-server/commands.ts'

const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      fc.constantFrom('--dry-run', '"a"', '#3', '/', '-'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join(' ').replace(/\s+/gu, ' ').trim())
  .filter((text) => text !== '')

test('whatever is filled into a form is one command of its name, and sets no flag that was not set', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FORMS),
      fc.infiniteStream(words),
      fc.nat(9_999),
      fc.boolean(),
      (form, texts, number, flag) => {
        const filled = form.fields
          .filter(({ required }) => required || number % 3 > 0)
          .map(
            ({ name, kind }) =>
              [name, kind === 'flag' ? flag : kind === 'number' ? number + 1 : (texts.next().value ?? '')] as const,
          )
        const request = parseCommand(form.write(Object.fromEntries(filled)))
        if (isProblem(request)) throw new Error(`${form.write(Object.fromEntries(filled))}: ${request.what}`)
        expect(request.kind).toBe(form.name)
        expect(form.read(form.write(Object.fromEntries(filled)))).toBeDefined()
        const raised = Object.values(request).filter((value) => value === true).length
        expect(raised).toBe(filled.filter(([, value]) => value === true).length)
      },
    ),
    { numRuns: 400 },
  )
})

test('every command can be registered', () => {
  const about = (text: string) => [...text].slice(0, 100).join('')
  const options = (form: (typeof FORMS)[number]) =>
    form.fields.map((field) => ({ ...field, description: about(field.about), type: 3 }))
  const given = FORMS.map((form) => ({ name: form.name, description: about(form.summary), options: options(form) }))
  expect(
    commandFaults(given.map((each) => ({ ...each, options: each.options.map(({ choices: _, ...option }) => option) }))),
  ).toEqual([])
})
