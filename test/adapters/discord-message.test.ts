/** What a message of Discord carries besides its words. */
import { expect, test } from 'vitest'
import { messageOf } from '../../adapters/discord/message.ts'
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
