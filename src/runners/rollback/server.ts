/**
 * rollback.server: a server goes back to the commit it was on. What was kept before the switch is put back without building;
 * where nothing was kept, the deployment script builds the commit before once more.
 */
import { jobLine } from '../../argv/ssh.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Argv } from '../../release/project.ts'
import { effectsOf } from '../../release/undo.ts'
import { excerpt } from '../log-excerpt.ts'
import { type Context, step } from '../step.ts'
import { readCheckout } from '../vps/checkout.ts'
import { askJob, followJob, type JobEnd } from '../vps/job.ts'
import { enter, failed, inOrder, type Server, sshProblem } from '../vps/server.ts'
import { pathsToKeep } from '../vps/staging.ts'
import { endScript, runningOn } from './running-script.ts'
import { describeServer, jobOf, keptPaths } from './server-actions.ts'

type Actions = ReturnType<typeof describeServer>

export const server = step({ describe: describeServer, observe, run })

/** Done once the commit and what was kept are in place, and whatever makes them serve has ended well. */
async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts } = context
  const question = `Is ${facts.item} back at ${facts.known.keptCommit.slice(0, 12)}, and does it serve that?`
  const server = await enter(context)
  if (isProblem(server)) return { seen: 'unknown', question, cause: server }
  const last = context.actions.last.length === 0 ? undefined : await askJob(server, jobOf(facts), 0)
  if (isSshFault(last)) return { seen: 'unknown', question, cause: sshProblem(server.host, last) }
  if (last?.started && last.rc !== 0) return { seen: 'begun' }
  const running = await runningOn(context, server)
  const isBack = isProblem(running) ? running : running.length === 0 && (await isInPlace(context, server))
  if (isProblem(isBack)) return { seen: 'unknown', question, cause: isBack }
  const isDone = isBack && (context.actions.last.length === 0 || last?.rc === 0)
  return isDone ? { seen: 'done', evidence: evidence(facts) } : { seen: 'not-done' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts } = context
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const before = await askJob(server, jobOf(facts), 0)
  if (isSshFault(before)) return failed(context, sshProblem(server.host, before))
  if (!before?.started) {
    const put = await prepare(context, server)
    if (put) return put
  }
  return (await serve(context, server)) ?? settled(context, server)
}

/** Puts everything in its place; an outcome where that could not be, or where nothing is left to do. */
async function prepare(context: Context<Actions>, server: Server): Promise<Outcome | undefined> {
  const { facts, actions } = context
  const refused = (await endScript(context, server)) ?? (await refusal(context, server))
  const isBack = refused ?? (await isInPlace(context, server))
  if (isProblem(isBack)) return failed(context, isBack)
  if (isBack && !hasRunScript(context))
    return { ok: true, evidence: evidence(facts), notes: [`already there: ${facts.item} was never switched`] }
  await context.intend({ host: facts.item, to: facts.known.keptCommit, job: jobOf(facts) })
  const trouble =
    (await inOrder(server, [...actions.pin, actions.fetch])) ?? (isBack ? undefined : await putBack(context, server))
  return trouble && failed(context, trouble)
}

/** The index is refreshed first: a checkout that was restored from a backup looks changed to a reset and is not. */
async function putBack({ actions }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const refreshed = await server.ask(actions.refresh)
  return 'what' in refreshed ? refreshed : inOrder(server, [actions.back, ...actions.put])
}

/** Files that somebody changed by hand are not worked against. */
async function refusal({ actions, facts }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const { name, user, host: address, port, directory } = server.host
  const answer = await server.tell(actions.status)
  if (isProblem(answer)) return answer
  const { changed } = readCheckout(answer)
  const values = {
    name,
    user,
    address,
    port,
    directory,
    count: changed.length,
    to: facts.known.keptCommit.slice(0, 12),
  }
  return changed.length === 0 ? undefined : problem('rollback.dirty', values, changed)
}

