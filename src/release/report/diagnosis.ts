/** The answer to `diagnose`: what was asked of the world now, what was found, and the fix that would follow. */
import type { Card, Section } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import type { Risk } from '../recovery.ts'
import { visibleCard } from './visible-card.ts'

/** One way through the tree, as it was walked just now. */
interface Way {
  readonly title: string
  readonly looks: readonly { readonly question: string; readonly found: string }[]
  readonly fix?: { readonly title: string; readonly risk: Risk }
  readonly why?: string
}

export function diagnosisCard({ number, project, release }: Deployment, ways: readonly Way[]): Card {
  return visibleCard({
    title: `#${number}: ${project.title} ${release.full}, looked at now`,
    tone: 'neutral',
    sections: [...ways.flatMap(sectionsOf), { kind: 'text', text: 'Nothing was changed by looking.' }],
    buttons: [],
    files: [],
  })
}

function sectionsOf({ title, looks, fix, why }: Way): readonly Section[] {
  const items = looks.map(({ question, found }) => `${question} ${found}`)
  const end = fix === undefined ? why : `The fix that follows: ${fix.title}${WHO[fix.risk]}.`
  return [{ kind: 'list', title, items }, ...(end === undefined ? [] : [{ kind: 'text' as const, text: end }])]
}

const WHO: Readonly<Record<Risk, string>> = {
  safe: ', done unasked when a release fails here',
  asks: ', once somebody presses for it',
}
