/** What came of it, read past the bot: from the repositories, the server's own record, the published files and both chats. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '../../sandbox/git.ts'
import type { Deployment, Event } from '../../src/release/deployment.ts'
import { threaded } from '../../src/release/report/threaded.ts'
import { cardsFor } from '../../src/release/report.ts'
import type { ChatRoom, Sent } from './chats.ts'
import type { Ground, Place } from './ground.ts'
import { allIn, type Told } from './open.ts'
import type { Life } from './process.ts'

export interface Judged {
  readonly told: readonly Told[]
  /** Each in words, with its deployment. */
  readonly doubled: readonly string[]
  readonly lost: readonly string[]
  readonly wrong: readonly string[]
  /** What was sent to a bot that was killed soon after: nobody can say whether it had arrived. */
  readonly unjudged: number
  /** How many effects in the world were counted. */
  readonly effects: number
}

/** A bot that lived on for so long has answered, or written down, what it had acknowledged; ms. */
const ANSWERS_WITHIN = 30_000

export async function judge(
  { places, dataFolder, slack }: Ground,
  rooms: readonly ChatRoom[],
  sent: readonly Sent[],
  lives: readonly Life[],
): Promise<Judged> {
  const told = await allIn(dataFolder)
  const worlds = await Promise.all(places.map((place) => judgeWorld(place, ofProject(told, place))))
  const judgeable = sent.filter((one) => one.isAcknowledged() && livedOn(one, lives))
  const written = writtenIn(told.flatMap(({ events }) => events))
  const unanswered = judgeable.filter((one) => !one.isAnswered() && !written.some((id) => id.startsWith(one.id)))
  return {
    told,
    doubled: [...worlds.flatMap(({ doubled }) => doubled), ...rooms.flatMap(twiceIn)],
    lost: [
      ...worlds.flatMap(({ missing }) => missing),
      ...unpostedOf(told, rooms),
      ...unanswered.map(({ what, id, at }) => `${what} (${id}, ${clock(at)}) was neither answered nor written down`),
    ],
    wrong: slack.refusals.map((each) => `Slack refused a message: ${each}`),
    unjudged: sent.filter((one) => one.isAcknowledged()).length - judgeable.length,
    effects: worlds.reduce((sum, { effects }) => sum + effects, 0),
  }
}

function ofProject(told: readonly Told[], { name }: Place): readonly Deployment[] {
  return told.flatMap(({ deployment }) => (deployment.project.name === name ? [deployment] : []))
}

async function judgeWorld(place: Place, deployments: readonly Deployment[]) {
  const { world, scriptRuns, name } = place
  const [commits, packages, runs, tags, files] = await Promise.all([
    trailersOf(world.origin.folder),
    deployments.some(({ project }) => project.aur) ? trailersOf(world.aur.folder) : [],
    linesOf(scriptRuns),
    wrongTags(world.origin.folder),
    wrongFiles(place),
  ])
  const allowed = new Map(deployments.map((each) => [each.number, runsAllowed(each)]))
  const ran = countedBy(runs.map((line) => Number(line.split(' ')[1]?.replace('#', ''))))
  return {
    doubled: [
      ...twice(commits).map((line) => `${name}: the origin has twice: ${line}`),
      ...twice(packages).map((line) => `${name}: the AUR has twice: ${line}`),
      ...[...ran].flatMap(([number, count]) =>
        count > (allowed.get(number) ?? 0)
          ? [
              `${name}: the deployment script ran ${count} times for #${number}, begun ${allowed.get(number) ?? 0} times`,
            ]
          : [],
      ),
      ...tags.map((line) => `${name}: ${line}`),
      ...files.map((line) => `${name}: ${line}`),
    ],
    missing: deployments.flatMap((each) =>
      missingOf(each, deployments, { commits, packages, ran }).map((line) => `${name}: ${line}`),
    ),
    effects: commits.length + packages.length + runs.length,
  }
}

