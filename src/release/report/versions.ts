/** What a bare `rollback` answers: the last good versions, one button each. Nothing is rolled back by a press of them. */
import type { Button, Card } from '../card.ts'
import type { Baseline } from '../deployment.ts'
import type { Project } from '../project.ts'
import { visibleCard } from './visible-card.ts'

const OFFERED = 5

/** `versions`: newest first. */
export function goodVersionsCard(project: Project, versions: readonly Baseline[]): Card {
  const offered = versions.slice(0, OFFERED)
  const command = ({ release }: Baseline) => `rollback ${release.full} --project ${project.name}`
  const buttons = offered.map((each): Button => {
    return { label: `Back to ${each.release.full}`, style: 'plain', command: command(each) }
  })
  const text = 'The AUR and the servers go back; git history stays as it is. You choose a plan before anything is done.'
  return visibleCard({
    title: `Roll ${project.title} back to which version?`,
    tone: 'neutral',
    sections: [{ kind: 'text', text }],
    buttons,
    files: [],
  })
}
