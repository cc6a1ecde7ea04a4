/** Waits until what was unreachable answers again: with growing pauses, and not a moment longer than it takes. */
import { lookAtHead } from '../../../argv/aur.ts'
import type { GitCommand } from '../../../argv/git.ts'
import { isSshFault } from '../../../ports/ssh.ts'
import type { Outcome } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import { problem } from '../../../release/problems.ts'
import type { Host } from '../../../release/project.ts'
import { appOf, appsOf } from '../../../release/served.ts'
import { publicAddress } from '../../artifacts.ts'
import { aurInfoAddress } from '../../aur-info.ts'
import { lastLines } from '../../remote-problem.ts'
import { versionAddress } from '../../served-version.ts'
import { type Action, type Context, step } from '../../step.ts'
import { lookAtBranch } from '../../version/remote-branch.ts'
import { webAccess } from '../../web-access.ts'
import { type Part, partsOf } from '../places.ts'
import { causeOf } from '../probe.ts'

const LONGEST_MS = 2 * 60_000
const LONGEST_PAUSE_MS = 32_000
const LOOK_MS = 20_000

type Actions = ReturnType<typeof describe>

export const wait = step({ describe, run })

/** Only what the step that failed needs is asked. */
function describe(facts: Facts) {
  const { aur, vps, build } = facts.project
  const published = publicAddress(facts)
  return {
    origin: lookAtBranch(facts),
    aur: aur ? [lookAtHead(facts)] : [],
    aurWeb: aur ? [request(aurInfoAddress(aur))] : [],
    publish: build.publish && published ? [request(published)] : [],
    servers: (vps?.hosts ?? []).map(({ name }): Action => ({ do: 'own', what: `connect to ${name}` })),
    site: appsOf(facts.project).map((app) => request(versionAddress(app))),
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { ports, signal, facts } = context
  const began = ports.clock.now()
  const until = Math.min(context.deadline - LOOK_MS, began + LONGEST_MS)
  for (let pause = 1_000; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    await ports.clock.sleep(pause, signal)
    const silent = await firstSilent(context)
    const seconds = Math.round((ports.clock.now() - began) / 1000)
    if (silent === undefined) return { ok: true, evidence: { waitedSeconds: seconds }, notes: [`waited ${seconds} s`] }
    if (signal.aborted || ports.clock.now() + pause >= until)
      return {
        ok: false,
        problem: problem('troubleshoot.still-silent', { seconds, what: silent, number: facts.number }),
      }
    context.progress(`waiting: ${silent}`)
  }
}

/** The first of what is needed that does not answer, in a few words. */
async function firstSilent(context: Context<Actions>): Promise<string | undefined> {
  for (const part of partsOf(causeOf(context.deployment).planned)) {
    const silent = await LOOKS[part](context)
    if (silent !== undefined) return silent
  }
  return undefined
}

type Look = (context: Context<Actions>) => Promise<string | undefined>

const LOOKS: Readonly<Record<Part, Look>> = {
  origin: (context) => askGit(context, 'the origin', context.actions.origin),
  aur: async (context) =>
    (await first(context.actions.aur, (action) => askGit(context, 'the AUR', action))) ??
    (await first(context.actions.aurWeb, (action) => askWeb(context, action))),
  publish: (context) => first(context.actions.publish, (action) => askWeb(context, action)),
  vps: (context) => first(hostsOf(context), (host) => askServer(context, host)),
  site: (context) => first(sitesOf(context), (action) => askWeb(context, action)),
}

async function askGit({ execute }: Context, name: string, action: GitCommand): Promise<string | undefined> {
  const exit = await execute(action, { timeoutMs: LOOK_MS })
  return exit.code === 0 ? undefined : `${name} does not answer: ${lastLines(exit).at(-1) ?? exit.ended}`
}

/** A server that says that it is broken does not count; a file that is not there yet is an answer. */
async function askWeb({ ports, facts }: Context, { url }: Request): Promise<string | undefined> {
  const options = { method: 'HEAD', timeoutMs: LOOK_MS, ...webAccess(facts.project) } as const
  const seen = await ports.http.get(url, options)
  if (!seen.ok) return seen.message
  return seen.status < 500 ? undefined : `${url} answers HTTP ${seen.status}`
}

async function askServer({ ports }: Context, host: Host): Promise<string | undefined> {
  const session = await ports.ssh.connect(host)
  return isSshFault(session) ? session.message : undefined
}

/** The server of the step that failed, or all of them. */
function hostsOf({ facts, deployment }: Context): readonly Host[] {
  const { host } = causeOf(deployment)
  const hosts = facts.project.vps?.hosts ?? []
  return hosts.filter(({ name }) => host === undefined || host === name)
}

/** The address that tells of the server of the step that failed, or all of them. */
function sitesOf({ facts, deployment, actions }: Context<Actions>): readonly Request[] {
  const { host } = causeOf(deployment)
  const app = host === undefined ? undefined : appOf(facts.project, host)
  return actions.site.filter(({ url }) => app === undefined || url === versionAddress(app))
}

async function first<T>(all: readonly T[], look: (one: T) => Promise<string | undefined>): Promise<string | undefined> {
  for (const one of all) {
    const silent = await look(one)
    if (silent !== undefined) return silent
  }
  return undefined
}

type Request = Action & { readonly do: 'request' }

function request(url: string): Request {
  return { do: 'request', url }
}
