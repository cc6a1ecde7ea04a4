import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { renderCard } from '../../adapters/discord/render.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import type { Button, Card, Section } from '../../src/release/card.ts'
import { moment } from '../../src/release/report/moment.ts'
import { faultsOf, pingsOf } from '../discord-server/validate.ts'

/** Texts as the world has them: empty, blank, huge, in every script, with half characters, markdown and mentions. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\n\n',
    '```',
    '@everyone',
    '<@123456>',
    '<@&77>',
    '\ud83d',
    '👩‍👩‍👧',
    '**',
    '\\',
    '[a](https://b)',
  ),
  fc
    .tuple(fc.constantFrom('x', '👍', '\\', '`', 'ab\n', '_'), fc.nat(6_000))
    .map(([letter, times]) => letter.repeat(times)),
)
const texts = fc.array(text, { maxLength: 12 })

const section: fc.Arbitrary<Section> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text }),
  fc.record({ kind: fc.constant('list' as const), title: text, items: texts }),
  fc.record({ kind: fc.constant('fields' as const), fields: fc.array(fc.tuple(text, text), { maxLength: 40 }) }),
  fc.record(
    {
      kind: fc.constant('table' as const),
      head: texts,
      rows: fc.array(texts, { maxLength: 12 }),
      judged: fc.constant(true as const),
    },
    { requiredKeys: ['kind', 'head', 'rows'] },
  ),
  fc.record({ kind: fc.constant('code' as const), title: text, text, copy: fc.boolean() }),
  fc.record({
    kind: fc.constant('phases' as const),
    phases: fc.array(
      fc.record({
        title: text,
        state: fc.constantFrom('pending' as const, 'running' as const, 'left out' as const),
        done: fc.nat(),
        of: fc.nat(),
        elapsedMinutes: fc.double({ noNaN: true }),
        plannedMinutes: fc.double({ noNaN: true }),
        current: texts,
      }),
      { maxLength: 12 },
    ),
  }),
)

const button: fc.Arbitrary<Button> = fc.record({
  label: text,
  style: fc.constantFrom('primary' as const, 'danger' as const, 'plain' as const),
  command: fc.nat(99).map((number) => `approve #${number}`),
})

const card: fc.Arbitrary<Card> = fc.record({
  title: text,
  tone: fc.constantFrom('neutral' as const, 'running' as const, 'waiting' as const, 'good' as const, 'bad' as const),
  sections: fc.array(section, { maxLength: 40 }),
  buttons: fc.array(button, { maxLength: 40 }),
  files: fc.constant([]),
})

const ids = fc.array(fc.bigInt({ min: 1n, max: 2n ** 63n }).map(String), { maxLength: 50 })

const { idOf } = createButtonBook()
const render = (each: Card, accounts: readonly string[] = [], groups: readonly string[] = []) => {
  const mentions = { discord: { accounts, groups }, slack: { accounts: ['U1'], groups: ['S1'] } }
  return renderCard({ ...each, mentions }, { footer: '42/first', idOf })
}

describe('any card, in Discord', () => {
  test('is a message that Discord takes, pings exactly those who are named, and gives what it cut as a file', () => {
    fc.assert(
      fc.property(card, ids, ids, (each, users, roles) => {
        const { whole, ...message } = render(each, users, roles)
        expect(faultsOf(message)).toEqual([])
        const named = [...new Set(roles)].slice(0, 20).concat([...new Set(users)].slice(0, 20))
        expect(pingsOf(message)).toEqual(named)
        const { title = '', description = '' } = message.embeds[0] ?? {}
        const saysSo = /… \(\d+ more lines?\)|… \(more characters than fit\)/.test(description) || title.endsWith('…')
        if (whole !== undefined) expect(saysSo).toBe(true)
        if (saysSo && !JSON.stringify(each).includes('…')) expect(whole).toBeDefined()
      }),
      { numRuns: 60 },
    )
  })

  test('is given whole as a file where of many short sections the last do not fit', () => {
    const sections: Section[] = Array.from({ length: 40 }, (_, index) => ({
      kind: 'text',
      text: `${index} `.padEnd(190, 'x'),
    }))
    const { embeds, whole } = render({ title: 't', tone: 'good', sections, buttons: [], files: [] })
    expect(embeds[0]?.description).toContain('more lines')
    expect(whole).toContain('\n39 xxx')
  })

  test('has each button once', () => {
    const twice: Button[] = ['Retry', 'Again'].map((label) => ({ label, style: 'plain', command: 'retry #1' }))
    const { components } = render({ title: 't', tone: 'good', sections: [], buttons: twice, files: [] })
    expect(components).toMatchObject([{ components: [{ label: 'Retry' }] }])
  })

  test('shows marked times in each reader’s own zone with the day there, and in words where it cannot', () => {
    const at = moment(1_763_914_800_123, '16:20 UTC')
    const later = moment(1_763_914_800_123, '23 Nov 16:20 UTC')
    const sections: Section[] = [
      { kind: 'text', text: `from ${at} to ${later}` },
      { kind: 'code', text: `log of ${at}` },
    ]
    const { embeds } = render({ title: `At ${at}`, tone: 'good', sections, buttons: [], files: [] })
    expect(embeds[0]).toMatchObject({
      title: 'At 16:20 UTC',
      description: 'from <t:1763914800:f> to <t:1763914800:f>\n\n```\nlog of 16:20 UTC\n```',
    })
  })

  test('shows a text that fits as it is, without anything in it that acts', () => {
    const sentence = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(sentence, (sent) => {
        const { embeds, whole } = render({
          title: 't',
          tone: 'good',
          sections: [{ kind: 'text', text: sent }],
          buttons: [],
          files: [],
        })
        const shown = embeds[0]?.description ?? ''
        expect(whole).toBeUndefined()
        expect(shown.replace(/\\([\\*~|`<[\]_#>+.)-])/g, '$1')).toBe(
          sent.replace(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').trim(),
        )
        expect(shown).not.toMatch(/(?<!\\)(?:\\\\)*<[@#:t]/)
      }),
    )
  })
})
