/** What stands in place of a card that a platform does not take: that it is missing, and where what it says can be read. */
import type { Card } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import type { Problem } from '../problems.ts'
import { problemSections } from './problem.ts'
import { spelled, type View } from './view.ts'
import { visibleCard } from './visible-card.ts'

/** Without its buttons: nobody approves what cannot be read. */
export function unfitCard({ number }: Deployment, { title, tone }: Card, unfit: Problem, view: View): Card {
  return visibleCard({
    title: `#${number}: a card cannot be shown here`,
    tone,
    sections: [
      { kind: 'text', text: title },
      { kind: 'text', text: unfit.what },
      ...problemSections(unfit, view),
      { kind: 'code', text: spelled(view, `status #${number}`), copy: true },
    ],
    buttons: [],
    files: [],
  })
}
