/** What was ever pushed, read from the repository's own log of its pushes: that also holds what a later push has taken back. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '../../sandbox/git.ts'
import type { Event } from '../../src/release/event.ts'
import { countedBy, twice } from './counts.ts'

export interface Pushed {
  /** Of every commit by a deployment, each time that it came to the branch: its subject and number. */
  readonly commits: readonly string[]
  /** What came twice, or was replaced, in words. */
  readonly doubled: readonly string[]
}

interface Move {
  readonly ref: string
  readonly from: string
  readonly to: string
}

/** `events`: of the deployments that push there; only a rollback that had written it down sets a branch back. */
export async function judgePushes(folder: string, events: readonly Event[]): Promise<Pushed> {
  const moves = await movesOf(folder)
  const tags = countedBy(moves.flatMap(({ ref }) => (ref.startsWith('refs/tags/') ? [ref] : [])))
  const heads = moves.filter(({ ref }) => ref.startsWith('refs/heads/'))
  const commits = (await Promise.all(heads.map((move) => commitsBy(folder, move)))).flat()
  const backs = new Set(events.flatMap(setBackOf))
  const replaced = await Promise.all(
    heads.map(async (move) => {
      const isRight = backs.has(`${move.from} ${move.to}`) || (await isOnTop(folder, move.from, move.to))
      return isRight ? [] : [`not on top was pushed: ${nameOf(move)}`]
    }),
  )
  return {
    commits,
    doubled: [
      ...twice(commits).map((line) => `pushed twice: ${line}`),
      ...twice(heads.map(nameOf)).map((line) => `pushed twice: ${line}`),
      ...replaced.flat(),
      ...[...tags].flatMap(([ref, count]) => (count > 1 ? [`${ref} was pushed ${count} times`] : [])),
    ],
  }
}

/** Of every commit by a deployment in a range: its subject and number. */
export async function trailersOf(folder: string, range: string): Promise<readonly string[]> {
  const format = '--format=%s%x09%(trailers:key=Slipway-Deployment,valueonly,separator=%x2C)'
  return (await git(folder, ['log', format, range])).split('\n').filter((line) => /\t#\d+$/.test(line))
}

/** What git says of a reference that was not there, or is not there any more. */
const NOTHING = /^0+$/

function commitsBy(folder: string, { from, to }: Move): Promise<readonly string[]> | readonly string[] {
  if (NOTHING.test(to)) return []
  return trailersOf(folder, NOTHING.test(from) ? to : `${from}..${to}`)
}

function nameOf({ ref, from, to }: Move): string {
  return `${ref} from ${from.slice(0, 12)} to ${to.slice(0, 12)}`
}

async function isOnTop(folder: string, from: string, to: string): Promise<boolean> {
  if (NOTHING.test(from)) return true
  if (NOTHING.test(to)) return false
  return (await git(folder, ['rev-list', '--max-count=1', from, `^${to}`])) === ''
}

async function movesOf(folder: string): Promise<readonly Move[]> {
  const logs = join(folder, 'logs')
  const found = await readdir(join(logs, 'refs'), { recursive: true, withFileTypes: true }).catch(() => [])
  const read = found.map(async (entry) => {
    if (!entry.isFile()) return []
    const file = join(entry.parentPath, entry.name)
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
    return lines.map((line) => ({ ref: file.slice(logs.length + 1), from: line.slice(0, 40), to: line.slice(41, 81) }))
  })
  return (await Promise.all(read)).flat()
}

function setBackOf(event: Event): readonly string[] {
  if (event.type !== 'intended' || !/^rollback\.git\b/.test(event.step)) return []
  const { head, setBackTo } = event.intent
  return setBackTo === undefined ? [] : [`${head} ${setBackTo}`]
}
