/**
 * What every platform owes the bot, as one suite: the same cards, run against each adapter. An adapter's test hands in a
 * world in which a person sees and types.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Chat, Incoming } from '../../src/ports/chat.ts'
import type { Card } from '../../src/release/card.ts'
import type { Place } from '../../src/release/deployment.ts'

export interface ChatWorld {
  readonly chat: Chat
  readonly place: Place
  /** Everything that anybody in the place can read now, in order, as text. Edited messages stand where they were posted or are said again. */
  everybodySees(): Promise<string>
  /** The same with what only the sender of `incoming` sees. */
  senderSees(incoming: Incoming): Promise<string>
  /** A person types a command with the platform's prefix; resolves with what the bot was handed. */
  type(text: string): Promise<Incoming>
  /** A person presses the button that carries the command. */
  press(command: string): Promise<Incoming>
  /** The most characters one message may have here. */
  readonly longest: number
  end(): Promise<void>
}

export const card = (title: string, more: Partial<Card> = {}): Card => ({
  title,
  tone: 'neutral',
  sections: [],
  buttons: [],
  files: [],
  ...more,
})

const GATE = { id: 'aur-submit.1', digest: 'd1g357' }

const ASKING = card('Submit it?', {
  tone: 'waiting',
  sections: [{ kind: 'text', text: 'What would be submitted' }],
  buttons: [
    { label: 'Approve and submit', style: 'primary', command: 'approve #42', gate: GATE, key: 'a' },
    { label: 'Deny', style: 'danger', command: 'deny #42', gate: GATE, key: 'd' },
  ],
})

const EMPTY = card('Nothing in it', {
  sections: [
    { kind: 'text', text: '' },
    { kind: 'list', items: [] },
    { kind: 'list', title: 'A title', items: [''] },
    { kind: 'fields', fields: [] },
    { kind: 'fields', fields: [['', '']] },
    { kind: 'table', head: [], rows: [] },
    { kind: 'table', head: ['a', 'b'], rows: [[]] },
    { kind: 'code', text: '' },
    { kind: 'phases', phases: [] },
  ],
})

const HOSTILE = 'a\x1b[2J\x1b]0;title\x07b <!channel> <@U1> @everyone & \u202ec\u0000 ```d` *e* _f_'

const HUGE = card(`Huge ${'t'.repeat(10_000)}`, {
  sections: [
    { kind: 'text', text: 'w'.repeat(100_000) },
    { kind: 'code', text: Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join('\n') },
    {
      kind: 'table',
      head: ['a', 'b'],
      rows: Array.from({ length: 2_000 }, (_, row) => [`row ${row}`, 'x'.repeat(300)]),
    },
    { kind: 'list', items: Array.from({ length: 5_000 }, (_, item) => `item ${item}`) },
    { kind: 'fields', fields: Array.from({ length: 200 }, (_, field) => [`name ${field}`, 'v'.repeat(500)] as const) },
  ],
})

export function chatContract(name: string, make: () => Promise<ChatWorld>): void {
  describe(`${name} as a chat`, () => {
    let world: ChatWorld
    beforeEach(async () => {
      world = await make()
    })
    afterEach(async () => {
      await world.end()
    })

    test('a posted card is seen, and its update is seen after it', async () => {
      const message = await world.chat.post(
        world.place,
        card('Before', { sections: [{ kind: 'text', text: 'first words' }] }),
        'key-1',
      )
      expect(await world.everybodySees()).toContain('first words')
      await world.chat.update(message, card('After', { sections: [{ kind: 'text', text: 'second words' }] }))
      expect(await world.everybodySees()).toContain('second words')
    })

    test('cards are seen in the order they were posted', async () => {
      for (const word of ['one', 'two', 'three', 'four'])
        await world.chat.post(world.place, card(`card ${word}`), `key-${word}`)
      const seen = await world.everybodySees()
      const places = ['one', 'two', 'three', 'four'].map((word) => seen.indexOf(`card ${word}`))
      expect(places).not.toContain(-1)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
    })

    test('a card posted again under its key is there once, and is the same message', async () => {
      const first = await world.chat.post(world.place, card('Only once'), 'key-1')
      const again = await world.chat.post(world.place, card('Only once'), 'key-1')
      expect(again).toEqual(first)
      expect((await world.everybodySees()).split('Only once')).toHaveLength(2)
    })

    test('a typed command arrives without its prefix, with who typed it, and is answered', async () => {
      const incoming = await world.type(world.chat.spell('status #42'))
      expect(incoming).toMatchObject({
        text: 'status #42',
        place: { platform: world.chat.platform },
        actor: { vouched: true },
      })
      await world.chat.answer(incoming, card('For you alone'), 'private')
      expect(await world.senderSees(incoming)).toContain('For you alone')
      await world.chat.answer(incoming, card('For everybody'), 'channel')
      expect(await world.everybodySees()).toContain('For everybody')
    })

    test('two messages never have the same id', async () => {
      expect((await world.type(world.chat.spell('status'))).id).not.toBe(
        (await world.type(world.chat.spell('status'))).id,
      )
    })

    test('a press carries the command and the digest that its button showed', async () => {
      await world.chat.post(world.place, ASKING, 'gate')
      expect(await world.press('approve #42')).toMatchObject({
        text: 'approve #42',
        digest: 'd1g357',
        actor: { vouched: true },
      })
    })

    test('once a question is closed its buttons are gone, and what was decided is seen', async () => {
      const message = await world.chat.post(world.place, ASKING, 'gate')
      await world.chat.update(message, {
        ...ASKING,
        tone: 'bad',
        sections: [{ kind: 'text', text: 'Denied by Ben' }],
        buttons: [],
      })
      expect(await world.everybodySees()).toContain('Denied by Ben')
      await expect(world.press('approve #42')).rejects.toThrow()
    })

    test('nothing from outside acts on the reader: escapes, controls and mentions are text', async () => {
      const texts = card(HOSTILE, {
        sections: [
          { kind: 'text', text: HOSTILE },
          { kind: 'list', title: HOSTILE, items: [HOSTILE] },
          { kind: 'fields', fields: [[HOSTILE, HOSTILE]] },
          { kind: 'table', head: [HOSTILE], rows: [[HOSTILE]] },
          { kind: 'code', title: HOSTILE, text: HOSTILE },
        ],
      })
      await world.chat.post(world.place, texts, 'hostile')
      expect(await world.everybodySees()).not.toMatch(/[\x00-\x08\x0b-\x1f\u202e]/)
    })

    test('a huge card is cut and says so', async () => {
      await world.chat.post(world.place, HUGE, 'huge')
      const seen = await world.everybodySees()
      expect(seen.length).toBeLessThan(world.longest)
      expect(seen).toMatch(/more (lines|characters)/)
    })

    test('a card of empty sections is still a card', async () => {
      await world.chat.post(world.place, EMPTY, 'empty')
      expect(await world.everybodySees()).toContain('Nothing in it')
    })
  })
}
