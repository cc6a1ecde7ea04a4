/** Row 5: the six checks of the workflow's own matrix, all at once, against the slowest of them alone. Answers take 50 ms. */
import { join } from 'node:path'
import { git } from '../sandbox/git.ts'
import type { Whereabouts } from '../sandbox/world.ts'
import { matrixFor, type Row } from '../src/release/matrix/rows.ts'
import { planFor } from '../src/release/plan/expand.ts'
import type { Project } from '../src/release/project.ts'
import { createContext } from '../src/runners/context.ts'
import { foldersFor } from '../src/runners/facts.ts'
import { origin } from '../src/runners/preflight/origin.ts'
import { readMatrix } from '../src/runners/verify/read-matrix.ts'
import { drive } from '../test/release/sample.ts'
import { interleaved, median, ratio, timed } from './measure.ts'
import { type Link, openLink } from './parts/delay-proxy.ts'
import { openFarGrounds } from './parts/far-world.ts'

/** The handshake and the request take a round trip each. */
const ROUND_TRIP_MS = 25
const ROUNDS = 15
const SIX = ['git', 'assets', 'pkgbuild', 'web', 'site', 'aur']
const RELEASE = { version: '3.1.2', build: '001', full: '3.1.2+001' }

export async function checks() {
  const { where, folder, startBot, close } = await openFarGrounds('none')
  const links: Link[] = []
  try {
    const { ports, project } = await startBot()
    const behind = async (url: string) => {
      const link = await openLink({ host: '127.0.0.1', port: Number(new URL(url).port) }, ROUND_TRIP_MS)
      links.push(link)
      return Object.assign(new URL(url), { port: String(link.port) }).href
    }
    const far = await farProject(project, behind)
    const context = contextOf(far, join(folder, 'checks'), ports)
    await origin.run(context)
    const { rows, expected } = await rowsOf(far, where)
    const look = (some: readonly Row[]) => () =>
      timed(async () => expectPass(some, await readMatrix(context, expected, some)))
    const alone = Object.fromEntries(rows.map((row) => [row.id, look([row])]))
    const took = await interleaved(ROUNDS, { together: look(rows), ...alone })
    const slowest = Math.max(...rows.map(({ id }) => median(took[id as 'together'])))
    return { 'the slowest one alone': ratio(median(took.together), slowest) }
  } finally {
    for (const link of links) await link.close()
    await close()
  }
}

async function farProject(project: Project, behind: (url: string) => Promise<string>): Promise<Project> {
  const { aur, verify } = project
  const [app, site, web] = await Promise.all([verify.app ?? '', verify.site ?? '', aur?.web ?? ''].map(behind))
  return {
    ...project,
    ...(aur && web !== undefined && { aur: { ...aur, web } }),
    verify: { ...verify, ...(app !== undefined && { app }), ...(site !== undefined && { site }) },
  }
}

function contextOf(project: Project, folder: string, ports: Parameters<typeof createContext>[1]['ports']) {
  const deployment = drive(project, { release: RELEASE }).now()
  const [planned] = planFor(project)
  if (planned === undefined) throw new Error('a plan has steps')
  return createContext(origin, {
    deployment,
    planned,
    attempt: 1,
    folders: foldersFor(folder, project, 0),
    ports,
    signal: new AbortController().signal,
    deadline: Date.now() + 600_000,
    dryRun: true,
    intend: async () => {},
    progress: () => {},
  })
}

async function rowsOf(project: Project, { origin }: Whereabouts) {
  const commit = await git(origin.folder, ['rev-parse', `v${RELEASE.full}^{commit}`])
  const expected = { commit, pkgver: RELEASE.version, packageVersion: `${RELEASE.version}-1` }
  const rows = matrixFor(project, RELEASE, expected).filter(({ id }) => SIX.includes(id.replace(/:.*/, '')))
  if (rows.length !== SIX.length) throw new Error(`the matrix has ${rows.length} of the six rows`)
  return { rows, expected }
}

function expectPass(rows: readonly Row[], readings: Awaited<ReturnType<typeof readMatrix>>): void {
  for (const { id, expected } of rows) {
    const reading = readings[id]
    if (reading === undefined || !('found' in reading) || reading.found !== expected)
      throw new Error(`${id}: ${JSON.stringify(reading)} instead of ${expected}`)
  }
}
