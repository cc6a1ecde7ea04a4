/**
 * One bot per data folder: a file says which process holds it. A hold whose process is dead is taken over, by exactly one
 * of those who try. That of another machine or container cannot be seen from here: it counts as dead once it gave no sign of
 * life for a while.
 */
import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../ports/clock.ts'
import { syncFolder, throughTemporaryName } from './durable.ts'
import { lastBeat } from './heart.ts'
import { bootId, pidNamespace, readProcess } from './process-table.ts'

export interface Hold {
  /** Lets the folder go. What somebody else wrote meanwhile stays. */
  release(): Promise<void>
}

/** Who holds the folder; `since` is ms since the epoch. */
export interface Holder {
  readonly pid: number
  readonly since: number
}

interface Claim extends Holder {
  /** Start time of the process, in ticks, and the boot it counts from: a number that was given again is told apart. */
  readonly started?: number
  readonly boot?: string
  /** What its number counts in: elsewhere the same number is another process. */
  readonly namespace?: string
  /** Tells two claims of one process apart. */
  readonly nonce: string
}

const NAME = 'bot.hold'
const SUCCESSION = `${NAME}.after-`

/** How waiting for a bot that cannot be seen goes: `tell` hears once until when, ms since the epoch. */
export interface Patience {
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly tell: (lastSign: number, until: number) => void
}

/** Three beats of a heart. */
const SILENT_MS = 45_000

/**
 * Takes the data folder for this process, making it 0700 where it is missing, or says who has it. Rejects when the disk
 * refuses. Held until `release`, or until the process is dead. Waits only for a holder that cannot be seen from here.
 */
export async function takeHold(dataFolder: string, patience: Patience): Promise<Hold | { readonly heldBy: Holder }> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const path = join(dataFolder, NAME)
  const { clock, tell } = patience
  for (let waitedFor: number | undefined; ; ) {
    const text = JSON.stringify(ownClaim(clock.now()))
    const sign = async ({ since }: Claim) => Math.max(since, (await lastBeat(join(dataFolder, 'alive'))) ?? 0)
    const mayLive = async (claim: Claim) => {
      if (isSeen(claim)) return lives(claim)
      const last = await sign(claim)
      return last !== waitedFor && clock.now() < last + SILENT_MS
    }
    const holder = await take(path, text, mayLive)
    if (holder === undefined) return holdOf(dataFolder, text)
    const last = await sign(holder)
    if (isSeen(holder) || waitedFor !== undefined) return { heldBy: { pid: holder.pid, since: holder.since } }
    // A sign of life from the future is one of a clock that is wrong.
    const until = Math.min(last, clock.now()) + SILENT_MS
    tell(last, until)
    waitedFor = last
    await clock.sleep(until - clock.now())
  }
}

async function holdOf(dataFolder: string, text: string): Promise<Hold> {
  const path = join(dataFolder, NAME)
  await removeSuccessions(dataFolder)
  return {
    release: async () => {
      if ((await readText(path)) !== text) return
      await rm(path, { force: true })
      await syncFolder(dataFolder)
    },
  }
}

/**
 * Puts the claim in place where nothing is, or names the living process whose claim is there. The claim of a dead one is
 * replaced only by who holds its succession, a file named after that claim and taken by this same rule. So nobody moves a
 * claim that somebody else has put there meanwhile: a claim is never the same twice, and who holds the succession lives.
 */
async function take(
  path: string,
  claim: string,
  mayLive: (claim: Claim) => Promise<boolean>,
): Promise<Claim | undefined> {
  for (;;) {
    if (await putWhereNothingIs(path, claim)) return undefined
    const found = await readText(path)
    if (found === undefined) continue
    const holder = parsed(found)
    if (holder !== undefined && (await mayLive(holder))) return holder
    const succession = join(dirname(path), `${SUCCESSION}${createHash('sha256').update(found).digest('hex')}`)
    const rival = await take(succession, claim, mayLive)
    const isLate = (await readText(path)) !== found
    if (rival !== undefined && !isLate) return rival
    if (rival !== undefined) continue
    if (!isLate && (await moved(succession, path))) return undefined
    await rm(succession, { force: true })
  }
}

/** False where somebody tidied the succession away, since another claim is in place. */
async function moved(succession: string, path: string): Promise<boolean> {
  try {
    await rename(succession, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  await syncFolder(dirname(path))
  return true
}

/** A claim is there whole or not at all, 0600 and on the disk. */
async function putWhereNothingIs(path: string, claim: string): Promise<boolean> {
  try {
    await throughTemporaryName(path, 0o600, (file) => file.writeFile(claim), link)
    return true
  } catch (error) {
    // ENOENT: a bot that has just started tidied the temporary file away, before or after it was linked into place.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return (await readText(path)) === claim
    throw error
  }
}

/** What crashed takeovers left. Nobody needs them any more: the claims they follow are not in place. */
async function removeSuccessions(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(SUCCESSION))
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })))
}

function ownClaim(since: number): Claim {
  const [started, boot, namespace] = [readProcess(process.pid)?.started, bootId(), pidNamespace()]
  return {
    pid: process.pid,
    since,
    nonce: randomBytes(16).toString('hex'),
    ...(started !== undefined && { started }),
    ...(boot !== undefined && { boot }),
    ...(namespace !== undefined && { namespace }),
  }
}

/** Whether the process of the claim could be seen from here: it counts from this boot, in this system of process numbers. */
function isSeen({ boot, namespace }: Claim): boolean {
  const isOurs = (theirs: string | undefined, own: string | undefined) =>
    theirs === undefined || own === undefined || theirs === own
  return isOurs(boot, bootId()) && isOurs(namespace, pidNamespace())
}

/** Where start times are not told, a process of that number counts as the holder. */
function lives({ pid, started }: Claim): boolean {
  const found = readProcess(pid)
  if (found === undefined) return bootId() === undefined && isThere(pid)
  return !found.dead && (started === undefined || found.started === started)
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Undefined for what no bot wrote: nobody can be named for it, so it is taken over. */
function parsed(text: string): Claim | undefined {
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data !== 'object' || data === null || !('pid' in data) || !('nonce' in data)) return undefined
    return typeof data.pid === 'number' && data.pid > 0 ? (data as Claim) : undefined
  } catch {
    return undefined
  }
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
