/** Every trial by its name: releases that are killed, releases that lose their connection, and releases whose push loses its answer. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomFrom } from '../random.ts'
import { deploymentOf, type Left } from './judge.ts'
import { instantsOf, nameOf, type Passed, pointNamed, triedOf } from './points.ts'
import type { Trial } from './release.ts'

/** How many releases lose their ssh connections, each at moments of its own. */
const CUTS = 12

interface Trials {
  readonly names: readonly string[]
  /** How many kill points are the same instant as one of these, and are not tried. */
  readonly same: number
}

/** All trials, once it is known what a release comes past. */
export function trialsAfter(passed: Passed): Trials {
  const instants = instantsOf(passed)
  const points = instants.flatMap(triedOf)
  const cuts = Array.from({ length: CUTS }, (_, index) => `cut ${index + 1}`)
  const answers = Object.keys(PUSHES).map((push) => `lost answer ${push}`)
  return { names: [...points.map(nameOf), ...cuts, ...answers], same: instants.flat().length - points.length }
}

export function trialNamed(name: string): Trial {
  const [, what, which = ''] = /^(cut|lost answer) (\w+)$/.exec(name) ?? []
  if (what === 'cut') return losingConnections(Number(which))
  if (what === 'lost answer') {
    const { origin, aur } = pushesOf(which)
    return {
      prepare: (world) => Promise.all([loseAnswers(world.origin.folder, origin), loseAnswers(world.aur.folder, aur)]),
      faults: async ({ world }) => [
        ...(await answered(world.origin.folder, origin)),
        ...(await answered(world.aur.folder, aur)),
      ],
    }
  }
  const kill = pointNamed(name)
  return kill.at === 'after step' ? { kill, faults: (left) => runAgain(left, kill.step) } : { kill }
}

/** A choice of names that is the same for the same seed. */
export function sampleOf(names: readonly string[], count: number, seed: number): readonly string[] {
  const random = randomFrom(seed)
  const left = [...names]
  return Array.from(
    { length: Math.min(count, left.length) },
    () => left.splice(Math.floor(random() * left.length), 1)[0] ?? '',
  )
}

/** A step that was done and not recorded is seen to be done, but for the two that always lay out the same again. */
async function runAgain({ dataFolder }: Left, step: string): Promise<readonly string[]> {
  const deployment = await deploymentOf(dataFolder)
  const wasSeen = typeof deployment !== 'string' && deployment.steps[step]?.notes.includes('found done after a restart')
  return wasSeen || /^vps\.(record|stage):/.test(step) ? [] : [`${step} was done, and was not seen to be`]
}

/** Within each step of the server's phase every connection is cut, some time after the step has begun. */
function losingConnections(seed: number): Trial {
  const random = randomFrom(seed)
  return {
    began: ({ step }, { world }) => {
      if (step.startsWith('vps.')) setTimeout(world.loseConnections, random() * LATEST_CUT).unref()
    },
  }
}

/** About as long as the longest of those steps takes, ms. */
const LATEST_CUT = 700

/** Which pushes of the origin and of the AUR are taken and then not answered. */
const PUSHES: Readonly<Record<string, { readonly origin: readonly number[]; readonly aur: readonly number[] }>> = {
  version: { origin: [1], aur: [] },
  tag: { origin: [2], aur: [] },
  documentation: { origin: [3], aur: [] },
  aur: { origin: [], aur: [1] },
  all: { origin: [1, 2, 3], aur: [1] },
}

function pushesOf(which: string) {
  const pushes = PUSHES[which]
  if (pushes === undefined) throw new Error(`no push is called ${which}`)
  return pushes
}

async function loseAnswers(repository: string, pushes: readonly number[]): Promise<void> {
  const hook = join(repository, 'hooks', 'post-receive')
  await mkdir(join(repository, 'hooks'), { recursive: true })
  await writeFile(hook, hookFor(pushes))
  await chmod(hook, 0o755)
}

/** A trial in which the answer came all the same has shown nothing. */
async function answered(repository: string, pushes: readonly number[]): Promise<readonly string[]> {
  const lost = await readFile(join(repository, 'unanswered'), 'utf8').catch(() => '')
  const missing = pushes.filter((push) => !lost.split('\n').includes(String(push)))
  return missing.map((push) => `push ${push} of ${repository} was answered`)
}

/** The hook runs once the references have moved: it ends the client, which then never hears that they did. */
function hookFor(pushes: readonly number[]): string {
  return `#!/bin/sh
number=$(($(cat "$GIT_DIR/pushes" 2>/dev/null || echo 0) + 1))
echo "$number" >"$GIT_DIR/pushes"
case ' ${pushes.join(' ')} ' in *" $number "*) ;; *) exit 0 ;; esac
pid=$PPID
while [ "$pid" -gt 1 ]; do
    if tr '\\0' ' ' <"/proc/$pid/cmdline" | grep -q '^git .* push '; then
        echo "$number" >>"$GIT_DIR/unanswered"
        kill -KILL "$pid"
        exit 0
    fi
    pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
done
`
}
