/** The desk: what commands may ask of the bot, answered from the live deployments, the journal and the world. */
import type { Chat, Incoming } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Desk } from '../ports/desk.ts'
import type { Journal, Summary } from '../ports/journal.ts'
import { auditOf, auditOfLocks, auditOfRefusal } from '../release/audit.ts'
import type { Card, CardFile } from '../release/card.ts'
import type { CheckedCertificate } from '../release/certificate/check.ts'
import type { Baseline, Deployment, NewEvent } from '../release/deployment.ts'
import { learnedPlan } from '../release/learned.ts'
import { replay } from '../release/machine.ts'
import { planFor } from '../release/plan.ts'
import { isProblem, type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import type { Component } from '../release/recovery.ts'
import { certificateCard } from '../release/report/certificate.ts'
import { incidentFileCard } from '../release/report/incident.ts'
import { choices, resolveTarget, type TargetContext } from '../release/target.ts'
import { chooseStep } from '../release/undo.ts'
import type { Release } from '../release/version.ts'
import { type Admitted, createDoor } from './door.ts'
import { homeOf } from './home.ts'
import type { Live } from './live.ts'
import type { Locks } from './locks.ts'
import {
  certified,
  inUse,
  type Released,
  releaseNamed,
  rolledBackBy,
  spentReleases,
  startedReleases,
} from './versions.ts'
import { goodVersions, type WayBack, wayBackFrom, wayBackTo } from './ways-back.ts'

/** The newest deployments that are asked whether a version was started or released before. */
const LOOK_BACK = 100
/** Nobody can push what was done out of sight by trying what they may not. */
const REFUSALS_SHOWN = 10

/** What the bot's owner hands in: looking at the world needs ports that this room does not know. */
export interface World {
  readonly released: Released
  dryRun(deployment: Deployment): Promise<Card>
  verify(project: Project, release: Release, history: readonly Summary[]): Promise<Card | Problem>
  logFile(
    deployment: Deployment,
    step: string,
  ): Promise<{ readonly file: string; readonly lines: readonly string[] } | undefined>
  /** Walks the troubleshooting tree without changing anything. */
  diagnose(deployment: Deployment): Promise<Card>
  /** The record of an incident as it lies in the data folder; with `note`, which is added to it first. */
  incident(deployment: Deployment, note?: string): Promise<CardFile | undefined>
  /** Checks a certificate of the data folder offline, with everything that lies around it. */
  certificate(file: string): Promise<CheckedCertificate>
  /** Names of templates of the project that cannot tell two builds of one version apart. */
  ambiguousTemplates(project: Project): readonly string[]
}

export interface DeskOptions {
  readonly chats: readonly Chat[]
  /** Time zone of the cards, an IANA name. */
  readonly zone?: string
  help(command: string | undefined, spell: (command: string) => string): Card
  readonly projects: readonly Project[]
  readonly journal: Journal
  readonly clock: Clock
  readonly live: Live
  readonly locks: Locks
  readonly world: World
}

/** The desk over everything the bot has. */
export function createDesk(options: DeskOptions): Desk {
  const { projects, journal, clock, live, locks, world } = options
  const past = (project: Project) => journal.history(LOOK_BACK, project.name)
  const open = () => live.all().filter(({ endedAt }) => endedAt === undefined)

  const contextFor = async (project: Project): Promise<{ target: TargetContext; previous?: Baseline } | Problem> => {
    const history = await past(project)
    const previous = await world.released(project, history)
    if (isProblem(previous)) return previous
    const target = {
      ...(previous && { released: previous.release }),
      started: startedReleases(project, history, live.all()),
      spent: spentReleases(history),
      hasBuild: project.version.source.kind === 'pubspec',
      packaged: project.aur !== undefined,
      buildAmbiguous: world.ambiguousTemplates(project),
    }
    return previous === undefined ? { target } : { target, previous: inUse(previous, history) }
  }

  const findNumbered = async (number: number): Promise<Deployment | Problem> => {
    const known = live.get(number)
    if (known !== undefined) return known
    const deployment = replay((await journal.read(number)) ?? [])
    return 'brokenAt' in deployment ? problem('request.no-such-deployment', { number }) : deployment
  }

  /** Where several are open, which one is meant is not for the bot to guess. */
  const findMeant = async (incoming: Incoming): Promise<Deployment | Problem> => {
    const project = projectFor(projects, undefined, incoming)
    const here = isProblem(project) ? undefined : project.name
    const [only, second] = open().filter((deployment) => here === undefined || deployment.project.name === here)
    if (second !== undefined) return problem('request.which-deployment', {}, open().map(standing))
    if (only !== undefined) return only
    const newest = (await journal.history(1, here))[0]?.number
    return newest === undefined ? problem('request.no-deployment', {}) : findNumbered(newest)
  }

  const requested = async (number: number, project: Project, admitted: Admitted, incoming: Incoming) => ({
    type: 'requested' as const,
    number,
    kind: 'release' as const,
    project,
    plan: learnedPlan(planFor(project), await past(project)),
    at: clock.now(),
    ...admitted,
    requester: incoming.actor,
    place: homeOf(project, incoming.place, options.chats),
    delivery: incoming.id,
  })

  /** A rollback with a number of its own: it waits for its turn, and is asked like any other. */
  const goBack = async (project: Project, way: WayBack | Problem, incoming: Incoming, only?: Component) => {
    if (isProblem(way)) return way
    const queuedAfter = open()
      .filter((each) => each.project.name === project.name)
      .map(({ number }) => number)
    const { release, previous } = way
    const request = await requested(await journal.nextNumber(), project, { release, previous, queuedAfter }, incoming)
    const asked = only === undefined ? {} : { only }
    await live.begin({ ...request, kind: 'rollback', plan: [chooseStep()], undoes: { ...way.undoes, ...asked } })
    return undefined
  }

  const chatOf = ({ place }: Incoming) => options.chats.find(({ platform }) => platform === place.platform)
  const spellFor = (incoming: Incoming) => {
    const chat = chatOf(incoming)
    return (command: string) => chat?.spell(command, incoming.place) ?? `/${command}`
  }

  const resolve: Desk['resolve'] = async (project, target) => {
    const context = await contextFor(project)
    if (isProblem(context)) return context
    const release = resolveTarget(target, context.target)
    if (isProblem(release)) return release
    return { release, ...(context.previous && { previous: context.previous }) }
  }

  const view = (incoming: Incoming) => ({
    spell: spellFor(incoming),
    moments: chatOf(incoming)?.abilities?.moments === true,
    ...(options.zone !== undefined && { zone: options.zone }),
  })

  const door = createDoor({
    locks,
    clock,
    open: (project) => open().filter((deployment) => deployment.project.name === project.name),
    resolve,
    begin: async (project, admitted, incoming) =>
      live.begin(await requested(await journal.nextNumber(), project, admitted, incoming)),
    joinedBefore: async (project, delivery) => {
      const open = live.all().find(({ joined }) => joined.includes(delivery))
      const past = (await journal.history(LOOK_BACK, project.name)).find(({ joined }) => joined?.includes(delivery))
      const found = open ?? (past && (await findNumbered(past.number)))
      return isProblem(found) ? undefined : found
    },
    joined: ({ number }, actor, message) => live.send(number, { type: 'joined', actor, message, at: clock.now() }),
    view,
  })

  return {
    now: clock.now,
    projects,
    view,
    help: (command, incoming) => options.help(command, spellFor(incoming)),
    open,
    projectFor: (name, incoming) => projectFor(projects, name, incoming),
    find: (number, incoming) => (number === undefined ? findMeant(incoming) : findNumbered(number)),
    history: (limit, project) => journal.history(limit, project),
    audit: async (names, limit) => {
      const ended = (await journal.history(limit)).filter(({ project }) => names.includes(project))
      const known = live.all().filter(({ project }) => names.includes(project.name))
      const numbers = new Set([...known, ...ended].map(({ number }) => number))
      const events = await Promise.all([...numbers].map((number) => journal.read(number)))
      const locked = names.flatMap((name) => auditOfLocks(name, journal.locks.read(name)))
      const refused = journal.refusals
        .read()
        .filter(({ projects: about }) => about.some((each) => names.includes(each)))
      const tried = refused.slice(-REFUSALS_SHOWN).map(auditOfRefusal)
      const done = [...events.flatMap((each) => auditOf(each ?? [])), ...locked, ...tried]
      return done.toSorted((a, b) => b.at - a.at).slice(0, limit)
    },
    released: async (project) => world.released(project, await past(project)),
    choices: async (project) => {
      const context = await contextFor(project)
      return isProblem(context) ? context : choices(context.target)
    },
    resolve,
    deploy: door,
    bar: (project) => locks.bar(project),
    lock: (...asked) => locks.set(...asked),
    unlock: (...asked) => locks.lift(...asked),
    dryRun: async (project, resolved, incoming, notes) => {
      const admitted = { ...resolved, queuedAfter: [], ...(notes !== undefined && { notes }) }
      const [newest] = await journal.history(1)
      const next = 1 + Math.max(0, newest?.number ?? 0, ...live.all().map(({ number }) => number))
      const deployment = replay([{ ...(await requested(next, project, admitted, incoming)), previousDigest: '' }])
      if ('brokenAt' in deployment) throw new Error('a dry run begins with what was requested')
      return world.dryRun(deployment)
    },
    send: (number, wish) => live.send(number, { ...wish, at: clock.now() } as NewEvent),
    rollback: async (deployment, incoming, only) => {
      const { number, status, project, previous } = deployment
      if (deployment.endedAt === undefined) {
        const { actor, id: delivery } = incoming
        const wish = { type: 'rollback-asked', actor, delivery, ...(only && { only }), at: clock.now() } as const
        const taken = await live.send(number, wish)
        return taken === undefined ? problem('request.no-rollback', { number, reason: whyNot(deployment) }) : undefined
      }
      if (status === 'complete' && previous !== undefined)
        return goBack(project, await wayBackTo(journal, project, previous.release.full), incoming, only)
      const way = ['cancelled', 'denied', 'failed'].includes(status) ? wayBackFrom(deployment) : undefined
      if (way === undefined) return problem('request.no-rollback', { number, reason: whyNot(deployment) })
      return goBack(project, way, incoming, only)
    },
    rollbackTo: async (project, version, incoming) =>
      goBack(project, await wayBackTo(journal, project, version), incoming),
    goodVersions: (project) => goodVersions(journal, project),
    diagnose: world.diagnose,
    incident: async (deployment, { actor }, note) => {
      const when = new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ')
      const file = await world.incident(deployment, note && `${when} UTC, ${actor.name}: ${note}`)
      const { number } = deployment
      return file === undefined ? problem('request.no-incident', { number }) : incidentFileCard(deployment, file)
    },
    certificate: async (project, target) => {
      const history = await past(project)
      const meant = certified(history, target)
      const file = meant?.evidence.certificateFile
      if (meant === undefined || file === undefined)
        return problem('request.no-certificate', { which: target ?? project.title })
      const deployment = await findNumbered(meant.number)
      const takenBack = rolledBackBy(history, meant)
      const known = { ...(!isProblem(deployment) && { deployment }), ...(takenBack !== undefined && { takenBack }) }
      return certificateCard(file, await world.certificate(file), known)
    },
    verify: async (project, version) => {
      const history = await past(project)
      const release = await releaseNamed(version, project, history, world.released)
      return isProblem(release) ? release : world.verify(project, release, history)
    },
    log: async (deployment, step) => {
      for (const id of step === undefined ? newestSteps(deployment) : [step]) {
        const found = deployment.steps[id] && (await world.logFile(deployment, id))
        if (found) return { step: id, ...found }
      }
      return noLog(deployment, step)
    },
  }
}

function whyNot({ endedAt, status, previous, number }: Deployment): string {
  if (previous === undefined) return 'It was the first release, so there is no version to go back to.'
  if (endedAt === undefined && status !== 'stopped' && status !== 'waiting')
    return `It is ${status}. A rollback can be asked for once it has stopped or ended; cancel #${number} ends it.`
  return 'Nothing of it took effect outside, or it was taken back already.'
}

/** Named, the default of the channel it was said in, or the only one there is. */
function projectFor(projects: readonly Project[], name: string | undefined, { place }: Incoming): Project | Problem {
  const names = projects.map((project) => project.name).join(', ')
  if (name !== undefined)
    return (
      projects.find((project) => project.name === name) ??
      problem('request.no-such-project', { project: name, projects: names })
    )
  const here = projects.filter(
    ({ channels }) => place.platform !== 'terminal' && channels[place.platform].includes(place.channel),
  )
  const [only, second] = here.length > 0 ? here : projects
  if (only === undefined || second !== undefined) return problem('request.which-project', { projects: names })
  return only
}

function standing({ number, project, release, status }: Deployment): string {
  return `#${number}: ${project.title} ${release.full}, ${status}`
}

/** The steps that have begun: what failed or runs first, then the newest. */
function newestSteps({ steps }: Deployment): readonly string[] {
  const urgent = (id: string) => ['failed', 'running'].includes(steps[id]?.status ?? '')
  return Object.entries(steps)
    .filter(([, { beganAt }]) => beganAt !== undefined)
    .toSorted(([a, { beganAt: x = 0 }], [b, { beganAt: y = 0 }]) => Number(urgent(b)) - Number(urgent(a)) || y - x)
    .map(([id]) => id)
}

function noLog({ number, plan }: Deployment, step: string | undefined): Problem {
  return step === undefined || plan.some(({ id }) => id === step)
    ? problem('request.no-log', { number, step: step ?? 'any step' })
    : problem(
        'request.no-such-step',
        { number, step },
        plan.map(({ id }) => id),
      )
}
