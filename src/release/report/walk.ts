/** Troubleshooting as people read it: which failure, which branch of the tree, what was asked and found, and what was done. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { pathOf } from '../diagnosis/path.ts'
import { TREE } from '../diagnosis/tree.ts'
import { walksOf } from '../diagnosis.ts'
import type { PlannedStep } from '../plan.ts'
import { FIXES } from '../recovery.ts'

/** The card of one walk, edited as it goes on. */
export function walkCard(deployment: Deployment, number: number): Card | undefined {
  const steps = walksOf(deployment).get(number) ?? []
  const [first] = steps
  if (first?.walk === undefined || isLooking(deployment, steps)) return undefined
  const { branch, step } = first.walk
  const failed = deployment.plan.find(({ id }) => id === step)?.title ?? step
  const ending = endOf(deployment, number, steps)
  return {
    title: `#${deployment.number}: troubleshooting "${failed}" (${TREE[branch].title})`,
    tone: ending.tone,
    sections: [
      { kind: 'list', title: 'Looked at, in this order', items: pathOf(deployment, number) },
      ...ending.sections,
    ],
    buttons: [],
    files: [],
  }
}

/** Told once it has come to something: each question by itself would only be noise. */
function isLooking({ steps }: Deployment, planned: readonly PlannedStep[]): boolean {
  return planned.some(({ id, name }) => !(name in FIXES) && OPEN.includes(steps[id]?.status ?? 'pending'))
}

const OPEN: readonly string[] = ['pending', 'running']

interface Ending {
  readonly tone: Card['tone']
  readonly sections: readonly Section[]
}

/** What came of it: a fix that was done and what the check says since, or a person. */
function endOf(deployment: Deployment, number: number, steps: readonly PlannedStep[]): Ending {
  const done = steps.find(({ id, name }) => name in FIXES && deployment.steps[id]?.status === 'done')
  if (done !== undefined) return afterFix(deployment, number, done)
  if (deployment.stoppedAt === undefined) return { tone: 'running', sections: [] }
  return {
    tone: 'waiting',
    sections: [text('No fix is left that may be done unasked: the next card says what can be done.')],
  }
}

function afterFix(deployment: Deployment, number: number, { walk, title }: PlannedStep): Ending {
  const failed = deployment.plan.find(({ id }) => id === walk?.step)
  const status = deployment.steps[walk?.step ?? '']?.status
  const check = failed?.title ?? 'the check'
  if (status === 'done') return { tone: 'good', sections: [text(`Fixed by: ${title}. "${check}" passes now.`)] }
  if (status === 'failed' || walksOf(deployment).has(number + 1))
    return { tone: 'bad', sections: [text(`${title} was done, and "${check}" failed again.`)] }
  return { tone: 'running', sections: [text(`${title} was done; "${check}" is looked at again.`)] }
}

function text(words: string): Section {
  return { kind: 'text', text: words }
}
