/** Asking the public address what it answers, and comparing the bytes with the package. */
import type { Facts } from '../../release/facts.ts'
import { downloadedCopy, publicAddress } from '../artifacts.ts'
import type { Context } from '../step.ts'
import { webAccess } from '../web-access.ts'

/** What the address answers now. `free`: nothing is there, `unclear`: it cannot be told. */
export type Answer =
  | { readonly answer: 'same'; readonly bytes: number }
  | { readonly answer: 'other'; readonly sha256: string }
  | { readonly answer: 'free' | 'unclear'; readonly said: string }

/** Statuses of an address that nothing was published at; stores without listing say 403. */
export const FREE = [403, 404, 410]

/** The longest body that is compared; a package of 145 MB is usual. */
const LARGEST = 4 * 1024 ** 3

/** Downloads the public address as a stranger would, and throws the copy away. */
export async function askAddress({ facts, ports, deadline }: Context): Promise<Answer> {
  const copy = downloadedCopy(facts)
  const timeoutMs = Math.max(1000, deadline - ports.clock.now())
  const options = { timeoutMs, maxBytes: LARGEST, ...webAccess(facts.project) }
  const got = await ports.http.download(addressOf(facts), copy, options)
  await ports.files.remove(copy)
  if (!got.ok) return { answer: 'unclear', said: `${got.code}, ${got.message}` }
  if (FREE.includes(got.status)) return { answer: 'free', said: `status ${got.status}` }
  if (got.status !== 200) return { answer: 'unclear', said: `status ${got.status}` }
  if (got.sha256 === facts.known.packageSha256) return { answer: 'same', bytes: got.bytes }
  return { answer: 'other', sha256: got.sha256 }
}

/** The public address; the plan has publishing steps only where there is one. */
export function addressOf(facts: Facts): string {
  const address = publicAddress(facts)
  if (address === undefined) throw new Error('the plan publishes, and the configuration names no address')
  return address
}
