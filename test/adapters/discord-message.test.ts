/** What a message of Discord carries besides its words. */
import { expect, test } from 'vitest'
import { messageOf } from '../../adapters/discord/message.ts'
import { renderCard } from '../../adapters/discord/render.ts'
import type { Card } from '../../src/release/card.ts'

const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00, 0xfe])
const CARD: Card = {
  title: 'Done',
  tone: 'good',
  sections: [],
  buttons: [],
  files: [
    { name: 'timeline-1.png', path: '/data/pictures/timeline-1.png' },
    { name: 'log.txt', path: '/data/log.txt' },
  ],
}

test('a picture is attached byte for byte, and a text as text', async () => {
  const readFile = async (path: string) => (path.endsWith('.png') ? PICTURE : 'log')
  const { files } = await messageOf(CARD, { readFile, idOf: () => 'id' })
  expect(files).toEqual([
    { name: 'timeline-1.png', data: PICTURE },
    { name: 'log.txt', data: 'log' },
  ])
})

test('a picture that is too big is named in place of a part of it', async () => {
  const { body, files } = await messageOf(CARD, { readFile: async () => new Uint8Array(9_000_000), idOf: () => 'id' })
  expect(files).toBeUndefined()
  expect(JSON.stringify(body)).toContain('timeline-1.png (it is too long)')
})

test('phases stand one below the other, whatever their counts and titles', () => {
  const phase = { state: 'done', elapsedMinutes: 0.2, plannedMinutes: 5, current: [] } as const
  const phases = [
    { ...phase, title: 'Pre-flight', done: 11, of: 11 },
    { ...phase, title: 'AUR', state: 'running', done: 1, of: 4, current: ['Test the package'] },
    { ...phase, title: 'Server', state: 'left out', done: 0, of: 0 },
  ] as const
  const card: Card = { ...CARD, files: [], sections: [{ kind: 'phases', phases }] }
  const { embeds } = renderCard(card, { idOf: () => 'id' })
  expect(embeds[0]?.description?.split('\n')).toEqual([
    '`######## 11/11` **Pre-flight** done, <1 of 5 min',
    '`##......   1/4` **AUR** running, <1 of 5 min',
    '↳ Test the package',
    '`........     -` Server, left out',
  ])
})
