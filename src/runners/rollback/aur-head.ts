/** The AUR's head as it is now, with its history in the bot's clone. */
import { askHead, aurOf, cloneAur, fetchHead } from '../../argv/aur.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { aurProblem } from '../aur/remote.ts'
import type { Context } from '../step.ts'

/** Fetches it into the clone, which is made where it is missing and freed of what a killed git left in it. */
export async function fetchedHead({ facts, execute, ports }: Context): Promise<string | Problem> {
  const { aur } = facts.folders
  if (!(await ports.files.exists(`${aur}/.git/HEAD`))) {
    await ports.files.remove(aur)
    const cloned = await execute(cloneAur(facts))
    if (cloned.code !== 0) return aurProblem(facts, cloned, 'aur.clone-failed')
  }
  for (const lock of LEFT_OVER) await ports.files.remove(`${aur}/.git/${lock}`)
  const asked = await execute(askHead(facts))
  const head = asked.stdout.split('\t')[0]?.trim() ?? ''
  if (asked.code !== 0) return aurProblem(facts, asked, 'aur.clone-failed')
  if (head === '') return problem('rollback.aur-empty', { package: aurOf(facts).package, url: aurOf(facts).url })
  const fetched = await execute(fetchHead(facts))
  return fetched.code === 0 ? head : aurProblem(facts, fetched, 'aur.clone-failed')
}

const LEFT_OVER = ['index.lock', 'HEAD.lock', 'refs/heads/slipway.lock', 'refs/remotes/origin/master.lock']
