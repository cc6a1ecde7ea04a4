/** Deployments for the pictures: short and long, few steps and many, well and badly ended, in Latin and in Japanese. */
import type { Deployment, StepState, Stop } from '../../src/release/deployment.ts'
import type { Gate } from '../../src/release/gate.ts'
import { planFor } from '../../src/release/plan/expand.ts'
import type { PlannedStep } from '../../src/release/plan.ts'
import type { Project } from '../../src/release/project.ts'
import { BEN, drive, project } from './sample.ts'

/** Names as they are given where Latin letters are not the usual ones. */
const NAMES = {
  japanese: {
    title: '港湾管理システム・デスクトップ版',
    person: '髙橋 花子（辻﨑 𠮷男の代理）',
    hosts: ['東京サーバー第一号機', '大阪予備系サーバー', '札幌', '福岡データセンター内部検証用サーバー'],
  },
  korean: {
    title: '항만 관리 시스템 🚢 데스크톱',
    person: '김민수',
    hosts: ['서울 첫째 서버', '부산 예비 서버', '제주', '대전 데이터 센터 내부 검증용 서버'],
  },
} as const

interface Scene {
  readonly seconds: number
  readonly steps?: number
  readonly fails?: boolean
  readonly names?: keyof typeof NAMES
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
    { seconds: 3000, names: 'japanese', waits: true, learned: true },
  ],
  ['40 steps in 6 h, with failures, in Japanese', { seconds: 21_600, names: 'japanese', fails: true, waits: true }],
  ['40 steps in 20 s, with failures, in Korean', { seconds: 20, names: 'korean', fails: true, waits: true }],
  ['3 steps in 20 s, with a failure, in Japanese', { seconds: 20, steps: 3, names: 'japanese', fails: true }],
]

/** A deployment in which each step took its share of the whole. */
export function sceneOf({ seconds, steps = 40, fails = false, names, waits = false, learned = false }: Scene) {
  const of: Project = names === undefined ? project : named(project, names)
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
    { ...base, plan, requester: { ...base.requester, ...(names && { name: NAMES[names].person }) } },
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
  const stops: Stop[] = []
  for (const step of base.plan) {
    const ready = Math.max(from, ...step.needs.map((id) => ends.get(id) ?? from))
    const began = ready + (step.gate !== undefined ? asked : 0)
    if (step.gate !== undefined && waits) gates.push(gateOf(step.id, ready, began))
    const ended = began + step.minutes * scale
    ends.set(step.id, ended)
    const isFailed = fails && (step.name === 'build.target' || step.name === 'version.push')
    const failures = isFailed ? ([{ from: began, to: began + (ended - began) / 3 }] as const) : undefined
    const start = isFailed ? began + (ended - began) * 0.6 : began
    if (failures !== undefined && stops.length === 0) stops.push(stopOf(failures[0].to, start))
    const last = fails && step.name === 'verify.matrix' ? ('failed' as const) : ('done' as const)
    states[step.id] = {
      status: last,
      attempt: 1,
      stale: false,
      evidence: step.name === 'verify.matrix' ? { matrix: MATRIX } : {},
      notes: [],
      beganAt: start,
      endedAt: ended,
      ...(failures && { failures }),
    }
  }
  const status = fails ? 'failed' : 'complete'
  return { ...base, status, startedAt: from, endedAt: Math.max(...ends.values()), steps: states, gates, stops }
}

const MATRIX = Array.from({ length: 11 }, () => ({ verdict: 'pass' }))

/** Nothing went on from a failure until somebody retried it. */
function stopOf(at: number, again: number): Stop {
  return { at, failed: [], retried: { at: again, actor: BEN } }
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

function named(of: Project, names: keyof typeof NAMES): Project {
  const { vps } = of
  const { title, hosts } = NAMES[names]
  const renamed = vps?.hosts.map((host, index) => ({ ...host, name: hosts[index] ?? host.name })) ?? []
  return { ...of, title, ...(vps && { vps: { ...vps, hosts: renamed } }) }
}
