/** Deployments for the pictures: short and long, few steps and many, well and badly ended, in Latin and in Japanese. */
import type { Deployment, Gate, StepState, Stop } from '../../src/release/deployment.ts'
import { type PlannedStep, planFor } from '../../src/release/plan.ts'
import type { Project } from '../../src/release/project.ts'
import { BEN, drive, project } from './sample.ts'

const JAPANESE = ['東京サーバー第一号機', '大阪予備系サーバー', '札幌', '福岡データセンター内部検証用サーバー']

interface Scene {
  readonly seconds: number
  readonly steps?: number
  readonly fails?: boolean
  readonly japanese?: boolean
  readonly waits?: boolean
  readonly learned?: boolean
}

export const SCENES: readonly (readonly [name: string, scene: Scene])[] = [
  ['3 steps in 20 s', { seconds: 20, steps: 3 }],
  ['40 steps in 20 s', { seconds: 20 }],
  ['3 steps in 6 h', { seconds: 21_600, steps: 3, fails: true }],
  ['40 steps in 6 h, with waiting, failures and fixes', { seconds: 21_600, fails: true, waits: true }],
  [
    '40 steps in 50 min, with waiting, learned, in Japanese',
    { seconds: 3000, japanese: true, waits: true, learned: true },
  ],
  ['40 steps in 6 h, with failures, in Japanese', { seconds: 21_600, japanese: true, fails: true, waits: true }],
]

/** A deployment in which each step took its share of the whole. */
export function sceneOf({
  seconds,
  steps = 40,
  fails = false,
  japanese = false,
  waits = false,
  learned = false,
}: Scene) {
  const of: Project = japanese ? inJapanese(project) : project
  const base = drive(of).now()
  const all = planFor(of).map(
    (step): PlannedStep =>
      learned ? { ...step, usual: { median: step.minutes * 0.8, p90: step.minutes, runs: 7 } } : step,
  )
  const chosen =
    steps >= 40
      ? [...all, ...fixes(fails)]
      : all.filter(({ name }) => ['version.push', 'build.clean', 'verify.matrix'].includes(name)).slice(0, 3)
  const plan = chosen.map((step) => ({
    ...step,
    needs: step.needs.filter((id) => chosen.some((each) => each.id === id)),
  }))
  return placed(
    { ...base, plan, requester: japanese ? { ...base.requester, name: '髙橋 花子' } : base.requester },
    seconds * 1000,
    fails,
    waits,
  )
}

function placed(base: Deployment, length: number, fails: boolean, waits: boolean): Deployment {
  const from = 1_000_000
  const ends = new Map<string, number>()
  const states: Record<string, StepState> = {}
  const total = schedule(base.plan)
  const asked = waits ? length * 0.6 : 0
  const scale = (length - asked) / total
  const gates: Gate[] = []
  for (const step of base.plan) {
    const ready = Math.max(from, ...step.needs.map((id) => ends.get(id) ?? from))
    const began = ready + (step.gate !== undefined ? asked : 0)
    if (step.gate !== undefined && waits) gates.push(gateOf(step.id, ready, began))
    const ended = began + step.minutes * scale
    ends.set(step.id, ended)
    const isFailed = fails && (step.name === 'build.target' || step.name === 'version.push')
    const failures = isFailed ? [{ from: began, to: began + (ended - began) / 3 }] : undefined
    const start = isFailed ? began + (ended - began) * 0.6 : began
    const last = fails && step.name === 'verify.matrix' ? ('failed' as const) : ('done' as const)
    states[step.id] = {
      status: last,
      attempt: 1,
      stale: false,
      evidence: {},
      notes: [],
      beganAt: start,
      endedAt: ended,
      ...(failures && { failures }),
    }
  }
  const stops: Stop[] = []
  const status = fails ? 'failed' : 'complete'
  return { ...base, status, startedAt: from, endedAt: Math.max(...ends.values()), steps: states, gates, stops }
}

function schedule(plan: readonly PlannedStep[]): number {
  const ends = new Map<string, number>()
  for (const step of plan) ends.set(step.id, Math.max(0, ...step.needs.map((id) => ends.get(id) ?? 0)) + step.minutes)
  return Math.max(...ends.values())
}

function gateOf(step: string, openedAt: number, at: number): Gate {
  const press = { actor: BEN, choice: 'approve', digest: 'd', at } as const
  const rest = {
    options: [],
    used: true,
    reminders: 0,
    differs: [],
    content: { bound: {}, card: { sections: [], files: [] } },
  }
  return {
    id: 'aur-submit.1',
    name: 'aur-submit',
    step,
    digest: 'd',
    openedAt,
    status: 'approved',
    presses: [press],
    ...rest,
  }
}

function fixes(fails: boolean): readonly PlannedStep[] {
  const fix = {
    phase: 'troubleshoot',
    effect: 'local',
    settles: false,
    interruptible: true,
    needs: ['build.target:linux'],
  } as const
  const named = (id: string, title: string, minutes: number) =>
    ({ ...fix, id, name: 'fix.local', title, minutes }) as unknown as PlannedStep
  return fails ? [named('fix.1', 'Is there room for a build?', 1), named('fix.2', 'Build again from scratch', 6)] : []
}

function inJapanese(of: Project): Project {
  const { vps } = of
  const hosts = vps?.hosts.map((host, index) => ({ ...host, name: JAPANESE[index] ?? host.name })) ?? []
  return { ...of, title: '港湾管理システム・デスクトップ版', ...(vps && { vps: { ...vps, hosts } }) }
}
