/** What a project's deployments left in its world: everything once, and nothing missing of what was told to be complete. */
import { readFile } from 'node:fs/promises'
import { git } from '../../sandbox/git.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { countedBy } from './counts.ts'
import type { Place } from './ground.ts'
import type { Told } from './open.ts'
import { wrongFiles } from './published.ts'
import { judgePushes, trailersOf } from './pushes.ts'

export async function judgeWorld(place: Place, told: readonly Told[]) {
  const { world, scriptRuns, name } = place
  const deployments = told.map(({ deployment }) => deployment)
  const events = told.flatMap((each) => each.events)
  const isPacked = deployments.some(({ project }) => project.aur)
  const nothing = { commits: [], doubled: [] }
  const [commits, packages, origin, aur, runs, tags, files] = await Promise.all([
    trailersOf(world.origin.folder, 'master'),
    isPacked ? trailersOf(world.aur.folder, 'master') : [],
    judgePushes(world.origin.folder, events),
    isPacked ? judgePushes(world.aur.folder, []) : nothing,
    linesOf(scriptRuns),
    wrongTags(world.origin.folder, deployments),
    isPacked ? wrongFiles(world) : [],
  ])
  const ran = countedBy(runs.map((line) => Number(line.split(' ')[1]?.replace('#', ''))))
  const allowed = new Map(told.map(({ deployment, events }) => [deployment.number, runsAllowed(events)]))
  const tooOften = [...ran].filter(([number, count]) => count > (allowed.get(number) ?? 0))
  const doubled = [
    ...origin.doubled.map((line) => `the origin: ${line}`),
    ...aur.doubled.map((line) => `the AUR: ${line}`),
    ...tooOften.map(
      ([number, count]) =>
        `the deployment script ran ${count} times for #${number}, begun ${allowed.get(number) ?? 0} times`,
    ),
    ...tags,
    ...files,
  ]
  const missing = deployments.flatMap((each) => missingOf(each, deployments, { commits, packages, ran }))
  return {
    doubled: doubled.map((line) => `${name}: ${line}`),
    missing: missing.map((line) => `${name}: ${line}`),
    effects: origin.commits.length + aur.commits.length + runs.length,
  }
}

/** Attempts that had written down that they would run the script, which stay the same over a restart. */
function runsAllowed(events: readonly Event[]): number {
  const meant = events.flatMap((event) =>
    event.type === 'intended' && /^(vps\.deploy|rollback\.server)\b/.test(event.step)
      ? [`${event.step} ${event.attempt}`]
      : [],
  )
  return new Set(meant).size
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

/** A tag stands on the commit that sets its version, or on a later one that a release of it was made of. */
async function wrongTags(folder: string, all: readonly Deployment[]): Promise<readonly string[]> {
  const listed = await git(folder, ['for-each-ref', '--format=%(refname:short)', 'refs/tags'])
  const named = listed.split('\n').map(async (tag) => {
    const version = tag.replace(/^v/, '')
    const [commit, subject = ''] = (await git(folder, ['log', '--max-count=1', '--format=%H%x09%s', tag])).split('\t')
    const isReleased = all.some((each) => each.release.full === version && each.commit === commit)
    return isReleased || subject.includes(version) ? [] : [`the tag ${tag} stands on “${subject}”`]
  })
  return (await Promise.all(named)).flat()
}

async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}
