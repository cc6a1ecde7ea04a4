/** Asking the public address what it answers, and comparing the bytes with the package, and the sum beside it with its sum. */
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

/** What the sum beside the package names. Of `other`, `sha256` is empty where no sum is in it at all. */
export async function askSum({ facts, ports, deadline }: Context): Promise<Answer> {
  const timeoutMs = Math.max(1000, deadline - ports.clock.now())
  const got = await ports.http.get(sumAddressOf(facts), { timeoutMs, ...webAccess(facts.project) })
  if (!got.ok) return { answer: 'unclear', said: `${got.code}, ${got.message}` }
  if (FREE.includes(got.status)) return { answer: 'free', said: `status ${got.status}` }
  if (got.status !== 200) return { answer: 'unclear', said: `status ${got.status}` }
  const named: readonly string[] = got.body.toLowerCase().match(/\b[0-9a-f]{64}\b/g) ?? []
  if (named.includes(facts.known.packageSha256)) return { answer: 'same', bytes: Buffer.byteLength(got.body) }
  return { answer: 'other', sha256: named[0] ?? '' }
}

/** Asks until something is there, or the step's time is over: a host may show a new file only after a while. */
export async function awaitAnswer(
  context: Context,
  url: string,
  ask: (context: Context) => Promise<Answer>,
): Promise<Answer> {
  const { clock } = context.ports
  let answer = await ask(context)
  while (isLagging(answer) && clock.now() + PAUSE < context.deadline && !context.signal.aborted) {
    context.progress(`waiting for ${url}: ${answer.said}`)
    await clock.sleep(PAUSE, context.signal)
    answer = await ask(context)
  }
  return answer
}

const PAUSE = 5_000

/** Other bytes do not become right by waiting. */
function isLagging(answer: Answer): answer is Answer & { answer: 'free' | 'unclear' } {
  return answer.answer === 'free' || answer.answer === 'unclear'
}

/** Where the sum lies, as whoever checks the package looks for it. */
export function sumAddressOf(facts: Facts): string {
  return `${addressOf(facts)}.sha256`
}

/** The public address; the plan has publishing steps only where there is one. */
export function addressOf(facts: Facts): string {
  const address = publicAddress(facts)
  if (address === undefined) throw new Error('the plan publishes, and the configuration names no address')
  return address
}
