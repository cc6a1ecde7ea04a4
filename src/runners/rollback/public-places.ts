/** The kinds of public places once more, for taking a package away from them. Each touches only bytes of this deployment. */
import { isSshFault, type Session } from '../../ports/ssh.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Publish } from '../../release/project.ts'
import { addressOf, askAddress, askSum } from '../build/address.ts'
import { sumBytes } from '../build/places.ts'
import type { Action, Context } from '../step.ts'

interface Place {
  readonly mayWithdraw: boolean
  describe(facts: Facts): readonly Action[]
  /** Whether our package is there now. */
  isThere(context: Context): Promise<boolean | Problem>
  withdraw(context: Context): Promise<Problem | undefined>
}

type Of<K extends Publish['kind']> = Publish & { readonly kind: K }

/** The configured place of a project that publishes. */
export function placeOf(facts: Facts): Place {
  const publish = facts.project.build.publish
  if (publish === undefined) throw new Error('the plan withdraws a package, and the configuration names no place')
  return PLACES[publish.kind] ?? STAYS
}

const PLACES: Readonly<Partial<Record<Publish['kind'], Place>>> = {
  directory: {
    mayWithdraw: true,
    describe: (facts) => namesIn(facts, 'directory').map((file): Action => ({ do: 'own', what: `remove ${file}` })),
    isThere: inDirectory,
    withdraw: fromDirectory,
  },
  /** Files are set aside there: sftp accounts that only take files often cannot delete any. */
  sftp: {
    mayWithdraw: true,
    describe: (facts) =>
      namesIn(facts, 'sftp').map((file): Action => ({ do: 'own', what: `rename ${file} to ${withdrawn(file)}` })),
    isThere: bySftp,
    withdraw: asideBySftp,
  },
}

/** Whatever else a package is published by, the bot knows no way to take it back. What a forge makes of a tag goes with that. */
const STAYS: Place = {
  mayWithdraw: false,
  describe: (facts) => [{ do: 'own', what: `nothing: ${addressOf(facts)} stays, the bot knows no way to withdraw it` }],
  isThere: async () => false,
  withdraw: async () => undefined,
}

/** Ours by the very bytes that lie there; a file of anybody else is none of ours, and stays. */
async function inDirectory(context: Context): Promise<boolean> {
  return (await oursIn(context)).length > 0
}

/** The package first: a sum without its package misleads nobody. */
async function fromDirectory(context: Context): Promise<Problem | undefined> {
  for (const file of await oursIn(context)) await context.ports.files.remove(file)
  return undefined
}

async function oursIn({ facts, ports: { files } }: Context): Promise<readonly string[]> {
  const [file = '', sum = ''] = namesIn(facts, 'directory')
  const { packageSha256 } = facts.known
  const isOurs = (await files.exists(file)) && (await files.sha256(file)) === packageSha256
  const isOurSum = (await files.read(sum))?.startsWith(packageSha256) ?? false
  return [...(isOurs ? [file] : []), ...(isOurSum ? [sum] : [])]
}

/**
 * There is no summing over sftp: what the address answers tells whose bytes they are. An address that shows files late answers
 * nothing yet; then it is the size that tells.
 */
async function bySftp(context: Context): Promise<boolean | Problem> {
  const { facts } = context
  const seen = await askAddress(context)
  if (seen.answer === 'other') return false
  const session = await enter(context)
  if (isProblem(session)) return session
  const [file = '', sum = ''] = namesIn(facts, 'sftp')
  const bytes = await session.size(file)
  if (isSshFault(bytes)) return unreachable(facts, bytes)
  if (bytes === undefined) return isSumLeft(context, session, sum)
  if (seen.answer === 'same') return true
  return seen.answer === 'free'
    ? bytes === Number(facts.known.packageBytes)
    : problem('rollback.publish-unclear', { url: addressOf(facts), answer: seen.said })
}

/** An upload that never finished leaves the sum alone. It misleads whoever publishes there next. */
async function isSumLeft(context: Context, session: Session, sum: string): Promise<boolean | Problem> {
  const bytes = await session.size(sum)
  if (isSshFault(bytes)) return unreachable(context.facts, bytes)
  if (bytes !== sumBytes(context.facts.known.packageFile)) return false
  return (await askSum(context)).answer !== 'other'
}

/** The package last: while it is there, so is something to do. */
async function asideBySftp(context: Context): Promise<Problem | undefined> {
  const session = await enter(context)
  if (isProblem(session)) return session
  for (const file of namesIn(context.facts, 'sftp').toReversed()) {
    const there = await session.size(file)
    const fault =
      there === undefined ? undefined : isSshFault(there) ? there : await session.rename(file, withdrawn(file))
    if (fault) return unreachable(context.facts, fault)
  }
  return undefined
}

async function enter({ facts, ports }: Context): Promise<Session | Problem> {
  const { host, port, user, ssh } = rules(facts, 'sftp')
  const session = await ports.ssh.connect({ name: host, host, port, user, ssh })
  return isSshFault(session) ? unreachable(facts, session) : session
}

/** The package and its sum, as they lie there. */
function namesIn(facts: Facts, kind: 'directory' | 'sftp'): readonly string[] {
  const { directory } = rules(facts, kind)
  const url = addressOf(facts)
  const file = `${directory.replace(/\/+$/, '')}/${url.slice(url.lastIndexOf('/') + 1)}`
  return [file, `${file}.sha256`]
}

function withdrawn(file: string): string {
  return `${file}.withdrawn`
}

function rules<K extends Publish['kind']>(facts: Facts, kind: K): Of<K> {
  const publish = facts.project.build.publish
  if (publish?.kind !== kind) throw new Error(`the package is not published by ${kind}`)
  return publish as Of<K>
}

function unreachable(facts: Facts, { message }: { readonly message: string }): Problem {
  return problem('rollback.publish-unreachable', { host: rules(facts, 'sftp').host, url: addressOf(facts), message })
}
