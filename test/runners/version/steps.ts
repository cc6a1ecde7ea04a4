/** The steps from the look at the origin to the push of the release commit, in their order. */
import { origin } from '../../../src/runners/preflight/origin.ts'
import { commit } from '../../../src/runners/version/commit.ts'
import { push } from '../../../src/runners/version/push.ts'
import { search } from '../../../src/runners/version/search.ts'
import { set } from '../../../src/runners/version/set.ts'
import { sync } from '../../../src/runners/version/sync.ts'

export const STEPS = {
  'preflight.origin': origin,
  'version.set': set,
  'version.sync': sync,
  'version.search': search,
  'version.commit': commit,
  'version.push': push,
}
