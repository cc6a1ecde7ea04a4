/** What does not belong to a project: the data folder, and the clock of this machine. */
import type { Http } from '../ports/http.ts'
import { fingerprintOf } from '../release/dsse.ts'
import type { Finding } from '../release/finding.ts'
import type { Project } from '../release/project.ts'
import { word } from '../release/shell-words.ts'
import type { Mendable } from './mendable.ts'

/** Everything that a release writes lies in here. Builds of another user have to pass through it, so 0711. */
const DATA_MODE = 0o711

/** What is where the data folder should be. `closed`: this account may not write there. */
export type FoundFolder = 'writable' | 'closed' | 'no folder' | 'nothing'

export function checkDataFolder(path: string, found: FoundFolder): Mendable {
  const about = 'data folder'
  if (found === 'writable') return { about, standing: 'good', what: path }
  const why = 'The journal, the clones and the builds of every release lie there.'
  return { about, standing: 'bad', why, ...FAULTS[found](path) }
}

const FAULTS: Readonly<
  Record<Exclude<FoundFolder, 'writable'>, (path: string) => Omit<Mendable, 'about' | 'standing'>>
> = {
  closed: (path) => ({
    what: `${path} cannot be written by this account.`,
    remedy: 'Give it to the account that Slipway runs as, or set SLIPWAY_DATA to another folder.',
    command: `sudo chown "$USER" ${word(path)}`,
  }),
  'no folder': (path) => ({
    what: `${path} is not a folder.`,
    remedy: 'Move what is there away, or set SLIPWAY_DATA to a folder.',
  }),
  nothing: (path) => ({
    what: `${path} does not exist.`,
    remedy: 'Make it, or set SLIPWAY_DATA to another folder.',
    command: `install -d -m 711 ${word(path)}`,
    mend: { do: 'folder', path, mode: DATA_MODE },
  }),
}

/** What is known of the signing key: its public half, why it cannot be used, or nothing where there is none yet. */
export type FoundKey = { readonly publicKey: string } | { readonly refused: string } | undefined

/** `file` is where the public key lies. */
export function checkSigningKey(file: string, found: FoundKey): Finding {
  const about = 'signing key'
  if (found === undefined) {
    const what = 'there is none yet. The first start makes it; npm run certificate -- key makes it now.'
    return { about, standing: 'note', what }
  }
  if ('publicKey' in found) {
    const what = `certificates are signed by ${fingerprintOf(found.publicKey)}. Its public half, for the product: ${file}`
    return { about, standing: 'good', what }
  }
  const why = 'A release ends with a signed certificate, and every journal with a signed checkpoint.'
  return { about, standing: 'bad', what: found.refused, why }
}

/** Half of an HTTP date's second and the way there and back are no difference. */
const TOLERATED_MS = 60_000

/** Certificates, approvals that expire and freezes go by the clock, so it is compared with one outside. */
export async function checkClock(projects: readonly Project[], http: Http, now: () => number): Promise<Finding> {
  const about = 'clock'
  const [address] = projects.flatMap(({ aur, verify }) => {
    const url = verify.site ?? verify.app ?? aur?.web
    return url === undefined ? [] : [{ url, ca: verify.ca }]
  })
  if (address === undefined) return { about, standing: 'note', what: 'no address is configured to compare it with.' }
  const { url, ca } = address
  const answer = await http.get(url, { method: 'HEAD', timeoutMs: 10_000, ...(ca !== undefined && { ca }) })
  const theirs = answer.ok ? Date.parse(answer.headers.date ?? '') : Number.NaN
  if (Number.isNaN(theirs)) return { about, standing: 'note', what: `${url} does not say what time it is.` }
  const apart = Math.round((now() - theirs) / 1000)
  if (Math.abs(apart) * 1000 <= TOLERATED_MS) return { about, standing: 'good', what: `agrees with ${url}.` }
  return {
    about,
    standing: 'bad',
    what: `it is ${Math.abs(apart)} s ${apart > 0 ? 'ahead of' : 'behind'} that of ${url}.`,
    why: 'Approvals expire and freezes begin by this clock, and TLS refuses certificates by it.',
    remedy: 'Have it set over the network.',
    command: 'timedatectl set-ntp true',
  }
}
