/** preflight.hosts: every server answers with its pinned key, takes arguments unchanged, and has a clean checkout. */
import { runningScripts } from '../../argv/server.ts'
import { jobStatus, remoteLine } from '../../argv/ssh.ts'
import { isSshFault, type Session } from '../../ports/ssh.ts'
import type { Evidence, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Host } from '../../release/project.ts'
import { unseenLine } from '../../release/served.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { connect } from '../vps/connect.ts'
import { askJob } from '../vps/job.ts'
import { sshProblem } from '../vps/server.ts'

type Actions = ReturnType<typeof describe>

export const hosts = step({ describe, run })

/** Everything a shell could make something else of; it has to come back as it is. A backslash in quotes is fish's own. */
const HOSTILE = "'\"$(id)`id` ;&|<>*~\\ !x \n\t é %s -n \\\\ \\' {a,b} [x] #y ^="
/** What starts a job that outlives the connection. */
const DETACHED = ['setsid', 'nohup', 'true']
/** No job lies there, and that is the answer. */
const NO_JOB = '/'

function describe(facts: Facts) {
  const all = facts.project.vps?.hosts ?? []
  return {
    shell: all.map(({ name }): Action => ({ do: 'remote', host: name, argv: ['printf', '%s', HOSTILE] })),
    detached: all.map(({ name }): Action => ({ do: 'remote', host: name, argv: DETACHED })),
    followed: all.map(({ name }): Action => ({ do: 'remote', host: name, argv: jobStatus(NO_JOB, 0) })),
    running: all.map(({ name }): Action => ({ do: 'remote', host: name, argv: runningScripts(facts.project.name) })),
    checks: all.flatMap((host) => Object.values(connect.describe(factsOf(facts, host))).flat()),
  }
}

interface Finding {
  readonly problems: readonly Problem[]
  readonly evidence: Evidence
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const all = context.facts.project.vps?.hosts ?? []
  const findings = await Promise.all(all.map((host) => checkHost(context, host)))
  const evidence = Object.assign({}, ...findings.map((finding) => finding.evidence))
  const unseen = unseenLine(context.facts.project)
  return outcomeOf(
    context,
    findings.flatMap(({ problems }) => problems),
    evidence,
    unseen === undefined ? [] : [unseen],
  )
}

async function checkHost(context: Context<Actions>, host: Host): Promise<Finding> {
  const session = await context.ports.ssh.connect(host)
  if (isSshFault(session)) return { problems: [sshProblem(host, session)], evidence: {} }
  const shell = (await checkShell(session, host)) ?? (await checkJobs(session, host))
  if (shell) return { problems: [shell], evidence: {} }
  const running = await checkScripts(session, host, context.facts.project.name)
  if (running) return { problems: [running], evidence: {} }
  const ready = await checkCheckout(context, host)
  if (!ready.ok) return { problems: 'problem' in ready ? [ready.problem] : [], evidence: {} }
  const pins = await context.ports.ssh.pins(host)
  if (isSshFault(pins)) return { problems: [sshProblem(host, pins)], evidence: {} }
  return { problems: [], evidence: { ...ready.evidence, [`pins:${host.name}`]: pins } }
}

/** Quoting is proved on the login shell that will get the commands. */
async function checkShell(session: Session, host: Host): Promise<Problem | undefined> {
  const exit = await session.exec(remoteLine(['printf', '%s', HOSTILE]), { timeoutMs: 30_000 })
  if (isSshFault(exit)) return sshProblem(host, exit)
  if (exit.code === 0 && exit.stdout === HOSTILE) return undefined
  const { name, user, port, host: address } = host
  return problem('preflight.host-shell', { name, user, port, host: address }, [
    `sent ${JSON.stringify(HOSTILE)}`,
    `came back ${JSON.stringify(exit.stdout.slice(0, 200))}`,
  ])
}

/** After the submit is too late to learn that a script can be started there and not followed. */
async function checkJobs(session: Session, host: Host): Promise<Problem | undefined> {
  const { name, user, port, host: address } = host
  const told = (details: string) => problem('preflight.host-jobs', { name, user, port, host: address }, [details])
  const started = await session.exec(remoteLine(DETACHED), { timeoutMs: 30_000 })
  if (isSshFault(started)) return sshProblem(host, started)
  if (started.code !== 0)
    return told(`${DETACHED.join(' ')}: ${started.stderr.trim() || (started.code ?? started.ended)}`)
  const status = await askJob({ session }, NO_JOB, 0)
  if (isSshFault(status)) return sshProblem(host, status)
  return status === undefined ? told('asked how a job stands, it gave no answer that can be read') : undefined
}

/** What an earlier deployment left running there, as after its slot was freed, has to have ended. */
async function checkScripts(session: Session, host: Host, project: string): Promise<Problem | undefined> {
  const exit = await session.exec(remoteLine(runningScripts(project)), { timeoutMs: 30_000 })
  if (isSshFault(exit)) return sshProblem(host, exit)
  const [, pid, folder] = /^(\d+) (\S.*)$/m.exec(exit.stdout) ?? []
  const { name, user, port, host: address } = host
  return pid && folder ? problem('vps.script-runs', { name, user, port, address, pid, folder }) : undefined
}

/** The very checks that the server phase makes again when it begins. */
function checkCheckout(context: Context<Actions>, host: Host): Promise<Outcome> {
  const facts = factsOf(context.facts, host)
  return connect.run({ ...context, facts, actions: connect.describe(facts) })
}

function factsOf(facts: Facts, host: Host): Facts {
  return { ...facts, item: host.name }
}
