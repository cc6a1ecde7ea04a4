/** The commands that bring a server back: what was kept is put in place, or the deployment script builds the commit before again. */
import {
  pinnedTo,
  putInPlace,
  runningScripts,
  SERVER_GIT_ENVIRONMENT,
  sameFolders,
  serverGit,
} from '../../argv/server.ts'
import type { Facts } from '../../release/facts.ts'
import type { Argv } from '../../release/project.ts'
import type { Action } from '../step.ts'
import { STATUS } from '../vps/checkout.ts'
import { checkoutGit, hostOf, remote } from '../vps/server.ts'
import { stagingOf } from '../vps/staging.ts'

/** Every command of the step, in the order of the run. */
export function describeServer(facts: Facts) {
  const { directory } = hostOf(facts)
  const paths = keptPaths(facts)
  const place = (path: string) => `${directory.replace(/\/+$/, '')}/${path}`
  return {
    running: remote(facts, runningScripts(facts.project.name)),
    end: { do: 'own', what: `end ${facts.item}:${stagingOf(facts).script} where it still runs` } satisfies Action,
    status: checkoutGit(facts, STATUS),
    pin: describePin(facts),
    fetch: checkoutGit(facts, ['fetch', '--quiet', '--no-tags', 'origin', describeFetch(facts)], pinned(facts)),
    refresh: checkoutGit(facts, ['update-index', '-q', '--refresh']),
    back: checkoutGit(facts, ['reset', '--quiet', '--keep', facts.known.keptCommit, '--']),
    put: paths.map((path) => remote(facts, putInPlace(keptAt(facts, path), place(path)))),
    same: paths.map((path) => remote(facts, sameFolders(keptAt(facts, path), place(path)))),
    ...describeLast(facts),
    services: servicesOf(facts),
    readBack: checkoutGit(facts, STATUS),
  }
}

/** A bare repository whose branch is the commit to go back to: whatever pulls in the checkout finds that and nothing newer. */
function describePin(facts: Facts) {
  const { branch } = facts.project.repository
  const options = ['--quiet', '--bare', '--shared', '--no-tags', '--single-branch', '--branch', branch, '--template=']
  const on = (argv: Argv) => remote(facts, argv, { env: SERVER_GIT_ENVIRONMENT })
  return [
    remote(facts, ['rm', '-rf', '--', pinOf(facts)]),
    on(['git', 'clone', ...options, '--', hostOf(facts).directory, pinOf(facts)]),
    on(serverGit(pinOf(facts), ['update-ref', `refs/heads/${branch}`, facts.known.keptCommit])),
  ]
}

function describeFetch({ project: { repository } }: Facts): string {
  return `+refs/heads/${repository.branch}:refs/remotes/origin/${repository.branch}`
}

/** What makes it serve: the restart where files were put back, the deployment script where there were none. */
function describeLast(facts: Facts) {
  const argv = lastCommand(facts)
  if (argv === undefined) return { folder: [], last: [], follow: [] }
  const what = `read the log and the exit code in ${facts.item}:${jobOf(facts)} until it ends`
  return {
    folder: [remote(facts, ['mkdir', '-p', '--', jobOf(facts)])],
    last: [remote(facts, argv, { cwd: hostOf(facts).directory, env: pinned(facts) })],
    follow: [{ do: 'own', what } satisfies Action],
  }
}

/** What the release kept of this server's checkout, relative to it. */
export function keptPaths({ left, item }: Pick<Facts, 'left' | 'item'>): readonly string[] {
  const paths = left[`keptPaths:${item}`]
  return Array.isArray(paths) ? paths.map(String) : []
}

/** Where it was kept on the server. */
export function keptAt({ known }: Facts, path: string): string {
  return `${known.job}/kept/${path}`
}

function lastCommand(facts: Facts): Argv | undefined {
  const { vps } = facts.project
  return keptPaths(facts).length > 0 ? vps?.restart : vps?.deploy
}

function servicesOf(facts: Facts) {
  const { status } = facts.project.vps ?? {}
  return status ? [remote(facts, status, { cwd: hostOf(facts).directory })] : []
}

/** The folder of what makes it serve. Of this deployment alone: a later rollback to the same version runs its own. */
export function jobOf({ known, number }: Facts): string {
  return `${known.job}/rollback-${number}`
}

function pinOf({ known, number }: Facts): string {
  return `${known.job}/rollback-${number}.git`
}

function pinned(facts: Facts): Readonly<Record<string, string>> {
  return pinnedTo(pinOf(facts), facts.known.origin)
}
