/** Whatever a card holds, Slack takes the message made of it, calls only whom the card calls, and loses nothing in silence. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Message, renderCard } from '../../adapters/slack/render.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import type { Button, Card, Section } from '../../src/release/card.ts'
import { moment } from '../../src/release/report/moment.ts'
import { calledBy, wordsOf } from '../slack-server/read.ts'
import { faultsOfMessage } from '../slack-server/validate.ts'

const words = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '<!channel>',
      '<@U1>',
      '&&&&',
      '```',
      '',
      ' ',
      '\n\n',
      '\u202e',
      '\ud83d',
      '\ue000',
      '*',
      '|>',
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4_000 }).map((length) => '<&😀'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4_000 }).map((length) => 'line\n'.repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2e12 }).map((at) => moment(at, '16:40 UTC')) },
)
const some = <T>(each: fc.Arbitrary<T>, maxLength = 12) => fc.array(each, { maxLength })

const section: fc.Arbitrary<Section> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: words }),
  fc.record({ kind: fc.constant('list' as const), title: words, items: some(words, 40) }),
  fc.record({ kind: fc.constant('fields' as const), fields: some(fc.tuple(words, words), 30) }),
  fc.record({ kind: fc.constant('table' as const), head: some(words, 5), rows: some(some(words, 5), 30) }),
  fc.record({ kind: fc.constant('code' as const), title: words, text: words }),
  fc.record({
    kind: fc.constant('phases' as const),
    phases: some(
      fc.record({
        title: words,
        state: fc.constantFrom('pending', 'running', 'waiting', 'done', 'failed', 'left out'),
        done: fc.nat(9),
        of: fc.nat(9),
        elapsedMinutes: fc.double({ min: 0, max: 99, noNaN: true }),
        plannedMinutes: fc.double({ min: 0, max: 99, noNaN: true }),
        current: some(words, 3),
      }),
    ),
  }),
)

const button: fc.Arbitrary<Button> = fc.record({
  label: words,
  style: fc.constantFrom('primary', 'danger', 'plain'),
  command: words,
})

const card: fc.Arbitrary<Card> = fc.record({
  title: words,
  tone: fc.constantFrom('neutral', 'running', 'waiting', 'good', 'bad'),
  sections: some(section),
  buttons: some(button, 60),
  files: fc.constant([]),
  mentions: fc.record({
    slack: fc.record({ accounts: some(fc.constantFrom('UBEN', 'UCLEO')), groups: some(fc.constantFrom('SREL')) }),
    discord: fc.constant({ accounts: [], groups: [] }),
  }),
})

const book = createButtonBook()

test('any card is a message that Slack takes', () => {
  fc.assert(
    fc.property(card, (any) => {
      const { message, whole } = renderCard(any, book)
      expect(faultsOfMessage({ ...message }, 'update')).toEqual([])
      expect(message.text.trim()).not.toBe('')
      const allowed = [...(any.mentions?.slack.accounts ?? []), ...(any.mentions?.slack.groups ?? [])]
      expect(calledBy(message).filter((id) => !allowed.includes(id))).toEqual([])
      if (/… \(\d+ more|…/.test(wordsOf(withoutButtons(message))) && !JSON.stringify(any).includes('…'))
        expect(whole).toBeDefined()
    }),
    { numRuns: 60, seed: 6 },
  )
})

/** A label that is cut stands for a command that is whole. */
function withoutButtons({ blocks, attachments }: Message) {
  const inside = attachments.flatMap((each) => each.blocks)
  return { blocks: [...blocks, ...inside].filter(({ type }) => type !== 'actions') }
}

const bare = (sections: readonly Section[]): Card => ({ title: 't', tone: 'neutral', sections, buttons: [], files: [] })

test('what is cut says so, and is given back whole', () => {
  const text = Array.from({ length: 5_000 }, (_, line) => `line ${line}`).join('\n')
  const { message, whole } = renderCard(bare([{ kind: 'code', text }]), book)
  expect(wordsOf(withoutButtons(message))).toMatch(/… \(\d+ more lines\)/)
  expect(whole).toContain('line 4999')
})

test('what fits is shown as it is, and no file is made of it', () => {
  const text = 'a < b && c > d `e` *f*'
  const { message, whole } = renderCard(bare([{ kind: 'text', text }]), book)
  expect(wordsOf(withoutButtons(message))).toContain(text)
  expect(whole).toBeUndefined()
})

test('a time is shown in the zone of its reader, with the day that it has there', () => {
  const { message } = renderCard(
    bare([{ kind: 'text', text: `until ${moment(1_700_000_000_000, '22:13 UTC')}.` }]),
    book,
  )
  expect(JSON.stringify(message)).toContain('until <!date^1700000000^{date_short_pretty} at {time}|22:13 UTC>.')
  expect(message.text).toBe('t until 22:13 UTC.')
})
