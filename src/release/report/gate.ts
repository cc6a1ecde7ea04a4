/** A gate as people read it: what is asked, who may answer until when, and afterwards who did. */
import { mayDo, personOf, whoMay } from '../access.ts'
import { approvalsIn, approvedOption, mayRequesterApprove, versionToType } from '../approvals.ts'
import type { Button, Card, Mentions, Section, Tone } from '../card.ts'
import type { Deployment } from '../deployment.ts'
import { type Gate, type GateStatus, REMINDS_EVERY } from '../gate.ts'
import { approversToCall } from '../mentions.ts'
import { between, clock, lasting, listed, short, spelled, type View } from './view.ts'

const STOPS = 'nothing is submitted or switched; the deployment stops and can be retried'
/** `REMINDS_EVERY` in words. */
const OFTEN = 'every hour'
const REMAINS = `everything stays as it is, and people are reminded ${OFTEN}`

/** The longest value of a bound fact that is shown as it is; a longer one is a text, such as a file. */
const SHOWN = 80

const TONES: Readonly<Record<GateStatus, Tone>> = {
  open: 'waiting',
  approved: 'good',
  denied: 'bad',
  expired: 'neutral',
  void: 'neutral',
  closed: 'neutral',
}

export function gateCard(deployment: Deployment, gate: Gate, view: View): Card {
  const { sections, files } = gate.content.card
  const open = gate.status === 'open'
  return {
    title: `#${deployment.number}: ${question(deployment, gate)}`,
    tone: TONES[gate.status],
    sections: [
      ...ending(deployment, gate, view),
      ...asksAgain(deployment, gate),
      ...sections,
      ...unguarded(deployment),
      ...rules(deployment, gate, view),
    ],
    buttons: open ? buttons(deployment, gate) : [],
    files,
    ...(open && { mentions: whoIsCalled(deployment, gate) }),
  }
}

/** Whatever is asked: an approval of code that could read the keys is one of that, too. */
function unguarded({ project: { build } }: Deployment): readonly Section[] {
  const text = 'Builds run without isolation: they can read what the bot can.'
  return build.isolation.kind === 'none' ? [{ kind: 'text', text }] : []
}

/**
 * Posted after half of a gate's time, or each hour, while nobody has answered. The newest asks as the question itself does, files
 * and all: it may be the only one that somebody finds. An earlier one says where it goes on, and then nothing more.
 */
export function reminderCard(deployment: Deployment, gate: Gate, view: View, count: number): Card {
  const { number } = deployment
  const card = gateCard(deployment, gate, view)
  const waited = lasting(waitedMinutes(gate, count))
  if (count < gate.reminders) {
    const text = `It had waited ${waited} then, and was asked again below.`
    return { title: card.title, tone: 'neutral', sections: [{ kind: 'text', text }], buttons: [], files: card.files }
  }
  if (gate.status !== 'open') return { ...card, sections: ending(deployment, gate, view) }
  return {
    ...card,
    title: `#${number} still waits for an answer: ${question(deployment, gate)}`,
    sections: [
      { kind: 'text', text: `It has waited ${waited}. ${afterwards(gate, view)}` },
      { kind: 'fields', fields: [['Who may answer', whoMayAnswer(deployment, gate)]] },
    ],
  }
}

/** Those who may approve. Whoever asked for the release and may only deny has just typed the command. */
function whoIsCalled(deployment: Deployment, gate: Gate): Mentions {
  const { project, requester } = deployment
  return requesterMay(deployment, gate) ? approversToCall(project) : approversToCall(project, requester)
}

function question({ project, release, previous }: Deployment, { name }: Gate): string {
  const QUESTIONS = {
    'aur-submit': `submit ${project.aur?.package ?? project.title} ${release.full} to the AUR?`,
    'vps-switch': `switch the servers to ${project.title} ${release.full}?`,
    publish: `publish ${project.title} ${release.full}?`,
    rollback: `roll ${project.title} ${release.full} back to ${previous?.release.full ?? 'what was before'}?`,
  }
  return QUESTIONS[name]
}

function buttons(deployment: Deployment, { id, digest, name, options }: Gate): readonly Button[] {
  const { number } = deployment
  const gate = { id, digest }
  const deny = { label: 'Deny', style: 'danger', command: `deny #${number}`, gate, key: 'd' } as const
  if (options.length > 0) return [...options.map((option, at) => optionButton(number, id, option, at)), deny]
  const APPROVE = {
    'aur-submit': 'Approve and submit',
    'vps-switch': 'Approve and switch',
    publish: 'Approve and publish',
    rollback: 'Approve and roll back',
  }
  const types = versionToType(deployment, name)
  const answered = types === undefined ? { key: 'a' } : { types }
  return [{ label: APPROVE[name], style: 'primary', command: `approve #${number}`, gate, ...answered }, deny]
}

/** One plan of several, pressed by its own digest; on a terminal by its number. */
function optionButton(number: number, id: string, option: Gate['options'][number], at: number): Button {
  const command = `approve #${number} --plan ${option.name}`
  const style = at === 0 ? 'primary' : 'plain'
  return { label: option.label, style, command, gate: { id, digest: option.digest }, key: String(at + 1) }
}

/** Minutes from the question to its reminder: half of its time, or an hour for each. */
function waitedMinutes({ openedAt, expiresAt }: Gate, count: number): number {
  return expiresAt === undefined ? between(0, count * REMINDS_EVERY) : between(openedAt, expiresAt) / 2
}