/** Runs what makes it serve, once, over any number of connections; undefined where that ended well or there is nothing to run. */
async function serve(context: Context<Actions>, server: Server): Promise<Outcome | undefined> {
  const { facts, actions } = context
  const trouble = await inOrder(server, actions.folder)
  if (trouble) return failed(context, trouble)
  for (const { argv, cwd, env } of actions.last) {
    const found = await askJob(server, jobOf(facts), 0)
    if (isSshFault(found)) return failed(context, sshProblem(server.host, found))
    await context.note(`${facts.item}: ${argv.join(' ')}`)
    const line = jobLine(jobOf(facts), argv, { ...(cwd && { cwd }), ...(env && { env }) })
    const sent = found?.started ? undefined : await server.session.exec(line, { timeoutMs: 30_000 })
    const end = await followJob(context, server.host, jobOf(facts))
    if (end.how === 'never-started' && isSshFault(sent)) return failed(context, sshProblem(server.host, sent))
    if (end.how !== 'ended' || end.rc !== 0) return badEnd(context, server, argv, end)
  }
  return undefined
}

async function badEnd(context: Context<Actions>, { host }: Server, argv: Argv, end: JobEnd): Promise<Outcome> {
  if (end.how === 'unreachable') return failed(context, sshProblem(host, end.fault))
  const { name, user, host: address, port } = host
  const ended = end.how === 'ended' ? `ended with exit code ${end.rc}` : ENDS[end.how]
  const values = { name, user, address, port, ended, command: argv.join(' '), log: `${jobOf(context.facts)}/log` }
  const shown = await excerpt(context.ports.files, context.log)
  return { ok: false, problem: problem('rollback.command-failed', values, shown.errors), log: shown }
}

const ENDS = {
  lost: 'is gone without an exit code',
  'never-started': 'did not start',
  'out-of-time': 'still runs, and the time for this step is over',
  cancelled: 'was ended half way',
  alive: 'was told to end and still runs',
} as const

/** As the server says itself; what visitors see is looked at once everything is back. */
async function settled(context: Context<Actions>, server: Server): Promise<Outcome> {
  const { facts, actions } = context
  const isBack = await isInPlace(context, server)
  if (isProblem(isBack)) return failed(context, isBack)
  const { name, user, host: address, port } = server.host
  const wanted = facts.known.keptCommit.slice(0, 12)
  if (!isBack) return failed(context, problem('rollback.not-in-place', { name, user, address, port, wanted }))
  for (const action of actions.services) {
    const exit = await server.ask(action)
    if ('what' in exit) return failed(context, exit)
    const values = { name, user, address, port, command: action.argv.join(' '), code: exit.code ?? exit.ended }
    if (exit.code !== 0) return failed(context, problem('rollback.services', values, lines(exit.stdout, exit.stderr)))
  }
  return { ok: true, evidence: evidence(facts), notes: notesOf(facts) }
}

async function isInPlace({ facts, actions }: Context<Actions>, server: Server): Promise<boolean | Problem> {
  const answer = await server.tell(actions.readBack)
  if (isProblem(answer)) return answer
  if (readCheckout(answer).commit !== facts.known.keptCommit) return false
  for (const action of actions.same) {
    const exit = await server.ask(action)
    if ('what' in exit) return exit
    if (exit.code !== 0) return false
  }
  return true
}

function lines(...texts: readonly string[]): readonly string[] {
  return texts
    .join('\n')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-10)
}

/** Whether the release's script has begun there: then its services may run what is no longer in place. */
function hasRunScript({ deployment, facts }: Context<Actions>): boolean {
  return effectsOf(deployment).some(({ name, item }) => name === 'vps.deploy' && item === facts.item)
}

function evidence({ item, known }: Facts) {
  return { [`serverCommit:${item}`]: known.keptCommit, [`rolledBack:${item}`]: true }
}

function notesOf(facts: Facts): readonly string[] {
  const missing = pathsToKeep(facts.project).filter((path) => !keptPaths(facts).includes(path))
  if (keptPaths(facts).length === 0) return []
  return missing.map((path) => `${facts.item}: ${path} was not there before the release and was left as it is`)
}
