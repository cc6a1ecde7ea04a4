/** Trials side by side, each in a world of its own. */
import { type Trial, tryRelease, type Verdict } from './release.ts'
import { trialNamed } from './trials.ts'

export type Tried = readonly [name: string, verdict: Verdict]

interface TryOptions {
  readonly workers: number
  /** Called as each one ends. */
  readonly told?: (tried: Tried, count: number) => void
  /** What each name stands for; absent: a trial of a release that goes well. */
  readonly trial?: (name: string) => Trial
}

export async function tryAll(
  names: readonly string[],
  { workers, told = () => {}, trial = trialNamed }: TryOptions,
): Promise<readonly Tried[]> {
  const left = [...names]
  const tried: Tried[] = []
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const one = [name, await tryRelease(trial(name))] as const
      told(one, tried.push(one))
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return tried
}
