/** The moments of a release that the README shows, as the cards that the bot would post. */
import { renderCard } from '../../adapters/slack/render.ts'
import { spell } from '../../adapters/slack/words.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import { problem } from '../../src/release/problems.ts'
import { threaded } from '../../src/release/report/threaded.ts'
import { cardsFor } from '../../src/release/report.ts'
import { drive, project } from '../release/sample.ts'
import { pictureOf } from './slack-picture.ts'

/** Pictures by the name of their file. */
export function pictures(): Readonly<Record<string, string>> {
  const [asked, failed] = [atGate(), stopped()]
  return {
    'slack-deployment.svg': drawn(asked, 'first'),
    'slack-question.svg': drawn(asked, 'gate'),
    'slack-stop.svg': drawn(failed, 'problems'),
  }
}

type Hand = ReturnType<typeof drive>

function drawn(hand: Hand, name: string): string {
  const posts = threaded(hand.now(), cardsFor(hand.now(), hand.time() + 1_500_000, { spell }))
  const card = posts.find(({ key }) => key.startsWith(`42/${name}`))?.card
  if (card === undefined) throw new Error('the scene has such a card')
  return pictureOf(renderCard(card, createButtonBook()).message)
}

/** Asked for in Slack, answered by a user group, built by a user of its own. */
function begun(): Hand {
  const [host] = project.vps?.hosts ?? []
  const nobodys = { discord: { users: [], roles: [] }, terminal: [] }
  const hand = drive(
    {
      ...project,
      build: { ...project.build, isolation: { kind: 'user', user: 'builder' } },
      ...(project.vps && host && { vps: { ...project.vps, hosts: [{ ...host, name: 'pier' }] } }),
      access: { ...project.access, approve: ['release-managers'] },
      roles: {
        team: { ...nobodys, slack: { users: ['UANA'], groups: [] } },
        'release-managers': { ...nobodys, slack: { users: [], groups: ['S0RELEASE'] } },
      },
    },
    {
      requester: { platform: 'slack', account: 'UANA', name: 'Ana', groups: [], vouched: true },
      place: { platform: 'slack', channel: 'C0DEPLOYS' },
      previous: PREVIOUS,
    },
  )
  hand.start()
  return hand
}

function atGate(): Hand {
  const hand = begun()
  for (;;) {
    hand.run()
    const gate = hand.now().gates.at(-1)
    if (gate !== undefined) return asking(hand, gate.step)
  }
}

/** A build that does not compile, and nothing that could be mended unasked. */
function stopped(): Hand {
  const hand = begun()
  const [id] = hand.now().plan.flatMap(({ id }) => (id.startsWith('build.target') ? [id] : []))
  hand.until(id ?? '')
  const command = 'flutter build linux --release'
  const failure = problem('build.failed', { target: 'linux', command, code: 'exit code 1' })
  const log = { file: '~/.local/share/slipway/logs/42/build.target.linux.1.log', errors: [REASON], tail: [] }
  hand.settle(id ?? '', { ok: false, problem: failure, log })
  for (let count = 0; count < 100 && hand.running().length > 0; count += 1)
    for (const running of hand.running()) hand.settle(running, { ok: true, evidence: {} })
  return hand
}

const REASON = "lib/crane.dart:12:8: Error: Expected ';' after this."

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
  const asked = { ...hand.now(), gates }
  return { ...hand, now: () => asked }
}
