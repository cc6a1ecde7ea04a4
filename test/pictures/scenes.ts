/** The moments of a release that the README shows, as the cards that the bot would post. */

import { renderCard } from '../../adapters/slack/render.ts'
import { spell } from '../../adapters/slack/words.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import type { Card } from '../../src/release/card.ts'
import { threaded } from '../../src/release/report/threaded.ts'
import { cardsFor } from '../../src/release/report.ts'
import { drive, project } from '../release/sample.ts'
import { pictureOf } from './slack-picture.ts'

/** Pictures by the name of their file. */
export function pictures(): Readonly<Record<string, string>> {
  const hand = atGate()
  const posts = threaded(hand.now(), cardsFor(hand.now(), hand.time() + 1_500_000, { spell }))
  const card = (name: string) => posts.find(({ key }) => key.startsWith(`42/${name}`))?.card
  return { 'slack-deployment.svg': drawn(card('first')), 'slack-question.svg': drawn(card('gate')) }
}

function drawn(card: Card | undefined): string {
  if (card === undefined) throw new Error('the scene has such a card')
  return pictureOf(renderCard(card, createButtonBook()).message)
}

function atGate() {
  const hand = drive({
    ...project,
    roles: {
      ...project.roles,
      managers: { slack: { users: [], groups: ['S0RELEASE'] }, discord: { users: [], roles: [] }, terminal: [] },
    },
  })
  hand.start()
  for (;;) {
    hand.run()
    const gate = hand.now().gates.at(-1)
    if (gate !== undefined) return asking(hand, gate.step)
  }
}

const PREVIOUS = {
  release: { version: '3.1.2', build: '001', full: '3.1.2+001' },
  sources: ['the tag v3.1.2+001', 'the AUR', 'the server'],
}

/** The question with what it is about; the sample's own asks about nothing. */
function asking(hand: ReturnType<typeof drive>, step: string): ReturnType<typeof drive> {
  const sections = [
    {
      kind: 'fields',
      fields: [
        ['Version', '3.1.3+001, after 3.1.2+001'],
        ['Release commit', '3f9a1c0d8e7b'],
        ['Package', 'sha256 cc67a3aa596a…, 48211004 bytes'],
        ['AUR', 'harbour 3.1.3-1, on top of 93ba78813eff'],
      ],
    },
    {
      kind: 'list',
      title: 'Commits since 3.1.2+001',
      items: ['3f9a1c0 chore: version 3.1.3+001 (Slipway)', '8c41be2 fix: the crane turns both ways (Ben)'],
    },
    { kind: 'code', title: 'Commands there', text: './scripts/deploy/update_and_deploy.sh' },
  ] as const
  const gates = hand
    .now()
    .gates.map((gate) =>
      gate.step === step ? { ...gate, content: { ...gate.content, card: { sections, files: [] } } } : gate,
    )
  const asked = { ...hand.now(), gates, previous: PREVIOUS }
  return { ...hand, now: () => asked }
}
