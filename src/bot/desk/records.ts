/** What is on record: the history, who did what, logs, incidents and certificates; and whether the world still agrees. */
import type { Desk } from '../../ports/desk.ts'
import { auditOf, auditOfLocks, auditOfRefusal } from '../../release/audit.ts'
import type { Deployment } from '../../release/deployment.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { visible } from '../../release/redact.ts'
import { certificateCard } from '../../release/report/certificate.ts'
import { incidentFileCard } from '../../release/report/incident.ts'
import { oneLine } from '../../release/text.ts'
import { certified, releaseNamed, rolledBackBy } from '../versions.ts'
import type { Finding } from './finding.ts'
import type { DeskOptions } from './options.ts'
import type { Requesting } from './requesting.ts'

/** Nobody can push what was done out of sight by trying what they may not. */
const REFUSALS_SHOWN = 10

export function createRecords(
  { journal, clock, live, world }: DeskOptions,
  { numbered }: Finding,
  { past }: Requesting,
): Pick<Desk, 'history' | 'audit' | 'incident' | 'certificate' | 'verify' | 'log' | 'diagnose'> {
  return {
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
    incident: async (deployment, { actor }, note) => {
      const when = new Date(clock.now()).toISOString().slice(0, 16).replace('T', ' ')
      const words = note && oneLine(visible(`${actor.name}: ${note}`))
      const file = await world.incident(deployment, words && `${when} UTC, ${words}`)
      const { number } = deployment
      return file === undefined ? problem('request.no-incident', { number }) : incidentFileCard(deployment, file)
    },
    certificate: async (project, target) => {
      const history = await past(project)
      const meant = certified(history, target)
      const file = meant?.evidence.certificateFile
      if (meant === undefined || file === undefined)
        return problem('request.no-certificate', { which: target ?? project.title })
      const deployment = await numbered(meant.number)
      const takenBack = rolledBackBy(history, meant)
      const known = { ...(!isProblem(deployment) && { deployment }), ...(takenBack !== undefined && { takenBack }) }
      return certificateCard(file, await world.certificate(file), known)
    },
    verify: async (project, version) => {
      const history = await past(project)
      const release = await releaseNamed(version, project, history, world.released)
      return isProblem(release) ? release : world.verify(project, release, history)
    },
    diagnose: world.diagnose,
    log: async (deployment, step) => {
      for (const id of step === undefined ? newestSteps(deployment) : [step]) {
        const found = deployment.steps[id] && (await world.logFile(deployment, id))
        if (found) return { step: id, ...found }
      }
      return noLog(deployment, step)
    },
  }
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
