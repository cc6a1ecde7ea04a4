/** A terminal that is none: plain lines in, plain lines out, as scripts and logs want them. */
import type { PhaseLine } from '../../src/release/card.ts'
import { type Face, type FaceOptions, isOver, type Listener } from './face.ts'
import { harmless } from './paint.ts'
import { phaseChanges } from './phases.ts'
import { renderCard } from './render.ts'

/** More than a command may have; the rest of such a line is not kept. */
const LONGEST = 4000

export function createLines({ input, write, look }: FaceOptions): Face {
  const show = (lines: readonly string[]) => {
    if (lines.length > 0) write(`${lines.join('\n')}\n`)
  }
  let stopReading = () => {}
  return {
    show,
    progress(_, card, before) {
      const title = (of: typeof card | undefined) =>
        of === undefined ? [] : renderCard({ ...of, sections: [], buttons: [], files: [] }, look())
      const name = harmless(card.title.split(':')[0] ?? '')
      const changes = phaseChanges(phasesOf(before), phasesOf(card)).map((line) => `   ${name} ${line}`)
      const isSaid = title(card).join() === title(before).join() || (phasesOf(card).length > 0 && isOver(card))
      show([...changes, ...(isSaid ? [] : title(card))])
    },
    ask() {},
    start(listener) {
      stopReading = readLines(input, listener)
    },
    stop() {
      stopReading()
    },
  }
}

function phasesOf(card: Parameters<Face['progress']>[1] | undefined): readonly PhaseLine[] {
  return card?.sections.flatMap((section) => (section.kind === 'phases' ? section.phases : [])) ?? []
}

/** Lines as they come, each bounded; returns what ends the reading. */
function readLines(input: FaceOptions['input'], { said, left }: Listener): () => void {
  let held = ''
  const take = (chunk: string) => {
    const [first = '', ...rest] = chunk.split('\n')
    held = (held + first).slice(0, LONGEST)
    for (const next of rest) {
      say(held)
      held = next.slice(0, LONGEST)
    }
  }
  const say = (line: string) => {
    if (line.trim() !== '') said(line.trim())
  }
  const end = () => {
    say(held)
    held = ''
    left('end of input')
  }
  input.setEncoding('utf8')
  input.on('data', take)
  input.on('end', end)
  input.resume()
  return () => {
    input.off('data', take)
    input.off('end', end)
    input.pause()
  }
}
