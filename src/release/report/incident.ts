/** The incident of a deployment: that it is written, where it lies, and the whole of it as a file. */
import { basename } from 'node:path'
import type { Card, CardFile } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { visibleCard } from './visible-card.ts'

/** Posted once the record is written; undefined before. */
export function incidentCard({ number, project, release, steps }: Deployment): Card | undefined {
  const { incidentFile, incidentCommit } = steps['rollback.incident']?.evidence ?? {}
  if (typeof incidentFile !== 'string') return undefined
  const kept: [string, string][] = [['Kept at', incidentFile]]
  if (typeof incidentCommit === 'string') kept.push(['Committed to the product', incidentCommit.slice(0, 12)])
  return {
    title: `#${number}: the incident of ${project.title} ${release.full} is documented`,
    tone: 'neutral',
    sections: [
      { kind: 'fields', fields: kept },
      { kind: 'text', text: 'What is learned afterwards belongs there too.' },
    ],
    buttons: [],
    files: [{ name: basename(incidentFile), path: incidentFile }],
  }
}

/** The answer to `incident`. */
export function incidentFileCard({ number, project, release }: Deployment, file: CardFile): Card {
  const title = `#${number}: the incident of ${project.title} ${release.full}`
  const text = 'The record goes with this card as a file.'
  return visibleCard({ title, tone: 'neutral', sections: [{ kind: 'text', text }], buttons: [], files: [file] })
}
