import { expect, test } from 'vitest'
import { giveBack } from '../../src/tools/give-back.ts'

test('a buffer with memory of its own gives it back, and so does a long part of one', () => {
  const own = Buffer.allocUnsafeSlow(100)
  const long = Buffer.allocUnsafeSlow(2 * Buffer.poolSize)
  giveBack(own)
  giveBack(long.subarray(1))
  expect([own.buffer.byteLength, long.buffer.byteLength]).toEqual([0, 0])
})

test('the pool of small buffers stays, and so does what is empty', () => {
  const neighbour = Buffer.from('stays')
  const empty = Buffer.alloc(0)
  giveBack(Buffer.from('goes'))
  giveBack(Buffer.allocUnsafe(Buffer.poolSize / 2 - 8))
  giveBack(empty)
  expect(neighbour.toString()).toBe('stays')
  expect(Buffer.concat([empty, neighbour]).toString()).toBe('stays')
})
