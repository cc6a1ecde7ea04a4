/** A project and a small hand to drive the machine with, for tests of the core. */
import type { Actor } from '../../src/release/actor.ts'
import type { Deployment, Evidence, Outcome, Place } from '../../src/release/deployment.ts'
import type { Event, NewEvent } from '../../src/release/event.ts'
import { type Advance, step } from '../../src/release/machine.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import type { Project } from '../../src/release/project.ts'

const ssh = { agent: false }

export const project: Project = {
  name: 'harbour',
  title: 'Harbour',
  repository: { url: '/origin.git', branch: 'master', tag: { name: 'v{full}', when: 'finish' }, ssh },
  version: { source: { file: 'pubspec.yaml', kind: 'pubspec' }, sync: [], allow: [], strict: false },
  build: {
    isolation: { kind: 'none' },
    environment: ['PATH'],
    clean: [],
    targets: [
      { name: 'linux', run: [['make']], output: 'out' },
      { name: 'web', run: [['make']], output: 'web' },
    ],
    package: { target: 'linux', name: 'harbour-{full}.tar.gz', root: 'harbour' },
    publish: { kind: 'directory', directory: '/published', url: 'https://localhost/harbour-{full}.tar.gz' },
  },
  aur: { package: 'harbour', directory: 'aur', url: '/aur.git', web: 'https://localhost', ssh, makepkg: { args: [] } },
  vps: {
    hosts: ['one', 'two', 'three', 'four'].map((name) => ({
      name,
      host: name,
      port: 22,
      user: 'u',
      directory: '/opt/h',
      ssh,
    })),
    batch: 2,
    upload: { target: 'web', to: 'build/web' },
    stage: [],
    deploy: ['./deploy.sh'],
    keep: [],
    irreversible: [],
  },
  verify: { deadlineMinutes: 10, rows: [] },
  documentation: [],
  approvals: { expireHours: 12, needed: 1, requesterMayApprove: false, rollback: { requesterMayApprove: true } },
  access: { view: 'everyone', deploy: ['team'], approve: ['managers'], admin: [] },
  channels: { slack: [], discord: [] },
  announce: { slack: [], discord: [] },
  mirror: false,
  onCall: [],
  redirects: [],
  incidents: { directory: 'docs/incidents', commit: false },
  freeze: [],
  deadlines: {},
  waitHours: 24,
  roles: {
    team: { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: ['ana', 'ben', 'cleo'] },
    managers: {
      slack: { users: ['UBEN'], groups: [] },
      discord: { users: [], roles: [] },
      terminal: ['ana', 'ben', 'cleo'],
    },
  },
  people: {
    ana: { slack: 'UANA', terminal: 'ana' },
    ben: { slack: 'UBEN', terminal: 'ben' },
    cleo: { terminal: 'cleo' },
  },
}

export const person = (account: string, more: Partial<Actor> = {}): Actor => ({
  platform: 'terminal',
  account,
  name: account,
  groups: [],
  vouched: true,
  ...more,
})

export const ANA = person('ana')
export const BEN = person('ben')

/** One deployment in the hand: events go in, time moves by a second each, and everything written is kept. */
export function drive(of: Project = project, more: Partial<Deployment> = {}) {
  let deployment: Deployment | undefined
  let at = 1_000_000
  const journal: Event[] = []
  const effects: Advance['effects'][number][] = []

  const send = (event: Omit<NewEvent, 'at'> & { at?: number }): Advance | undefined => {
    at = Math.max(at + 1_000, event.at ?? 0)
    const advance = step(deployment, { ...event, at } as NewEvent)
    if (advance === undefined) return undefined
    deployment = advance.deployment
    journal.push(...advance.events)
    effects.push(...advance.effects)
    return advance
  }
  const now = (): Deployment => {
    if (deployment === undefined) throw new Error('nothing was requested')
    return deployment
  }
  const settle = (id: string, outcome: Outcome = { ok: true, evidence: {} }) =>
    send({ type: 'settled', step: id, attempt: now().steps[id]?.attempt ?? 0, outcome } as never)

  send({
    type: 'requested',
    number: 42,
    kind: 'release',
    project: of,
    plan: planFor(of),
    release: { version: '3.1.3', build: '001', full: '3.1.3+001' },
    requester: ANA,
    place: { platform: 'terminal', channel: 'tty' },
    ...more,
  } as never)

  return {
    journal,
    effects,
    send,
    now,
    settle,
    time: () => at,
    is: (id: string) => now().steps[id]?.status,
    running: () =>
      now()
        .plan.filter(({ id }) => now().steps[id]?.status === 'running')
        .map(({ id }) => id),
    start: () => send({ type: 'started' } as never),
    /** Lets steps end well, one after the other, until the given one runs. */
    until: (id: string) => {
      for (let count = 0; count < 100 && now().steps[id]?.status !== 'running'; count += 1) {
        const running = now().plan.find((planned) => now().steps[planned.id]?.status === 'running')
        settle(running?.id ?? '', { ok: true, evidence: {} })
      }
    },
    /** Lets every step end well until a gate opens or nothing runs any more. */
    run: (evidence: (id: string) => Evidence = defaultEvidence) => {
      for (;;) {
        const planned = now().plan.find(({ id }) => ['running', 'asking'].includes(now().steps[id]?.status ?? ''))
        if (planned === undefined) return
        const state = now().steps[planned.id]
        if (state?.status === 'asking')
          send({ type: 'asked', step: planned.id, attempt: state.attempt, content: content('a') } as never)
        else settle(planned.id, { ok: true, evidence: evidence(planned.id) })
      }
    },
    press: (
      actor: Actor,
      choice: 'approve' | 'deny' = 'approve',
      more: { gate?: string; digest?: string; at?: number; place?: Place } = {},
    ) => {
      const gate = now().gates.at(-1)
      return send({
        type: 'pressed',
        gate: gate?.id ?? '',
        digest: gate?.digest ?? '',
        choice,
        actor,
        ...more,
      } as never)
    },
  }
}

export const content = (text: string) => ({ bound: { commit: text }, card: { sections: [], files: [] } })

const defaultEvidence = (id: string): Evidence => {
  if (id === 'preflight.origin') return { base: 'b1' }
  return id === 'version.commit' || id === 'version.push' ? { commit: 'c1' } : {}
}
