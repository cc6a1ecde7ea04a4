/** vps.deploy: the deployment script runs as a job of the server, once, and is followed to its end over any number of connections. */
import { setAside } from '../../argv/server.ts'
import { type JobStatus, jobLine, neverStartLine } from '../../argv/ssh.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Host } from '../../release/project.ts'
import { excerpt } from '../log-excerpt.ts'
import { type Action, type Context, step } from '../step.ts'
import { askJob, endJob, followJob, type JobEnd } from './job.ts'
import { enter, failed, hostOf, type Remote, remote, type Server, sshProblem } from './server.ts'
import { keptScript, pinned, stagingOf } from './staging.ts'

type Actions = ReturnType<typeof describe>

export const deploy = step({ describe, observe, run, end })

function describe(facts: Facts) {
  return {
    /** Of the first attempt; a later one looks for its own number. */
    told: remote(facts, toldLook(facts, 1)),
    folder: remote(facts, ['mkdir', '-p', '--', stagingOf(facts).script]),
    /** Started detached by `jobLine`, so that it does not end with the connection. */
    script: remote(facts, facts.project.vps?.deploy ?? [], { cwd: hostOf(facts).directory, env: pinned(facts) }),
    follow: {
      do: 'own',
      what: `read the log and the exit code in ${facts.item}:${stagingOf(facts).script} until it ends`,
    } satisfies Action,
  }
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const { facts } = context
  const { name } = hostOf(facts)
  const question = `Did the deployment script on ${name} run to its end? Its process is gone and it left no exit code.`
  const server = await enter(context)
  if (isProblem(server))
    return { seen: 'unknown', question: `How does the deployment script on ${name} stand?`, cause: server }
  if ((await server.session.size(`${stagingOf(facts).script}/started`)) === undefined) return { seen: 'not-done' }
  const status = await askJob(server, stagingOf(facts).script, 0)
  if (isSshFault(status)) return { seen: 'unknown', question, cause: sshProblem(server.host, status) }
  if (status === undefined) return { seen: 'unknown', question }
  if (status.rc === 0) return { seen: 'done', evidence: evidence(facts) }
  if (isLost(status)) return { seen: 'unknown', question }
  const isOver = !status.started || (!isRunning(status) && isToldBefore(context))
  return { seen: isOver ? 'not-done' : 'begun' }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, actions } = context
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const before = await reportedBefore(context, server)
  if (before) return failed(context, before)
  const found = await askJob(server, stagingOf(facts).script, 0)
  if (isSshFault(found)) return failed(context, sshProblem(server.host, found))
  if (found?.rc === 0) {
    return { ok: true, evidence: evidence(facts), notes: [`already there: the script ended well on ${facts.item}`] }
  }
  const inTheWay = found !== undefined && !isRunning(found) && isToldBefore(context)
  const room = inTheWay ? await server.tell(aside(context, 'before')) : ''
  if (isProblem(room)) return failed(context, room)
  if (inTheWay || !found?.started) {
    const folder = await server.tell(actions.folder)
    if (isProblem(folder)) return failed(context, folder)
    await start(context, server)
  }
  return judge(context, await followJob(context, server.host, stagingOf(facts).script))
}

/** An answer that gets lost here says nothing: whether the job started is seen by following it. */
async function start(context: Context<Actions>, server: Server): Promise<void> {
  const { facts, actions } = context
  const { argv, cwd, env } = actions.script
  const folder = stagingOf(facts).script
  await context.intend({ host: facts.item, job: folder, commit: facts.known.commit })
  await context.note(`${facts.item}: ${argv.join(' ')}`)
  await server.session.exec(jobLine(folder, argv, { ...(cwd && { cwd }), ...(env && { env }) }), { timeoutMs: 30_000 })
}

/** Over a connection of its own: the one that gave the order may be gone since, as where the script restarts the network. */
async function judge(context: Context<Actions>, end: JobEnd): Promise<Outcome> {
  const host = hostOf(context.facts)
  const { name, user, host: address, port } = host
  const { script } = stagingOf(context.facts)
  const log = `${script}/log`
  if (end.how === 'ended' && end.rc === 0) return { ok: true, evidence: evidence(context.facts) }
  if (end.how === 'out-of-time')
    return failed(context, problem('vps.deploy-running', { name, user, address, port, log }))
  if (end.how === 'alive') return failed(context, problem('vps.deploy-alive', { name, user, address, port, log }))
  if (end.how === 'unreachable') return failed(context, sshProblem(host, end.fault))
  const server = await enter(context)
  if (end.how === 'never-started' && (await mayBegin(context, server)))
    return judge(context, await followJob(context, host, script))
  const shown = await excerpt(context.ports.files, context.log)
  const kept = await keep(context, server)
  const values = { name, user, address, port, log: `${kept}/log`, number: context.facts.number }
  const why =
    end.how === 'ended' ? problem('vps.deploy-failed', { ...values, code: end.rc }) : problem(ENDS[end.how], values)
  return { ok: false, problem: { ...why, details: shown.errors }, log: shown, over: true }
}

