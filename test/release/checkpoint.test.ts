import { describe, expect, test } from 'vitest'
import { auditJournals, type JournalFile } from '../../src/release/checkpoint/journal.ts'
import { type CheckpointFile, checkpointName, checkpointStatement } from '../../src/release/checkpoint.ts'
import type { Event } from '../../src/release/event.ts'
import { memorySigner } from '../memory-signer.ts'
import { drive } from './sample.ts'

const signer = memorySigner()
const hand = drive()
hand.start()
const written = (events: readonly Event[]) => JSON.stringify({ schema: 1, events, summary: { number: 42 } })
const text = written(hand.journal)

/** Checkpoints of the documents, each signed after the one before. */
async function checkpointed(...documents: readonly (readonly [number: number, events: readonly Event[]])[]) {
  const files: CheckpointFile[] = []
  for (const [number, events] of documents) {
    const statement = checkpointStatement({ number, text: written(events), events }, files.at(-1))
    const signed = await signer.sign(statement)
    files.push({ name: checkpointName(files.length + 1, number), text: signed.ok ? signed.envelope : '' })
  }
  return files
}

const journal = (number: number, more: Partial<JournalFile> = {}): JournalFile => ({
  ...{ number, text, isClosed: true },
  ...more,
})
const keys = [signer.publicKey]
const all = hand.journal
const three = await checkpointed([42, all.slice(0, 2)], [43, all], [42, all])
const audited = (journals: readonly JournalFile[], checkpoints: readonly CheckpointFile[] = three, trusted = keys) =>
  auditJournals(journals, checkpoints, trusted)

test('journals that end in their newest checkpoints are as they were written', () => {
  expect(audited([journal(42), journal(43)])).toEqual([])
})

test.each(all.map((_, index) => index))('a change of event %i, counted from 0, names it', (index) => {
  const events = all.map((event, at) => (at === index ? { ...event, at: event.at + 1 } : event))
  expect(audited([journal(42, { text: written(events) }), journal(43)]).join()).toMatch(
    new RegExp(`^#42: .*event ${index + 1}\\b`),
  )
})

test.each<[string, Partial<JournalFile>, string]>([
  ['whose last event is gone', { text: written(all.slice(0, -1)) }, 'were signed'],
  ['that is as an older checkpoint of it says', { text: written(all.slice(0, 2)) }, `2 events, and ${all.length} were`],
  ['whose summary says something else', { text: text.replace('"number":42}}', '"number":43}}') }, 'beside its events'],
  ['with a space more', { text: text.replace(',', ', ') }, 'is not the JSON that Slipway writes'],
])('a journal %s is named', (_, more, words) => {
  expect(audited([journal(42, more), journal(43)])).toEqual([expect.stringMatching(new RegExp(`^#42: .*${words}`))])
})

describe('of the chain of checkpoints', () => {
  test.each<[string, readonly JournalFile[], readonly CheckpointFile[], readonly string[]]>([
    [
      'a journal that is gone together with its checkpoint is named by the next one',
      [journal(42)],
      [0, 2].flatMap((at) => three[at] ?? []),
      ['#43: its checkpoint 2-43.json is gone, and 3-42.json names it'],
    ],
    [
      'a journal that is gone is named by its own checkpoint',
      [journal(42)],
      three,
      ['#43: the journal is gone, and its checkpoint 2-43.json is still here'],
    ],
    [
      'a beginning that is gone is named by what follows',
      [journal(43)],
      three.slice(1, 2),
      ['#42: its checkpoint 1-42.json is gone, and 2-43.json names it'],
    ],
    [
      'one that lies in another place is named',
      [journal(42), journal(43)],
      three.map((each) => (each.name === '1-42.json' ? { ...each, name: '4-42.json' } : each)),
      [
        '#42: its checkpoint 1-42.json is gone, and 2-43.json names it',
        '#42: its checkpoint 4-42.json names none before it, and 3-42.json lies before it',
        `#42: it has ${all.length} events, and 2 were signed`,
      ],
    ],
    ['a journal that was never signed is named', [journal(42)], [], ['#42: it has no checkpoint']],
  ])('%s', (_, journals, checkpoints, faults) => {
    expect(audited(journals, checkpoints)).toEqual(faults)
  })

  test('one of another key is named, and believed in nothing', () => {
    const faults = audited([journal(42), journal(43)], three, [memorySigner().publicKey])
    expect(faults).toContain('#43: the signature of its checkpoint 2-43.json does not hold')
    expect(faults).toContain('#43: it has no checkpoint')
  })
})

test('of an open deployment only the chain of its events is looked at', () => {
  expect(audited([journal(44, { isClosed: false })], [])).toEqual([])
})
