/** The kinds of places a package is published at. Each puts the package and its sum there and replaces nothing. */
import type { Session } from '../../ports/ssh.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Publish } from '../../release/project.ts'
import { nextAddressed } from '../../release/version/next-address.ts'
import { fillTemplate } from '../../release/version.ts'
import { handOver } from '../hand-over.ts'
import type { Action, Context } from '../step.ts'
import { addressOf } from './address.ts'
import { type CommandAction, endOf, runAll } from './commands.ts'

export type PublishActions = {
  readonly look: Action
  readonly place?: readonly Action[]
  readonly commands?: readonly CommandAction[]
}

interface Place {
  describe(facts: Facts): Omit<PublishActions, 'look'>
  publish(context: Context<PublishActions>): Promise<Problem | undefined>
  /** Only the address tells what an earlier attempt has put there: tried again, it may happen twice. */
  readonly blind?: true
  /** What a bot that was killed just then has left where strangers look. */
  tidy?(context: Context): Promise<void>
}

type Of<K extends Publish['kind']> = Publish & { readonly kind: K }

/** The archive of a tag is put nowhere: pushing the tag makes it. */
export const PLACES: Readonly<Record<Exclude<Publish['kind'], 'tag'>, Place>> = {
  /** A folder of this machine that a web server shows. */
  directory: {
    describe: (facts) => ({
      place: pairs(facts, rules(facts, 'directory').directory).map(({ from, to }) => ({
        do: 'own',
        what: `copy ${from} to ${to}, unless that name is taken`,
      })),
    }),
    publish: placeInDirectory,
    tidy: async ({ facts, ports }) => {
      for (const { to } of pairs(facts, rules(facts, 'directory').directory)) await ports.files.tidy(to)
    },
  },
  /** A host that only takes files, such as SourceForge's. */
  sftp: {
    describe: (facts) => ({
      place: pairs(facts, rules(facts, 'sftp').directory).map(({ from, to }) => ({
        do: 'upload',
        host: rules(facts, 'sftp').host,
        from,
        to,
      })),
    }),
    publish: placeBySftp,
  },
  /** The project's own way, such as a release of a forge. */
  command: {
    describe: (facts) => ({
      commands: rules(facts, 'command').run.map((argv) => ({
        do: 'command',
        argv: argv.map((word) => fillTemplate(word, facts.release, wordsOf(facts))),
        cwd: handedOver(facts),
        isolated: { writes: handedOver(facts), network: true },
        variables: rules(facts, 'command').environment ?? [],
      })),
    }),
    publish: placeByCommand,
    blind: true,
  },
}

async function placeInDirectory({ facts, ports }: Context): Promise<Problem | undefined> {
  const { directory } = rules(facts, 'directory')
  if (!(await ports.files.exists(directory))) return problem('build.publish-folder-missing', { directory })
  const [sum, file] = pairs(facts, directory)
  // Nobody has checked anything by a sum without its package: an attempt that never finished has left it.
  if (!(await ports.files.exists(file.to))) await ports.files.remove(sum.to)
  for (const { from, to } of [sum, file]) {
    if (await ports.files.place(from, to)) continue
    if ((await ports.files.sha256(to)) !== (await ports.files.sha256(from))) return taken(facts, to)
  }
  return undefined
}

async function placeBySftp({ facts, ports }: Context): Promise<Problem | undefined> {
  const { host, port, user, ssh, directory } = rules(facts, 'sftp')
  const session = await ports.ssh.connect({ name: host, host, port, user, ssh })
  if (isSshFault(session)) return unreachable(facts, session)
  const [sum, file] = pairs(facts, directory)
  const there = await sizeAt(facts, session, file.to)
  if (isProblem(there)) return there
  const failed = await (there === undefined ? uploadAnew : uploadOnce)(facts, session, sum)
  return failed ?? uploadOnce(facts, session, file)
}

/** For a sum without its package, which an attempt that never finished has left: its size says nothing, and it is replaced. */
async function uploadAnew(facts: Facts, session: Session, { from, to }: Pair): Promise<Problem | undefined> {
  const notUploaded = await session.upload(from, to)
  return notUploaded && unreachable(facts, notUploaded)
}

/**
 * Uploads beside the name and renames without replacing. A name that is taken by a file of the same size counts as ours
 * from an earlier attempt: the download that follows compares its bytes.
 */
async function uploadOnce(facts: Facts, session: Session, { from, to, bytes }: Pair): Promise<Problem | undefined> {
  const there = await sizeAt(facts, session, to)
  if (isProblem(there)) return there
  if (there !== undefined) return there === bytes ? undefined : taken(facts, to)
  const part = `${to}.${facts.number}.part`
  const notUploaded = await session.upload(from, part)
  if (notUploaded) return unreachable(facts, notUploaded)
  const notRenamed = await session.rename(part, to)
  if (!notRenamed) return undefined
  const now = await sizeAt(facts, session, to)
  if (isProblem(now)) return now
  return now === undefined ? unreachable(facts, notRenamed) : taken(facts, to)
}

async function sizeAt(facts: Facts, session: Session, path: string): Promise<number | undefined | Problem> {
  const size = await session.size(path)
  return isSshFault(size) ? unreachable(facts, size) : size
}

async function placeByCommand(context: Context<PublishActions>): Promise<Problem | undefined> {
  const { facts, ports, actions } = context
  const { packageFile } = facts.known
  await ports.files.remove(handedOver(facts))
  await ports.files.folder(handedOver(facts))
  await ports.files.copy(packageFile, wordsOf(facts).file)
  await handOver(context, handedOver(facts))
  const failure = await runAll(context, actions.commands ?? [])
  if (!failure) return undefined
  const { command, exit } = failure
  return problem('build.publish-command-failed', { command, code: endOf(exit), url: addressOf(facts) })
}

interface Pair {
  readonly from: string
  readonly to: string
  readonly bytes: number
}

/** The sum goes first: whoever sees the package can check it. */
function pairs(facts: Facts, directory: string): readonly [sum: Pair, file: Pair] {
  const { packageFile, packageBytes } = facts.known
  const to = `${directory.replace(/\/+$/, '')}/${lastSegment(addressOf(facts))}`
  const sum = { from: `${packageFile}.sha256`, to: `${to}.sha256`, bytes: sumBytes(packageFile) }
  return [sum, { from: packageFile, to, bytes: Number(packageBytes) }]
}

/** 64 digits, two spaces, the name and a line end. */
export function sumBytes(packageFile: string): number {
  return 64 + 2 + Buffer.byteLength(lastSegment(packageFile)) + 1
}

function lastSegment(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1)
}

/** What a publishing command works with: its own copy, so that the one that was tested stays as it is. */
function handedOver(facts: Facts): string {
  return `${facts.folders.builds}/publish`
}

function wordsOf(facts: Facts): { readonly file: string; readonly sha256: string; readonly url: string } {
  const file = `${handedOver(facts)}/${lastSegment(facts.known.packageFile)}`
  return { file, sha256: facts.known.packageSha256, url: addressOf(facts) }
}

function rules<K extends Publish['kind']>(facts: Facts, kind: K): Of<K> {
  const publish = facts.project.build.publish
  if (publish?.kind !== kind) throw new Error(`the package is not published by ${kind}`)
  return publish as Of<K>
}

function taken(facts: Facts, name: string): Problem {
  const target = nextAddressed(facts.project, facts.release)
  return problem('build.publish-name-taken', { name, url: addressOf(facts), target })
}

function unreachable(facts: Facts, fault: { readonly message: string }): Problem {
  return problem('build.publish-unreachable', { host: rules(facts, 'sftp').host, message: fault.message })
}
