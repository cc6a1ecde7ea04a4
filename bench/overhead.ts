/** Row 1: what a step costs beside the work in it. Thirty steps of `true`, one after the other. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PlannedStep } from '../src/release/plan.ts'
import { project } from '../test/release/sample.ts'
import { type Finding, interleaved, ratioOf, timed } from './measure.ts'
import { installed, runProgram } from './parts/programs.ts'
import { simulate } from './parts/simulated.ts'

const STEPS = 30
const ROUNDS = 9
const ANSIBLE_ROUNDS = 2

export async function overhead() {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'))
  try {
    let count = 0
    const own = () => {
      count += 1
      return throughSlipway(join(folder, `data-${count}`))
    }
    const { slipway, bare } = await interleaved(ROUNDS, {
      slipway: own,
      bare: () => bareSteps(join(folder, 'journal')),
    })
    return {
      'a bare spawn with one fdatasync a step': ratioOf(slipway, bare),
      Ansible: await againstAnsible(folder, own),
    }
  } finally {
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

async function throughSlipway(dataFolder: string): Promise<number> {
  const { startedAt = 0, endedAt = 0 } = await simulate({
    project,
    plan: PLAN,
    dataFolder,
    run: ({ execute }) => execute({ do: 'command', argv: ['true'] }),
  })
  return endedAt - startedAt
}

const PLAN: readonly PlannedStep[] = Array.from({ length: STEPS }, (_, index) => ({
  id: `build.target:${index}`,
  name: 'build.target',
  item: `${index}`,
  phase: 'build',
  title: `Build: ${index}`,
  effect: 'local',
  minutes: 1,
  needs: index === 0 ? [] : [`build.target:${index - 1}`],
  settles: false,
  interruptible: true,
}))

async function bareSteps(journal: string): Promise<number> {
  const file = await open(journal, 'a')
  const took = await timed(async () => {
    for (let step = 0; step < STEPS; step += 1) {
      await once(spawn('true', { stdio: 'ignore' }), 'exit')
      await file.appendFile(`step ${step} has ended\n`)
      await file.datasync()
    }
  })
  await file.close()
  return took
}

async function againstAnsible(folder: string, own: () => Promise<number>): Promise<Finding | undefined> {
  if (!installed('ansible-playbook')) return undefined
  const playbook = join(folder, 'steps.yml')
  const tasks = Array.from({ length: STEPS }, (_, step) => ({ name: `step ${step}`, command: 'true' }))
  await writeFile(playbook, JSON.stringify([{ hosts: 'localhost', connection: 'local', gather_facts: false, tasks }]))
  const ansible = () => timed(() => runProgram(['ansible-playbook', '-i', 'localhost,', playbook]))
  const rounds = await interleaved(ANSIBLE_ROUNDS, { own, ansible })
  return ratioOf(rounds.own, rounds.ansible)
}
