import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { auditJournal, checkpointStatement } from '../../src/release/checkpoint.ts'
import { memorySigner } from '../memory-signer.ts'
import { drive } from './sample.ts'

const signer = memorySigner()
const hand = drive()
hand.start()
const text = JSON.stringify({ schema: 1, events: hand.journal, summary: { number: 42 } })
let checkpoint = ''
beforeAll(async () => {
  const signed = await signer.sign(checkpointStatement(42, text, hand.journal))
  checkpoint = signed.ok ? signed.envelope : ''
})

const audited = (more: { text?: string; checkpoint?: string; isClosed?: boolean; keys?: readonly string[] } = {}) =>
  auditJournal({ number: 42, isClosed: true, text, checkpoint, ...more }, more.keys ?? [signer.publicKey])

test('a journal whose chain ends in its checkpoint is as it was written', () => {
  expect(audited()).toEqual([])
})

test('one byte that was changed anywhere in a journal is found, and the deployment named', () => {
  const bytes = Buffer.from(text)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const copy = Buffer.from(bytes)
      copy[at] = ((copy[at] ?? 0) + by) % 256
      expect(audited({ text: copy.toString('utf8') }).join('\n')).toMatch(/^#42: /)
    }),
    { numRuns: 300 },
  )
})

test.each(hand.journal.map((_, index) => index))('a change of event %i, counted from 0, names it', (index) => {
  const events = hand.journal.map((event, at) => (at === index ? { ...event, at: event.at + 1 } : event))
  const forged = JSON.stringify({ schema: 1, events, summary: { number: 42 } })
  expect(audited({ text: forged }).join()).toContain(`event ${index + 1}`)
})

test.each<[string, Parameters<typeof audited>[0], string]>([
  ['whose last event is gone', { text: JSON.stringify({ events: hand.journal.slice(0, -1) }) }, 'were signed'],
  ['of another key', { keys: [memorySigner().publicKey] }, 'the signature of its checkpoint does not hold'],
  ['whose summary says something else', { text: text.replace('"number":42}}', '"number":43}}') }, 'beside its events'],
])('a journal %s is named', (_, more, words) => {
  expect(audited(more).join()).toContain(words)
})

test('of an open deployment only the chain is looked at', () => {
  expect(auditJournal({ number: 42, isClosed: false, text }, [])).toEqual([])
})

test('a journal that is gone, or has no checkpoint, is named', () => {
  expect(auditJournal({ number: 42, isClosed: false, checkpoint }, [signer.publicKey])).toHaveLength(1)
  expect(auditJournal({ number: 42, isClosed: true, text }, [])).toEqual(['#42: it has no checkpoint'])
})
