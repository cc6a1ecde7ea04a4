/** What a dry run found and what a real one would do, phase by phase. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { PHASES, phasesLeftOut } from '../plan.ts'
import type { Problem } from '../problems.ts'
import { problemSections, withoutWaysOn } from './problem.ts'
import type { View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** One step: its command lines, and for a check what came of it. */
export interface DryLine {
  readonly id: string
  readonly title: string
  readonly phase: string
  readonly gate: boolean
  readonly lines: readonly string[]
  readonly notes: readonly string[]
  readonly problem?: Problem
  readonly checked: boolean
}

/** The plan with its command lines; what only the run can know stands in angle brackets. */
export function dryRunCard({ project, release, plan }: Deployment, steps: readonly DryLine[], view: View = {}): Card {
  const failed = steps.flatMap(({ problem }) => problem ?? [])
  const leftOut = phasesLeftOut(plan)
  const says = failed.length === 0 ? 'every check passed' : `${failed.length} of its checks failed`
  return visibleCard({
    title: `Dry run of ${project.title} ${release.full}: ${says}`,
    tone: failed.length === 0 ? 'good' : 'bad',
    sections: [
      {
        kind: 'text',
        text: 'Nothing was changed. The checks were really made; everything below them is what a release would run. What only the run can know stands in <angle brackets>.',
      },
      ...failed.flatMap((problem): readonly Section[] => [
        { kind: 'text', text: problem.what },
        ...problemSections(withoutWaysOn(problem), view),
      ]),
      { kind: 'list', title: 'Checks', items: steps.filter(({ checked }) => checked).flatMap(checkLines) },
      ...PHASES.flatMap(({ name, title }) =>
        phaseSection(
          title,
          steps.filter(({ phase }) => phase === name),
        ),
      ),
      ...(leftOut.length === 0
        ? []
        : [{ kind: 'text', text: `Not configured, and so left out: ${leftOut.join(', ')}.` } as const]),
    ],
    buttons: [],
    files: [],
  })
}

function checkLines({ title, problem, notes }: DryLine): readonly string[] {
  return [`${title}: ${problem === undefined ? 'ok' : 'failed'}`, ...notes.map((note) => `  ${note}`)]
}

function phaseSection(title: string, steps: readonly DryLine[]): readonly Section[] {
  if (steps.length === 0) return []
  const text = steps.flatMap(({ id, gate, lines }) => [
    `${id}${gate ? ' (waits for approval)' : ''}`,
    ...lines.map((line) => `  ${line}`),
  ])
  return [{ kind: 'code', title, text: text.join('\n'), copy: true }]
}
