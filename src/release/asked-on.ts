/** Where the questions of a deployment are asked. An answer counts only where its question is shown. */
import type { PlatformName } from './actor.ts'
import type { Deployment, Place } from './deployment.ts'
import type { Gate } from './gate.ts'
import { type Problem, problem } from './problems.ts'
import type { Project } from './project.ts'

/** What a platform is called. */
export const ON = { slack: 'Slack', discord: 'Discord', terminal: 'the terminal' } as const

/** The place as it stands in a sentence. */
export const WHERE = { slack: 'in Slack', discord: 'in Discord', terminal: 'at the terminal' } as const

/**
 * Platforms on which a project's questions can be answered where the deployment is told on one of them. The terminal is always
 * one: whoever sits there owns the machine.
 */
export function askedOn(project: Project, home: PlatformName): readonly PlatformName[] {
  const beside = (['slack', 'discord'] as const).filter((each) => each !== home && project.channels[each].length > 0)
  return [...new Set<PlatformName>(['terminal', home, ...(project.mirror ? beside : [])])]
}

/** The key under which a question is asked on a platform that the deployment is not told on. */
export function mirrorKey({ number }: Pick<Deployment, 'number'>, { id }: Pick<Gate, 'id'>, platform: PlatformName) {
  return `${number}/mirror:${platform}:${id}`
}

/**
 * The refusal of an answer from a platform where the question is not shown: not even a denial, which of a rollback is no safer
 * than an approval. Whoever was shown it may answer, whatever the reason for that. A cancel is no answer.
 */
export function refuseElsewhere(deployment: Deployment, gate: Gate, { platform }: Place): Problem | undefined {
  const { number, project, place, messages } = deployment
  if (gate.status !== 'open' && (gate.status !== 'approved' || gate.used)) return undefined
  if (askedOn(project, place.platform).includes(platform)) return undefined
  if (messages[mirrorKey(deployment, gate, platform)] !== undefined) return undefined
  const where = place.platform === 'terminal' ? WHERE.terminal : `${WHERE[place.platform]}, channel ${place.channel}`
  return problem('gate.elsewhere', { number, where, here: WHERE[platform], platform })
}
