/** vps.status: the server is where it should be, as seen there and from outside. That the script ended well proves nothing. */
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { appOf, unseenServers } from '../../release/served.ts'
import { type Served, servedVersion, versionAddress } from '../served-version.ts'
import { type Action, type Context, step } from '../step.ts'
import { readCheckout, refuseDirty, STATUS } from './checkout.ts'
import { checkoutGit, enter, failed, hostOf, remote, type Server } from './server.ts'

/** How long a freshly started site may take to answer with its version. */
const SETTLE_MS = 90_000
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4_000
/** Left before the step's deadline for the last look: what is told then is what is served, not that time ran out. */
const MARGIN_MS = 2_000

type Actions = ReturnType<typeof describe>

export const status = step({ describe, run })

function describe(facts: Facts) {
  const { vps } = facts.project
  const app = appOf(facts.project, facts.item)
  return {
    status: vps?.status ? [remote(facts, vps.status, { cwd: hostOf(facts).directory })] : [],
    checkout: checkoutGit(facts, STATUS),
    served: app === undefined ? [] : [{ do: 'request', url: versionAddress(app) } satisfies Action],
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const trouble = (await ownStatus(context, server)) ?? (await atRelease(context, server))
  if (trouble) return failed(context, trouble)
  const served = await fromOutside(context)
  if (isProblem(served)) return failed(context, served)
  const { item, known, project } = context.facts
  const isSeen = served !== undefined && !unseenServers(project).includes(item)
  return {
    ok: true,
    evidence: {
      [`serverCommit:${item}`]: known.commit,
      ...(isSeen && { [`servedNow:${item}`]: served }),
    },
  }
}

async function ownStatus({ actions, facts }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  for (const action of actions.status) {
    const exit = await server.ask(action)
    if ('what' in exit) return exit
    const lines = `${exit.stdout}\n${exit.stderr}`.split('\n').filter((line) => line.trim() !== '')
    const values = { name: facts.item, command: action.argv.join(' '), code: String(exit.code ?? exit.ended) }
    if (exit.code !== 0) return problem('vps.status-failed', values, lines.slice(-10))
  }
  return undefined
}

async function atRelease({ actions, facts }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const answer = await server.tell(actions.checkout)
  if (isProblem(answer)) return answer
  const checkout = readCheckout(answer)
  const wanted = facts.known.commit
  if (checkout.commit === wanted) return refuseDirty(server.host, checkout)
  return problem('vps.not-at-release', { name: facts.item, wanted, found: checkout.commit })
}

/** What the server's own address serves, or the one of all servers, once that is the release; undefined where there is neither. */
async function fromOutside(context: Context<Actions>): Promise<string | undefined | Problem> {
  const { facts, ports, signal } = context
  const app = appOf(facts.project, facts.item)
  if (app === undefined) return undefined
  const until = Math.min(context.deadline - MARGIN_MS, ports.clock.now() + SETTLE_MS)
  let pause = FIRST_PAUSE_MS
  for (;;) {
    const served = await servedVersion(ports.http, facts.project, app, facts.release.full)
    if (served.release?.full === facts.release.full) return served.said
    if (signal.aborted || ports.clock.now() + pause > until) return mismatch(facts, app, served)
    context.progress(`waiting for ${app} to serve ${facts.release.full}; it says: ${served.said}`)
    await ports.clock.sleep(pause, signal)
    pause = Math.min(LONGEST_PAUSE_MS, pause * 2)
  }
}

function mismatch(facts: Facts, app: string, { said, release }: Served): Problem {
  const values = { name: facts.item, url: versionAddress(app), wanted: facts.release.full, found: said }
  return problem(release ? 'vps.serves-other' : 'vps.serves-nothing', values)
}
