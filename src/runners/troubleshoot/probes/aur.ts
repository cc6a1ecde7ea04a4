/** Is the public package the one that was built, and has somebody else pushed to the AUR? */
import { aurOf, lookAtHead } from '../../../argv/aur.ts'
import { publicAddress } from '../../artifacts.ts'
import { aurProblem } from '../../aur/remote.ts'
import { addressOf, askAddress } from '../../build/address.ts'
import { failed } from '../../vps/server.ts'
import { answer, blind, leftBy, probe } from '../probe.ts'

/** A package is downloaded whole. */
const DOWNLOAD_MS = 5 * 60_000

export const publicPackage = probe({
  patienceMs: DOWNLOAD_MS,
  describe: (facts) => ({ look: { do: 'request', url: publicAddress(facts) ?? 'nothing is published' } as const }),
  async look(context) {
    const { facts } = context
    const ours = leftBy(facts, 'packageSha256')
    if (publicAddress(facts) === undefined || ours === undefined) return blind('no package was made to compare with')
    /** A release under way downloads to the place of its own. */
    const folders = { ...facts.folders, builds: `${facts.folders.builds}/looked-at` }
    const seen = await askAddress({ ...context, facts: { ...facts, folders } })
    const url = addressOf(facts)
    if (seen.answer === 'same') return answer('same', `${url} gives the package that was built, ${seen.bytes} bytes`)
    if (seen.answer === 'other')
      return answer('other', `${url} gives sha256 ${seen.sha256.slice(0, 12)}, built was ${ours.slice(0, 12)}`)
    return answer('missing', `${url} answers ${seen.said}`)
  },
})

/** Moved: another commit than the one that ours goes on top of, and not ours either. */
export const aurHead = probe({
  describe: (facts) => ({ look: lookAtHead(facts) }),
  async look(context) {
    const { facts, actions, execute } = context
    const exit = await execute(actions.look)
    if (exit.code !== 0) return failed(context, aurProblem(facts, exit, 'aur.clone-failed'))
    const head = exit.stdout.split('\t')[0]?.trim() ?? ''
    const known = [leftBy(facts, 'aurHead'), leftBy(facts, 'aurCommit')]
    const there = head === '' ? 'nothing' : head.slice(0, 12)
    const name = aurOf(facts).package
    if (known[0] === undefined) return answer('unknown', `the AUR has ${there} of ${name}; nothing was made for it yet`)
    if (known.includes(head)) return answer('same', `the AUR has ${there} of ${name}, as it was when we looked`)
    return answer(
      'moved',
      `the AUR has ${there} of ${name}; our commit goes on top of ${known[0].slice(0, 12) || 'nothing'}`,
    )
  },
})
