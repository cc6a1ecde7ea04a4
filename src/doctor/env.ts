/** What is wrong with the `.env` itself: it comes before everything that it names. */
import type { Exposed } from '../config/file-mode.ts'
import type { Finding } from '../release/finding.ts'

/** `leftOut`: why it does not count; `shown`: who else reads its secrets. Nothing where it is as it should be. */
export function checkEnv(leftOut: readonly Exposed[], shown: Exposed | undefined): readonly Finding[] {
  const about = '.env'
  if (shown !== undefined && leftOut.length === 0)
    return [{ about, standing: 'note', ...shown, remedy: 'Make it its owner’s alone:' }]
  return leftOut.map(({ what, command }) => ({
    about,
    standing: 'bad',
    what: `${what} So it is left out.`,
    why: 'It says where the configuration, the data and the signing key are, so nothing else was looked at.',
    remedy: 'See that what stands in it is yours, then:',
    command,
  }))
}
