/** What has to be true when a release has ended, however often its bot was killed: read past the bot, with git and from the disk. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readWorld, type WorldState } from '../../sandbox/check.ts'
import { git } from '../../sandbox/git.ts'
import type { World } from '../../sandbox/world.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import type { Event } from '../../src/release/event.ts'
import { replay } from '../../src/release/machine.ts'
import { auditFolder } from '../../src/tools/audit.ts'
import { keyFileIn, publicFileOf } from '../../src/tools/signing.ts'
import { readEntries } from './platform.ts'

/** What a trial leaves to be judged. */
export interface Left {
  readonly world: World
  readonly before: WorldState
  readonly dataFolder: string
  readonly chatFile: string
  readonly scriptRuns: string
  readonly restarts: string
}

const PACKAGE = 'harbour-3.1.3-001-x86_64.tar.gz'
const CARDS = ['first', 'gate:aur-submit.1', 'matrix', 'progress', 'result']

/** Everything that is not as it should be, in words. */
export async function faultsOf(left: Left): Promise<readonly string[]> {
  const deployment = await deploymentOf(left.dataFolder)
  if (typeof deployment === 'string') return [deployment]
  const { number, status, steps } = deployment
  const evidence = Object.assign({}, ...Object.values(steps).map((step) => step.evidence))
  const state = await readWorld(left.world)
  const { before, world } = left
  const tag = state.tags['v3.1.3+001']
  const counted = await Promise.all([
    expected('status', status, 'complete'),
    expected('what stopped it', stopsOf(deployment), []),
    expected('release commits', await commits(world.origin.folder, 'Version 3.1.3+001', number), 1),
    expected('documentation commits', await commits(world.origin.folder, 'Document 3.1.3+001', number), 1),
    expected('commits on the origin', await between(world.origin.folder, before.originHead, state.originHead), 2),
    expected(
      'tags',
      Object.keys(state.tags).filter((name) => !(name in before.tags)),
      ['v3.1.3+001'],
    ),
    expected('the tag’s commit', tag, await commitNamed(world.origin.folder, 'Version 3.1.3+001')),
    expected('commits on the AUR', await between(world.aur.folder, before.aurHead, state.aurHead), 1),
    expected('the AUR’s version', [state.aurVersion, state.aurSrcinfoVersion], ['3.1.3-1', '3.1.3-1']),
    expected('the server’s commit', state.serverCommit, tag),
    expected('what is served', state.servedVersion, '3.1.3+001'),
    expected('runs of the deployment script', await lines(left.scriptRuns), 1),
    expected('published files', Object.keys(state.publishedFiles), namesAfter(before.publishedFiles)),
    expected('published bytes', state.publishedFiles[PACKAGE], evidence.packageSha256),
    expected('bytes published before', pick(state.publishedFiles, before.publishedFiles), before.publishedFiles),
    expected('what the audit names', await audited(left.dataFolder), []),
    expected('certificates', (await names(join(left.dataFolder, 'certificates'))).length, 4),
    expected(
      'cards',
      cardsOf(left.chatFile, 'posted'),
      CARDS.map((name) => `${number}/${name}`),
    ),
    expected('cards asked for more than twice', twice(cardsOf(left.chatFile, 'found')), []),
  ])
  return counted.flatMap((fault) => fault ?? [])
}

/** Every event, checkpoint and certificate, held against the key. */
async function audited(dataFolder: string): Promise<readonly string[]> {
  const key = await readFile(publicFileOf(keyFileIn(dataFolder)), 'utf8')
  return (await auditFolder(dataFolder, key)).faults
}

/** Everything that ever stopped it: a release that nothing but the bot was killed in has no reason to. */
function stopsOf({ stops }: Deployment): readonly string[] {
  return stops.flatMap(({ failed }) =>
    failed.map(({ step, problem }) => [`${step}: ${problem.code}, ${problem.what}`, ...problem.details].join(' | ')),
  )
}

/** The one deployment that was closed, or how many there are. */
export async function deploymentOf(dataFolder: string): Promise<Deployment | string> {
  const [open, closed] = await Promise.all(['open', 'closed'].map((name) => names(join(dataFolder, name))))
  if (open?.length !== 0 || closed?.length !== 1)
    return `open: ${open?.join(', ') || 'none'}; closed: ${closed?.join(', ') || 'none'}`
  const { events } = JSON.parse(await readFile(join(dataFolder, 'closed', closed[0] ?? ''), 'utf8')) as {
    events: Event[]
  }
  const deployment = replay(events)
  if ('brokenAt' in deployment) return `event ${deployment.brokenAt} does not follow from the one before it`
  return deployment
}

function expected(what: string, found: unknown, wanted: unknown): string | undefined {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)]
  return is === should ? undefined : `${what}: ${is}, not ${should}`
}

async function commits(folder: string, subject: string, number: number): Promise<number> {
  const listed = await git(folder, [
    'log',
    '--format=%s%x09%(trailers:key=Slipway-Deployment,valueonly,separator=%x2C)',
    'master',
  ])
  return listed.split('\n').filter((line) => line === `${subject}\t#${number}`).length
}

function commitNamed(folder: string, subject: string): Promise<string> {
  return git(folder, ['log', '--format=%H', '--max-count=1', '--fixed-strings', `--grep=${subject}`, 'master'])
}

async function between(folder: string, from: string, to: string): Promise<number> {
  return Number(await git(folder, ['rev-list', '--count', `${from}..${to}`]))
}

async function lines(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '').length
}

async function names(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}

function namesAfter(before: Readonly<Record<string, string>>): readonly string[] {
  return [...Object.keys(before), PACKAGE, `${PACKAGE}.sha256`].sort()
}

function pick(
  from: Readonly<Record<string, string>>,
  like: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(like).map((name) => [name, from[name]]))
}

function cardsOf(chatFile: string, did: 'posted' | 'found'): readonly string[] {
  return readEntries(chatFile)
    .flatMap((entry) => (entry.did === did ? [entry.key] : []))
    .sort()
}

function twice(keys: readonly string[]): readonly string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}
