/** Trials side by side, each in a world of its own. */
import { tryRelease, type Verdict } from './release.ts'
import { trialNamed } from './trials.ts'

export type Tried = readonly [name: string, verdict: Verdict]

/** `told` is called as each one ends. */
export async function tryAll(
  names: readonly string[],
  workers: number,
  told: (tried: Tried, count: number) => void = () => {},
): Promise<readonly Tried[]> {
  const left = [...names]
  const tried: Tried[] = []
  const work = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const one = [name, await tryRelease(trialNamed(name))] as const
      told(one, tried.push(one))
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return tried
}
