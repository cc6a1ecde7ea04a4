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

/** What was asked for beside the version: each choice asks for the same. */
export interface Wish {
  readonly dryRun: boolean
  /** The command for a version, with every option that was given. */
  command(version: string): string
}

/** A button deploys the exact version it shows, so that a late press cannot mean another one. */
export function choicesCard(
  project: Project,
  choices: readonly Choice[],
  released: Release | undefined,
  wish: Wish,
  view: View = {},
): Card {
  const buttons = choices.map(
    ({ target, release }): Button => ({
      label: `${target}: ${release.full}`,
      style: 'plain',
      command: wish.command(release.full),
    }),
  )
  const rows = choices.map(({ target, release }) => [target, release.full, MEANS[target] ?? ''])
  return visibleCard({
    title: `${wish.dryRun ? 'A dry run of which' : 'Which'} version of ${project.title}?`,
    tone: 'neutral',
    sections: [
      { kind: 'text', text: standing(released, wish, view) },
      { kind: 'table', head: ['', 'Version', 'For'], rows },
    ],
    buttons,
    files: [],
  })
}

function standing(released: Release | undefined, { command }: Wish, view: View): string {
  if (released !== undefined) return `${released.full} is released.`
  return `Nothing is released yet. Send the exact first version, such as ${spelled(view, command('1.0.0'))}.`
}