/** Of every commit by a deployment: its subject and number. */
async function trailersOf(folder: string): Promise<readonly string[]> {
  const format = '--format=%s%x09%(trailers:key=Slipway-Deployment,valueonly,separator=%x2C)'
  return (await git(folder, ['log', format, 'master'])).split('\n').filter((line) => /\t#\d+$/.test(line))
}

/** Attempts are counted by the journal, and stay the same over a restart. */
function runsAllowed({ steps }: Deployment): number {
  const running = Object.entries(steps).filter(([id]) => /^(vps\.deploy|fix\.redeploy|rollback\.server)\b/.test(id))
  return running.reduce((sum, [, { attempt }]) => sum + attempt, 0)
}

/** What a complete release has to have left; it takes up what an earlier deployment of the same version had done. */
function missingOf(
  done: Deployment,
  all: readonly Deployment[],
  {
    commits,
    packages,
    ran,
  }: { commits: readonly string[]; packages: readonly string[]; ran: ReadonlyMap<number, number> },
): readonly string[] {
  if (done.status !== 'complete' || done.kind !== 'release') return []
  const same = all.filter(({ release }) => release.full === done.release.full).map(({ number }) => number)
  const isIn = (lines: readonly string[]) => lines.some((line) => same.some((number) => line.endsWith(`\t#${number}`)))
  const left = [
    isIn(commits) ? [] : ['the origin has no commit of it'],
    done.project.aur === undefined || isIn(packages) ? [] : ['the AUR has no commit of it'],
    same.some((number) => ran.has(number)) ? [] : ['its deployment script never ran'],
  ]
  return left.flat().map((line) => `#${done.number} (${done.release.full}) is complete, and ${line}`)
}

/** A tag stands on the commit that sets its version. */
async function wrongTags(folder: string): Promise<readonly string[]> {
  const listed = await git(folder, ['for-each-ref', '--format=%(refname:short)', 'refs/tags'])
  const named = listed.split('\n').map(async (tag) => {
    const subject = await git(folder, ['log', '--max-count=1', '--format=%s', tag])
    const isRight = subject.includes(tag.replace(/^v/, ''))
    return isRight ? [] : [`the tag ${tag} stands on “${subject}”`]
  })
  return (await Promise.all(named)).flat()
}

/** What is published under a name is what the AUR was ever told of it. */
async function wrongFiles({ world, name }: Place): Promise<readonly string[]> {
  if (name === 'beacon') return []
  const said = await git(world.aur.folder, ['log', '--patch', '--format=', 'master', '--', 'PKGBUILD'])
  const files = (await readdir(world.published.folder)).filter((file) => file.endsWith('.tar.gz'))
  const known = await Promise.all(
    files.map(async (file) => {
      const sum = await sumOf(join(world.published.folder, file))
      const companion = await readFile(join(world.published.folder, `${file}.sha256`), 'utf8').catch(() => '')
      const isKnown = said.includes(sum) || companion.startsWith(sum)
      return isKnown ? [] : [`${file} holds other bytes than were published first`]
    }),
  )
  return known.flat()
}

async function sumOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

/** Each card once, in each chat. */
function twiceIn({ name, keys }: ChatRoom): readonly string[] {
  return twice(keys().filter((key) => key !== '')).map((key) => `${name} shows ${key} twice`)
}

/** Cards that an ended deployment calls for, and that its own chat does not show. */
export function unpostedOf(told: readonly Told[], rooms: readonly ChatRoom[]): readonly string[] {
  const shown = new Map(rooms.map((room) => [room.name.toLowerCase(), new Set(room.keys())]))
  return told
    .filter(({ deployment }) => deployment.endedAt !== undefined)
    .flatMap(({ deployment }) => {
      const keys = threaded(deployment, cardsFor(deployment, deployment.lastEventAt)).map(({ key }) => key)
      const missing = keys.filter((key) => shown.get(deployment.place.platform)?.has(key) !== true)
      return missing.map((key) => `${deployment.place.platform} never showed ${key}`)
    })
}

/** Delivery ids that the journal knows. */
function writtenIn(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === 'joined') return [event.message]
    return 'delivery' in event && event.delivery !== undefined ? [event.delivery] : []
  })
}

function livedOn({ at }: Sent, lives: readonly Life[]): boolean {
  return lives.some(({ began, ended }) => began < at && ended > at + ANSWERS_WITHIN)
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

function countedBy<K>(items: readonly K[]): ReadonlyMap<K, number> {
  const counts = new Map<K, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

function twice(items: readonly string[]): readonly string[] {
  return [...countedBy(items)].flatMap(([item, count]) => (count > 1 ? [item] : []))
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}