function afterwards({ expiresAt, openedAt }: Gate, view: View): string {
  return expiresAt === undefined
    ? `It goes on waiting, and reminds ${OFTEN}, until somebody answers.`
    : `After ${clock(expiresAt, openedAt, view)} the question expires and the deployment stops; nothing is lost by that.`
}

/** `until 16:40`, as a gate's end is named everywhere. */
export function untilWhen({ expiresAt }: Gate, now: number, view: View): string {
  return `until ${expiresAt === undefined ? 'somebody answers' : clock(expiresAt, now, view)}`
}

/** How it ended, first thing on the card, in place of the buttons. */
function ending(deployment: Deployment, gate: Gate, view: View): readonly Section[] {
  const { number } = deployment
  const last = gate.presses.at(-1)
  const when = last === undefined ? '' : clock(last.at, gate.openedAt, view)
  const reason = last?.reason === undefined ? '' : ` Reason: ${last.reason}`
  const ENDS: Readonly<Record<GateStatus, string>> = {
    open: '',
    approved: `Approved by ${approvers(deployment, gate)}, ${when}.${chosen(deployment, gate)}${gate.used ? ' The approval has been used.' : ''}`,
    denied: `Denied by ${last?.actor.name}, ${when}. Nothing of it was done.${reason}`,
    expired: `${tooFew(deployment, gate)} ${untilWhen(gate, gate.openedAt, view)}. Nothing of it was done; ${spelled(view, `retry #${number}`)} checks and asks again.`,
    void: 'No longer asked: what would be done has changed. An answer given here does not count.',
    closed: 'No longer asked: the deployment stopped or ended before it was done.',
  }
  return gate.status === 'open' ? [] : [{ kind: 'text', text: ENDS[gate.status] }]
}

/** Who answered a question that ran out of time, where that was not enough. */
function tooFew(deployment: Deployment, gate: Gate): string {
  const given = approvalsIn(deployment, gate).length
  if (given === 0) return 'Nobody answered'
  return `Approved by ${approvers(deployment, gate)} alone, ${given} of ${deployment.project.approvals.needed},`
}

/** Which of several plans it was. */
function chosen(deployment: Deployment, gate: Gate): string {
  const label = gate.options.find(({ name }) => name === approvedOption(deployment, gate.step))?.label
  return label === undefined ? '' : ` Chosen: ${label}.`
}

function approvers(deployment: Deployment, gate: Gate): string {
  return listed(
    approvalsIn(deployment, gate).map(({ actor, override }) =>
      override === undefined ? actor.name : `${actor.name} as an admin, in place of others: ${override}`,
    ),
  )
}

/** Asked again: what differs from the question before stands first. */
function asksAgain({ gates }: Deployment, gate: Gate): readonly Section[] {
  const before = gates.slice(0, gates.indexOf(gate)).findLast(({ step }) => step === gate.step)
  if (before === undefined) return []
  if (gate.differs.length === 0)
    return [{ kind: 'text', text: 'Asked again: nothing differs from the question before.' }]
  const rows = gate.differs.map((name) => [name, value(before, name), value(gate, name)])
  return [
    { kind: 'text', text: 'Asked again, since what would be done has changed. Earlier answers do not count.' },
    { kind: 'table', head: ['What differs', 'Before', 'Now'], rows },
  ]
}

function value({ content }: Gate, name: string): string {
  const bound = content.bound[name]
  if (bound === undefined) return 'not there'
  return bound.length > SHOWN || bound.includes('\n') ? `a text of ${bound.length} characters` : short(bound)
}

function rules(deployment: Deployment, gate: Gate, view: View): readonly Section[] {
  if (gate.status !== 'open') return []
  return [
    {
      kind: 'fields',
      fields: [
        ['Who may answer', whoMayAnswer(deployment, gate)],
        ...stillNeeded(deployment, gate),
        ...(gate.expiresAt === undefined
          ? []
          : [['Until', clock(gate.expiresAt, gate.openedAt, view)] as [string, string]]),
        ['If nobody does', gate.expiresAt === undefined ? REMAINS : STOPS],
      ],
    },
  ]
}

function whoMayAnswer(deployment: Deployment, gate: Gate): string {
  const who = whoMayApprove(deployment, gate)
  if (requesterMay(deployment, gate) || !mayDo(deployment.project, 'approve', deployment.requester)) return who
  return `${who}; ${deployment.requester.name} asked for the release and may deny, not approve`
}

/** Names and groups whose approval counts, such as `ben or members of managers (S0RELEASE)`. */
export function whoMayApprove(deployment: Deployment, gate: Gate): string {
  const { project, requester } = deployment
  const itself = [requester.account, personOf(project, requester)]
  const who = whoMay(project, 'approve').filter((each) => requesterMay(deployment, gate) || !itself.includes(each))
  return who.length === 0 ? 'nobody (access.approve names nobody else)' : listed(who, 'or')
}

function requesterMay({ project }: Deployment, { name }: Gate): boolean {
  return mayRequesterApprove(project.approvals, name)
}

function stillNeeded(deployment: Deployment, gate: Gate): readonly (readonly [string, string])[] {
  const { needed } = deployment.project.approvals
  if (needed < 2) return []
  const have = approvalsIn(deployment, gate).length === 0 ? 'none so far' : `so far ${approvers(deployment, gate)}`
  return [['Approvals', `${needed} different people, ${have}`]]
}
