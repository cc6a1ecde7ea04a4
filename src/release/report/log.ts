/** The end of a step's log, for a person who asked for it. */
import type { Card } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { visibleCard } from './visible-card.ts'

export interface LogEnd {
  readonly step: string
  readonly file: string
  readonly lines: readonly string[]
}

/** The last lines of a log, with the place of the whole. */
export function logCard({ number }: Deployment, { step, file, lines }: LogEnd): Card {
  return visibleCard({
    title: `#${number} log of ${step}`,
    tone: 'neutral',
    sections: [
      {
        kind: 'code',
        title: lines.length === 1 ? 'The last line' : `The last ${lines.length} lines`,
        text: lines.join('\n'),
      },
      { kind: 'text', text: `The whole log is on the bot's machine: ${file}` },
    ],
    buttons: [],
    files: [{ name: `${number}-${step.replace(':', '.')}.log`, path: file }],
  })
}
