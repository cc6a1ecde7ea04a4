/** What a bare `deploy` answers: the versions that could come next, one button each. */
import type { Button, Card } from '../card.ts'
import type { Project } from '../project.ts'
import type { Release } from '../version.ts'
import { spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

export interface Choice {
  readonly target: string
  readonly release: Release
}

const MEANS: Readonly<Record<string, string>> = {
  patch: 'fixes only',
  minor: 'something new, nothing broken',
  major: 'something that breaks what was there',
  build: 'the same version, packaged again',
}

/** A button deploys the exact version it shows, so that a late press cannot mean another one. */
export function choicesCard(
  project: Project,
  choices: readonly Choice[],
  released: Release | undefined,
  severalProjects: boolean,
  view: View = {},
): Card {
  const option = severalProjects ? ` --project ${project.name}` : ''
  const buttons = choices.map(
    ({ target, release }): Button => ({
      label: `${target}: ${release.full}`,
      style: 'plain',
      command: `deploy ${release.full}${option}`,
    }),
  )
  const rows = choices.map(({ target, release }) => [target, release.full, MEANS[target] ?? ''])
  return visibleCard({
    title: `Which version of ${project.title}?`,
    tone: 'neutral',
    sections: [
      { kind: 'text', text: standing(released, option, view) },
      { kind: 'table', head: ['', 'Version', 'For'], rows },
    ],
    buttons,
    files: [],
  })
}

function standing(released: Release | undefined, option: string, view: View): string {
  if (released !== undefined) return `${released.full} is released.`
  return `Nothing is released yet. Send the exact first version, such as ${spelled(view, `deploy 1.0.0${option}`)}.`
}
