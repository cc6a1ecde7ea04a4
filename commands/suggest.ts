/** What could stand in a field while somebody fills it in: versions, numbers, steps, projects. */
import type { Incoming } from '../src/ports/chat.ts'
import type { Filling, FormValues, Suggestion } from '../src/ports/command-form.ts'
import type { Desk } from '../src/ports/desk.ts'
import { mayDo, type Permission } from '../src/release/access.ts'
import type { Deployment } from '../src/release/deployment.ts'
import { isProblem } from '../src/release/problems.ts'
import type { Project } from '../src/release/project.ts'
import { STATUS } from '../src/release/report/progress.ts'
import type { Hint } from './command.ts'
import { hintOf } from './forms.ts'

type Find = (incoming: Incoming, desk: Desk, values: FormValues) => Promise<readonly Suggestion[]>

/** Finding out what could come next asks the world, and a form asks anew with every letter. */
const FRESH_MS = 60_000
const PAST = 20

/** Suggestions for a field, of what the person may look at. */
export function createSuggest(): (
  form: string,
  field: string,
  filling: Filling,
  desk: Desk,
) => Promise<readonly Suggestion[]> {
  const looked = new Map<string, { readonly at: number; readonly found: Promise<readonly Suggestion[]> }>()

  const nextVersions: Find = async (incoming, desk) => {
    const project = visibleProject(incoming, desk)
    if (project === undefined) return []
    const last = looked.get(project.name)
    const found = last !== undefined && last.at > desk.now() - FRESH_MS ? last.found : lookFor(project, desk)
    if (found !== last?.found) looked.set(project.name, { at: desk.now(), found })
    return found
  }

  const FINDS: Readonly<Record<Exclude<Hint, 'command'>, Find>> = {
    'next version': nextVersions,
    'released version': releasedVersions,
    deployment: deployments,
    step: steps,
    fix: fixes,
    plan: plans,
    project: async ({ actor }, desk) => desk.projects.filter(isVisible(actor)).map(({ name }) => plain(name)),
  }

  return async (form, field, filling, desk) => {
    const hint = hintOf(form, field)
    if (hint === undefined || hint === 'command') return []
    const { actor, place, values = {} } = filling
    return FINDS[hint]({ id: '', text: '', actor, place }, desk, values)
  }
}

async function lookFor(project: Project, desk: Desk): Promise<readonly Suggestion[]> {
  const choices = await desk.choices(project)
  if (isProblem(choices)) return RELATIVE.map(plain)
  return choices.map(({ target, release }) => ({ shown: `${release.full} (${target})`, value: release.full }))
}

const RELATIVE = ['patch', 'minor', 'major', 'build']

const releasedVersions: Find = async (incoming, desk) => {
  const project = visibleProject(incoming, desk)
  const past = project === undefined ? [] : await desk.history(PAST, project.name)
  const complete = past.filter(({ status }) => status === 'complete').map(({ version }) => version)
  return [...new Set(complete)].map(plain)
}

/** What is open first, then what ended last. */
const deployments: Find = async ({ actor }, desk) => {
  const visible = desk.projects.filter(isVisible(actor))
  const open = desk.open().filter(({ project }) => visible.some(({ name }) => name === project.name))
  const past = (await desk.history(PAST)).filter(({ project }) => visible.some(({ name }) => name === project))
  return [
    ...open.toReversed().map(({ number, project, release, status }) => ({
      shown: `#${number}: ${project.title} ${release.full} ${STATUS[status].says}`,
      value: number,
    })),
    ...past.map(({ number, project, version, status }) => ({
      shown: `#${number}: ${project} ${version}, ${status}`,
      value: number,
    })),
  ]
}

const steps: Find = async (incoming, desk, values) => {
  const found = await numbered(incoming, desk, values)
  return found?.plan.map(({ id, title }) => ({ shown: `${id}: ${title}`, value: id })) ?? []
}

const fixes: Find = async (incoming, desk, values) => {
  const offers = (await numbered(incoming, desk, values))?.stops.at(-1)?.offers ?? []
  return offers.map(({ id, title }) => ({ shown: title, value: id }))
}

const plans: Find = async (incoming, desk, values) => {
  const gates = (await numbered(incoming, desk, values, 'approve'))?.gates ?? []
  const options = gates.findLast(({ status }) => status === 'open')?.options ?? []
  return options.map(({ name, label }) => ({ shown: `${name}: ${label}`, value: name }))
}

/** The deployment that is named in the form, or the only one that can be meant; of one that the person may do something with. */
async function numbered(
  incoming: Incoming,
  desk: Desk,
  { number }: FormValues,
  needed: Exclude<Permission, 'view'> = 'deploy',
): Promise<Deployment | undefined> {
  const found = await desk.find(typeof number === 'number' ? number : undefined, incoming)
  return isProblem(found) || !mayDo(found.project, needed, incoming.actor) ? undefined : found
}

function visibleProject(incoming: Incoming, desk: Desk): Project | undefined {
  const project = desk.projectFor(undefined, incoming)
  return isProblem(project) || !isVisible(incoming.actor)(project) ? undefined : project
}

function isVisible(actor: Incoming['actor']): (project: Project) => boolean {
  return (project) => mayDo(project, 'view', actor)
}

function plain(value: string): Suggestion {
  return { shown: value, value }
}
