/** Going back: a rollback in the thread of a deployment that is open, or with a number of its own afterwards. */
import type { Incoming } from '../../ports/chat.ts'
import type { Desk } from '../../ports/desk.ts'
import type { Deployment, Undoes } from '../../release/deployment.ts'
import { asksForRollback } from '../../release/machine/phases.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import type { Component } from '../../release/recovery.ts'
import { CHOOSE, chooseStep, componentsIn, isEndedHalfWay } from '../../release/undo.ts'
import { goodVersions, type WayBack, wayBackFrom, wayBackTo } from '../ways-back.ts'
import type { Finding } from './finding.ts'
import type { DeskOptions } from './options.ts'
import type { Requesting } from './requesting.ts'

export function createGoingBack(
  { journal, clock, live }: DeskOptions,
  { open, projectFor }: Finding,
  { requested }: Requesting,
): Pick<Desk, 'rollback' | 'rollbackTo' | 'goodVersions'> {
  let turn: Promise<unknown> = Promise.resolve()

  /** It waits for its turn, and is asked like any other. One after the other, so that two presses at once ask once. */
  const goBack = (...asked: Parameters<typeof ask>): ReturnType<typeof ask> => {
    const asking = turn.then(() => ask(...asked))
    turn = asking.catch(() => {})
    return asking
  }

  const ask = async (project: Project, way: WayBack | Problem, incoming: Incoming, only?: Component) => {
    if (isProblem(way)) return way
    if (incoming.noHome !== undefined) return incoming.noHome
    const before = open().filter((each) => each.project.name === project.name)
    const same = before.find(({ undoes }) => undoes?.numbers.some((number) => way.undoes.numbers.includes(number)))
    if (same !== undefined) return problem('request.rollback-asked', { number: same.number })
    const underWay = before.find(({ kind }) => kind === 'release')
    if (underWay !== undefined) return problem('request.rollback-during', { number: underWay.number })
    const queuedAfter = before.map(({ number }) => number)
    const { release, previous } = way
    const undoes = { ...way.undoes, ...(only !== undefined && { only }) }
    if (!isAnythingLeft(undoes)) {
      const [number = 0] = undoes.numbers
      return problem('request.no-rollback', { number, reason: nothingOf(only) })
    }
    const request = await requested(await journal.nextNumber(), project, { release, previous, queuedAfter }, incoming)
    await live.begin({ ...request, kind: 'rollback', plan: [chooseStep()], undoes })
    return undefined
  }

  return {
    rollback: async (deployment, incoming, only) => {
      const { number, status, previous } = deployment
      if (isAsked(deployment)) return problem('request.rollback-asked', { number })
      if (deployment.endedAt === undefined) {
        const { actor, id: delivery } = incoming
        const wish = { type: 'rollback-asked', actor, delivery, ...(only && { only }), at: clock.now() } as const
        const taken = await live.send(number, wish)
        return taken === undefined ? problem('request.no-rollback', { number, reason: whyNot(deployment) }) : undefined
      }
      const project = projectFor(deployment.project.name, incoming)
      if (isProblem(project)) return project
      if (status === 'complete' && previous !== undefined)
        return goBack(project, await wayBackTo(journal, project, previous.release.full), incoming, only)
      const way = isEndedHalfWay(deployment) ? await wayBackFrom(journal, project, deployment) : undefined
      if (way === undefined) return problem('request.no-rollback', { number, reason: whyNot(deployment) })
      return goBack(project, way, incoming, only)
    },
    rollbackTo: async (project, version, incoming) =>
      goBack(project, await wayBackTo(journal, project, version), incoming),
    goodVersions: (project) => goodVersions(journal, project),
  }
}

/** Its question stands, or is on its way. */
function isAsked(deployment: Deployment): boolean {
  const { endedAt, steps } = deployment
  return endedAt === undefined && (asksForRollback(deployment) || steps[CHOOSE]?.status === 'asking')
}

function isAnythingLeft({ effects, only }: Undoes): boolean {
  const components = componentsIn(effects)
  return only === undefined ? components.length > 0 : components.includes(only)
}

function nothingOf(only: Component | undefined): string {
  const what = only === undefined ? 'no server and nothing on the AUR' : `nothing that ${only} stands for`
  return `It changed ${what}, or that was taken back already; of a verified release git history and the package stay as they are.`
}

function whyNot({ endedAt, status, previous }: Deployment): string {
  if (previous === undefined) return 'It was the first release, so there is no version to go back to.'
  if (endedAt === undefined && status !== 'stopped' && status !== 'waiting')
    return `It is ${status}. A rollback can be asked for once it has stopped or ended.`
  if (endedAt === undefined && status === 'waiting')
    return 'It waits for an answer. A rollback can be asked for once it has stopped or ended.'
  return 'Nothing of it took effect outside, or it was taken back already.'
}