/** The server is asked until it says that nothing of the script runs there; only an admin waits for less. */
async function end(context: Context<Actions>): Promise<Outcome> {
  const { facts, ports, signal, progress } = context
  const host = hostOf(facts)
  for (;;) {
    const end = await endJob(context, host, stagingOf(facts).script)
    if (end.how === 'cancelled') return endedAs(context, host)
    const why = end.how === 'unreachable' ? 'does not answer' : 'could not end its script'
    progress(`${host.name} ${why}, so it may still run there; asking again`)
    await ports.clock.sleep(ASK_AGAIN_MS, signal)
    if (signal.aborted) return failed(context, problem('step.cancelled', { step: 'the script', number: facts.number }))
  }
}

const ASK_AGAIN_MS = 10_000

/** It may have ended well by itself before it was told to. */
async function endedAs(context: Context<Actions>, host: Host): Promise<Outcome> {
  const session = await context.ports.ssh.connect(host)
  const status = isSshFault(session) ? session : await askJob({ session }, stagingOf(context.facts).script, 0)
  if (!isSshFault(status) && status?.rc === 0) return { ok: true, evidence: evidence(context.facts) }
  const { name, user, host: address, port } = host
  const log = `${stagingOf(context.facts).script}/log`
  const values = { name, user, address, port, log, number: context.facts.number }
  return { ok: false, problem: problem('vps.deploy-cancelled', values), over: true }
}

const ENDS = {
  cancelled: 'vps.deploy-cancelled',
  lost: 'vps.deploy-lost',
  'never-started': 'vps.deploy-not-started',
} as const

/**
 * Whether a job that seemed not to start did so just now, or still could: a second one beside it would run the script twice. Where
 * nobody can tell, it is followed on.
 */
async function mayBegin({ facts }: Context<Actions>, server: Server | Problem): Promise<boolean> {
  if (isProblem(server)) return true
  const answer = await server.session.exec(neverStartLine(stagingOf(facts).script), { timeoutMs: 30_000 })
  return isSshFault(answer) || answer.stdout.trim() === 'started'
}

/**
 * A job that failed makes room for the next attempt, under a name that says which attempt it was: after a crash in between, the
 * same attempt finds it there and tells the failure again instead of running the script a second time. Where it could not be
 * moved, the next attempt does it. Answers where it lies.
 */
async function keep(context: Context<Actions>, server: Server | Problem): Promise<string> {
  const moved = isProblem(server) ? server : await server.tell(aside(context, 'failed'))
  return isProblem(moved) ? stagingOf(context.facts).script : keptAs(context, 'failed')
}

/**
 * Whether an earlier attempt gave the order and told the end of what came of it, so that what lies there is of no attempt any
 * more: from the order to that end the journal knows a job. What it said when this attempt began holds for all of it, since an
 * attempt is run once more over a new connection only where its order was seen never to start.
 */
function isToldBefore({ facts, deployment }: Context<Actions>): boolean {
  const { attempted, job } = deployment.steps[`vps.deploy:${facts.item}`] ?? {}
  return attempted !== undefined && job === undefined
}

/** The failure of this same attempt, told before a crash. Where nobody can tell, nothing is started. */
async function reportedBefore(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const exit = await server.ask(remote(context.facts, toldLook(context.facts, attemptOf(context))))
  if (isProblem(exit)) return exit
  if (exit.code === 0) return failedBefore(context, server)
  const cannotTell = { code: 'failed', message: `test ended with ${exit.code ?? exit.ended}` } as const
  return exit.code === 1 ? undefined : sshProblem(server.host, cannotTell)
}

function failedBefore(context: Context<Actions>, server: Server): Problem {
  const { name, user, host: address, port } = server.host
  const values = { name, user, address, port, log: `${keptAs(context, 'failed')}/log`, number: context.facts.number }
  return problem('vps.deploy-failed', { ...values, code: 'other than 0' })
}

function aside(context: Context<Actions>, when: 'failed' | 'before'): Remote {
  return remote(context.facts, setAside(stagingOf(context.facts).script, keptAs(context, when)))
}

function keptAs(context: Context<Actions>, when: 'failed' | 'before'): string {
  return keptScript(context.facts, when, attemptOf(context))
}

function attemptOf({ facts, deployment }: Context<Actions>): number {
  return deployment.steps[`vps.deploy:${facts.item}`]?.attempt ?? 0
}

function toldLook(facts: Facts, attempt: number): readonly string[] {
  return ['test', '-e', `${keptScript(facts, 'failed', attempt)}/log`]
}

function isRunning({ alive, rc }: JobStatus): boolean {
  return alive && rc === undefined
}

function isLost({ started, alive, rc }: JobStatus): boolean {
  return started && !alive && rc === undefined
}

function evidence(facts: Facts) {
  return { [`deployExit:${facts.item}`]: 0, [`deployLog:${facts.item}`]: `${stagingOf(facts).script}/log` }
}
