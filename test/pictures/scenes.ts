/** The moments of a release that the README shows, as the cards that the bot would post. */
import { renderCard as renderInDiscord } from '../../adapters/discord/render.ts'
import { createSpell } from '../../adapters/discord/spelling.ts'
import { renderCard } from '../../adapters/slack/render.ts'
import { spell } from '../../adapters/slack/words.ts'
import { FORMS } from '../../commands/forms.ts'
import { createButtonBook } from '../../src/release/button-book.ts'
import type { Card } from '../../src/release/card.ts'
import { problem } from '../../src/release/problems.ts'
import { verificationCard } from '../../src/release/report/matrix.ts'
import { threaded } from '../../src/release/report/threaded.ts'
import { cardsFor } from '../../src/release/report.ts'
import { drive, project } from '../release/sample.ts'
import { discordPicture } from './discord-picture.ts'
import { pictureOf } from './slack-picture.ts'

/** Pictures by the name of their file. */
export function pictures(): Readonly<Record<string, string>> {
  const [asked, failed] = [atGate(), stopped()]
  return {
    'slack-deployment.svg': drawn(asked, 'first'),
    'slack-question.svg': drawn(asked, 'gate'),
    'slack-stop.svg': drawn(failed, 'problems'),
    'discord-question.svg': inDiscord(atGate('discord')),
    'discord-verify.svg': drawnInDiscord(verified()),
  }
}

type Hand = ReturnType<typeof drive>

function drawn(hand: Hand, name: string): string {
  const posts = threaded(hand.now(), cardsFor(hand.now(), hand.time() + 1_500_000, { spell }))
  const card = posts.find(({ key }) => key.startsWith(`42/${name}`))?.card
  if (card === undefined) throw new Error('the scene has such a card')
  return pictureOf(renderCard(card, createButtonBook()).message)
}

function inDiscord(hand: Hand): string {
  const view = { spell: createSpell(FORMS), moments: true }
  const card = cardsFor(hand.now(), hand.time(), view).find(({ key }) => key.startsWith('42/gate'))?.card
  if (card === undefined) throw new Error('the scene has such a card')
  return drawnInDiscord(card)
}

function drawnInDiscord(card: Card): string {
  return discordPicture(renderInDiscord(card, createButtonBook()), NAMES)
}

/** The answer to `/verify` where the server still serves what was before. */
function verified(): Card {
  const rows = [
    ['Git Repository', 'Version', '3.1.3+001', '3.1.3+001', 'git fetch origin && git show 3f9a1c0d8e7b:pubspec.yaml'],
    ['VPS Web', 'Version Endpoint', '3.1.3+001', '3.1.2+001', 'curl -s https://app.harbour.example/version.json'],
    [
      'AUR Live',
      'Package Version',
      '3.1.3-1',
      '3.1.3-1',
      "curl -s 'https://aur.archlinux.org/rpc/v5/info?arg[]=harbour'",
    ],
  ] as const
  const judged = rows.map(([component, check, expected, found, command]) => {
    return { component, check, expected, found, verdict: expected === found ? 'pass' : 'fail', command }
  })
  const [one] = project.vps?.hosts ?? []
  const alone = { ...project, ...(project.vps && one && { vps: { ...project.vps, hosts: [one] } }) }
  return verificationCard(alone, NEXT, { rows: judged, leftOut: [] })
}

/** What Discord shows for ids. */
const NAMES = { '700000000000000001': 'Ana', '118000000000000002': 'release-managers' }

const PLACES = {
  slack: {
    place: { platform: 'slack', channel: 'C0DEPLOYS' },
    account: 'UANA',
    asks: { slack: { users: ['UANA'], groups: [] }, discord: { users: [], roles: [] }, terminal: [] },
    answers: { slack: { users: [], groups: ['S0RELEASE'] }, discord: { users: [], roles: [] }, terminal: [] },
  },
  discord: {
    place: { platform: 'discord', channel: '118100000000000001' },
    account: '700000000000000001',
    asks: { slack: { users: [], groups: [] }, discord: { users: ['700000000000000001'], roles: [] }, terminal: [] },
    answers: { slack: { users: [], groups: [] }, discord: { users: [], roles: ['118000000000000002'] }, terminal: [] },
  },
} as const

/** Asked for in a chat, answered by a group of it, built by a user of its own. */
function begun(platform: 'slack' | 'discord'): Hand {
  const [host] = project.vps?.hosts ?? []
  const { place, account, asks, answers } = PLACES[platform]
  const hand = drive(
    {
      ...project,
      build: { ...project.build, isolation: { kind: 'user', user: 'builder' } },
      ...(project.vps && host && { vps: { ...project.vps, hosts: [{ ...host, name: 'pier' }] } }),
      access: { ...project.access, approve: ['release-managers'] },
      roles: {
        team: asks,
        'release-managers': answers,
      },
    },
    {
      requester: { platform, account, name: 'Ana', groups: [], vouched: true },
      place,
      previous: PREVIOUS,
    },
  )
  hand.start()
  return hand
}

function atGate(platform: 'slack' | 'discord' = 'slack'): Hand {
  const hand = begun(platform)
  for (;;) {
    hand.run()
    const gate = hand.now().gates.at(-1)
    if (gate !== undefined) return asking(hand, gate.step)
  }
}

/** A build that does not compile, and nothing that could be mended unasked. */
function stopped(): Hand {
  const hand = begun('slack')
  const [id] = hand.now().plan.flatMap(({ id }) => (id.startsWith('build.target') ? [id] : []))
  for (let next = hand.running()[0]; next !== undefined && next !== id; next = hand.running()[0])
    hand.settle(next, { ok: true, evidence: { commit: COMMIT } })
  const command = 'flutter build linux --release'
  const failure = problem('build.failed', { target: 'linux', command, code: 'exit code 1' })
  const log = { file: '~/.local/share/slipway/logs/42/build.target.linux.1.log', errors: [REASON], tail: [] }
  hand.settle(id ?? '', { ok: false, problem: failure, log })
  for (let count = 0; count < 100 && hand.running().length > 0; count += 1)
    for (const running of hand.running()) hand.settle(running, { ok: true, evidence: {} })
  return hand
}

const COMMIT = '3f9a1c0d8e7b'
const REASON = "lib/crane.dart:12:8: Error: Expected ';' after this."

const NEXT = { version: '3.1.3', build: '001', full: '3.1.3+001' }

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
        ['Release commit', COMMIT],
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
