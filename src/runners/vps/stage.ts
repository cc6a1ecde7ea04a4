/** vps.stage: the release commit, as a pinned origin, and the built web lie on the server; nothing that serves has changed. */
import { join } from 'node:path'
import { git } from '../../argv/git.ts'
import { SERVER_GIT_ENVIRONMENT, serverGit, unpackInto } from '../../argv/server.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { packedOutput } from '../artifacts.ts'
import { lastLines } from '../remote-problem.ts'
import { type Context, step } from '../step.ts'
import { checkoutGit, enter, failed, hostOf, inOrder, type Remote, remote, type Server, type Upload } from './server.ts'
import { diverged, expectedSum, pinnedHead, stagedSum, sumOf } from './staged.ts'
import { pinned, stagingOf } from './staging.ts'

type Actions = ReturnType<typeof describe>

export const stage = step({ describe, observe, run })

function describe(facts: Facts) {
  const { clone } = facts.folders
  const { commit, keptCommit } = facts.known
  return {
    contains: git(clone, ['merge-base', '--is-ancestor', keptCommit, commit]),
    /** Asked where git could not tell: a commit that the clone lacks was made on the server. */
    has: git(clone, ['cat-file', '-e', keptCommit]),
    ...describeBundle(facts),
    pin: describePin(facts),
    head: pinnedHead(facts),
    refresh: checkoutGit(facts, ['update-index', '-q', '--refresh']),
    fits: checkoutGit(facts, ['read-tree', '-n', '-m', '-u', 'HEAD', commit], {
      GIT_ALTERNATE_OBJECT_DIRECTORIES: `${stagingOf(facts).pin}/objects`,
    }),
    ...describeWeb(facts),
    commands: (facts.project.vps?.stage ?? []).map((argv) =>
      remote(facts, argv, { cwd: hostOf(facts).directory, env: pinned(facts) }),
    ),
  }
}

/** What the server lacks, as one file. Nothing where it has the release commit already: git makes no empty bundle. */
function describeBundle(facts: Facts) {
  const { folders, item, known } = facts
  if (known.keptCommit === known.commit) return { bundle: [], upload: [] }
  const file = join(folders.builds, 'bundles', `${item}.bundle`)
  const name = ref(facts)
  return {
    bundle: [
      git(folders.clone, ['update-ref', name, known.commit]),
      git(folders.clone, ['bundle', 'create', '--quiet', file, name, `^${known.keptCommit}`]),
    ],
    upload: [{ do: 'upload', host: item, from: file, to: stagingOf(facts).bundle } satisfies Upload],
  }
}

/** A bare repository that borrows the checkout's objects; its branch is then moved to the release commit. */
function describePin(facts: Facts): readonly Remote[] {
  const { pin, bundle } = stagingOf(facts)
  const { branch } = facts.project.repository
  const options = ['--quiet', '--bare', '--shared', '--no-tags', '--single-branch', '--branch', branch, '--template=']
  const on = (argv: readonly string[]) => remote(facts, argv, { env: SERVER_GIT_ENVIRONMENT })
  const fetch = serverGit(pin, ['fetch', '--quiet', '--no-tags', bundle, `+${ref(facts)}:refs/heads/${branch}`])
  return [
    remote(facts, ['rm', '-rf', '--', pin]),
    on(['git', 'clone', ...options, '--', hostOf(facts).directory, pin]),
    ...(facts.known.keptCommit === facts.known.commit ? [] : [on(fetch)]),
  ]
}

function describeWeb(facts: Facts) {
  const target = facts.project.vps?.upload?.target
  if (target === undefined) return { web: [], sum: [], unpack: [] }
  const { tarball, unpacked } = stagingOf(facts)
  return {
    web: [{ do: 'upload', host: facts.item, from: packedOutput(facts, target), to: tarball } satisfies Upload],
    sum: stagedSum(facts),
    unpack: [remote(facts, unpackInto(tarball, unpacked))],
  }
}

/** Everything of it is made anew each time, so running again is always right. */
async function observe(): Promise<Observation> {
  return { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, actions } = context
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  await context.intend({ host: facts.item, folder: facts.known.job, commit: facts.known.commit })
  const trouble =
    (await bringCommit(context, server)) ??
    (await inTheWay(context, server)) ??
    (await bringWeb(context, server)) ??
    (await inOrder(server, actions.commands))
  if (trouble) return failed(context, trouble)
  return {
    ok: true,
    evidence: {
      [`pinCommit:${facts.item}`]: facts.known.commit,
      ...(actions.web.length === 0 ? {} : { [`staged:${facts.item}`]: expectedSum(context) ?? '' }),
    },
  }
}

async function bringCommit(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const { facts, actions, ports } = context
  const apart = await movedApart(context, server)
  if (apart) return apart
  await ports.files.folder(join(facts.folders.builds, 'bundles'))
  for (const command of actions.bundle) {
    const exit = await context.execute(command)
    if (exit.code !== 0) return notPacked(facts, exit)
  }
  const trouble = (await uploads(server, actions.upload)) ?? (await inOrder(server, actions.pin))
  if (trouble) return trouble
  const head = await server.tell(actions.head)
  if (isProblem(head) || head === facts.known.commit) return isProblem(head) ? head : undefined
  return problem('vps.staged-changed', {
    name: facts.item,
    thing: 'pinned commit',
    wanted: facts.known.commit,
    found: head,
  })
}

/** A git that could not be run here says nothing of the server: no is exit code 1 and nothing else (git-merge-base(1)). */
async function movedApart(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const { facts, actions } = context
  const contains = await context.execute(actions.contains)
  if (contains.code === 0) return undefined
  const saysNo = contains.code === 128 ? await context.execute(actions.has) : contains
  return saysNo.code === 1 ? diverged(facts, server) : notPacked(facts, contains)
}

function notPacked({ item }: Facts, exit: Exit): Problem {
  return problem('vps.bundle-failed', { name: item, code: String(exit.code ?? exit.ended) }, lastLines(exit))
}

/**
 * Whether the checkout could move to the release commit, tried without touching a file. The index is refreshed first: a
 * checkout that was restored from a backup looks changed to read-tree and is not.
 */
async function inTheWay({ facts, actions }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const refreshed = await server.ask(actions.refresh)
  if ('what' in refreshed) return refreshed
  const exit = await server.ask(actions.fits)
  if ('what' in exit) return exit
  if (exit.code === 0) return undefined
  const { name, directory } = server.host
  const lines = exit.stderr.split('\n').filter((line) => line.trim() !== '')
  return problem('vps.in-the-way', { name, directory, version: facts.release.full }, lines.slice(0, 20))
}

async function bringWeb(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const { facts, actions } = context
  const trouble = await uploads(server, actions.web)
  if (trouble) return trouble
  for (const action of actions.sum) {
    const wanted = expectedSum(context) ?? 'nothing'
    const found = await sumOf(server, action)
    if (isProblem(found)) return found
    if (found !== wanted) return problem('vps.staged-changed', { name: facts.item, thing: 'web build', wanted, found })
  }
  return inOrder(server, actions.unpack)
}

async function uploads(server: Server, actions: readonly Upload[]): Promise<Problem | undefined> {
  for (const action of actions) {
    const trouble = await server.upload(action)
    if (trouble) return trouble
  }
  return undefined
}

/** One name per deployment and host, so that hosts staged side by side do not wait for one another. */
function ref({ number, project, item }: Facts): string {
  return `refs/slipway/${number}/host-${project.vps?.hosts.findIndex(({ name }) => name === item)}`
}
