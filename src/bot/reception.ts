/**
 * The reception: understands what somebody sent, asks once whether they may, lets the command answer, and gives the answer to
 * whom it is for. Whoever was refused goes on record.
 */
import type { Chat, Incoming } from '../ports/chat.ts'
import type { Clock } from '../ports/clock.ts'
import type { Filling, Suggest } from '../ports/command-form.ts'
import type { Answer, Concern, Desk } from '../ports/desk.ts'
import { isFullDisk } from '../ports/files.ts'
import type { Journal } from '../ports/journal.ts'
import { type Permission, refuseAccess } from '../release/access.ts'
import type { Deployment } from '../release/deployment.ts'
import type { Log } from '../release/log-level.ts'
import { isProblem, type Problem, problem } from '../release/problems.ts'
import type { Project } from '../release/project.ts'
import { isOnRecord } from '../release/refusal.ts'
import { problemCard } from '../release/report.ts'
import { numberedTarget, type Request } from '../release/request.ts'

/** The command table as the bot sees it. */
export interface CommandDesk {
  parse(text: string): Request | Problem
  rowFor(request: Request): { readonly permission: Permission; readonly concerns: Concern }
  answer(request: Request, incoming: Incoming, desk: Desk): Promise<Answer | Problem | undefined>
  /** What could stand in a field of a command that is being filled in. */
  suggest?(form: string, field: string, filling: Filling, desk: Desk): ReturnType<Suggest>
}

export interface ReceptionOptions {
  readonly chats: readonly Chat[]
  readonly commands: CommandDesk
  readonly desk: Desk
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
}

export interface Reception {
  /** Resolves when the answer is out. */
  reply(incoming: Incoming): Promise<void>
  readonly suggest: Suggest
}

export function createReception(options: ReceptionOptions): Reception {
  const { chats, commands, desk } = options
  return {
    reply: async (incoming) => {
      const chat = chats.find(({ platform }) => platform === incoming.place.platform)
      const answer = await answerTo(incoming, options).catch((error: unknown) => bug(error, options))
      if (answer === undefined || chat === undefined) return
      const { card, audience } = isProblem(answer) ? refusal(answer, chat, incoming) : answer
      await chat.answer(incoming, card, audience)
    },
    suggest: async (form, field, filling) => commands.suggest?.(form, field, filling, desk).catch(() => []) ?? [],
  }
}

async function answerTo(incoming: Incoming, options: ReceptionOptions): Promise<Answer | Problem | undefined> {
  const { commands, desk } = options
  const request = commands.parse(incoming.text)
  if (isProblem(request)) return request
  if (request.kind === 'help') return { card: desk.help(request.command, incoming), audience: 'private' }
  const { permission, concerns } = commands.rowFor(request)
  const projects = await projectsOf(request, concerns, incoming, desk)
  if (isProblem(projects)) return projects
  const refusals = projects.map((project) => refuseAccess(project, permission, incoming.actor))
  const answer = refusals.includes(undefined) ? await commands.answer(request, incoming, desk) : refusals[0]
  if (isProblem(answer)) await putOnRecord(answer, projects, incoming, options)
  return answer
}

/** Where the sender has to be granted what they ask: in the one project that the command is about, or in any of them. */
async function projectsOf(
  request: Request,
  concerns: Concern,
  incoming: Incoming,
  desk: Desk,
): Promise<readonly Project[] | Problem> {
  const number =
    'target' in request && request.kind !== 'deploy'
      ? numberedTarget(request)
      : 'number' in request
        ? request.number
        : undefined
  const name = 'project' in request ? request.project : undefined
  const about = number !== undefined ? 'deployment' : name !== undefined ? 'project' : concerns
  if (about === 'everything') return desk.projects
  const found = about === 'deployment' ? await desk.find(number, incoming) : desk.projectFor(name, incoming)
  if (isProblem(found)) return found
  const project = 'project' in found ? rulesFor(found, incoming, desk) : found
  return isProblem(project) ? project : [project]
}

/** One under way keeps the rules that it was asked for under; what is said of one that has ended is judged by those of today. */
function rulesFor({ project, endedAt }: Deployment, incoming: Incoming, desk: Desk): Project | Problem {
  return endedAt === undefined ? project : desk.projectFor(project.name, incoming)
}

/** Who was refused is told so in any case; a disk that takes no record of it is named in the log. */
async function putOnRecord(
  reason: Problem,
  projects: readonly Project[],
  { actor, place, text: tried }: Incoming,
  { journal, clock, log }: ReceptionOptions,
): Promise<void> {
  if (!isOnRecord(reason)) return
  const { code, what } = reason
  const names = projects.map(({ name }) => name)
  await journal.refusals
    .add({ at: clock.now(), actor, place, projects: names, tried, code, what })
    .catch((error: unknown) => log(`a refusal could not be written down: ${String(error)}`, 'error'))
}

function refusal(reason: Problem, chat: Chat, { place }: Incoming): Answer {
  return { card: problemCard(reason, (command) => chat.spell(command, place)), audience: 'private' }
}

function bug(error: unknown, { log }: ReceptionOptions): Problem {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log(message, 'error')
  return problem(isFullDisk(error) ? 'request.no-room' : 'request.bug', { message: message.split('\n')[0] ?? '' })
}
