/** At which public address it shows what a server serves: one at which it alone answers, or one that it shares with others. */
import type { Project } from './project.ts'
import { listed } from './report/view.ts'

type Places = Pick<Project, 'vps' | 'verify'>

/** A server and the base address at which it alone answers. */
export interface OwnApp {
  readonly name: string
  readonly app: string
}

export function ownApps({ vps }: Pick<Project, 'vps'>): readonly OwnApp[] {
  return (vps?.hosts ?? []).flatMap(({ name, app }) => (app === undefined ? [] : [{ name, app }]))
}

/** The base address that tells what this server serves: its own, or `verify.app`. */
export function appOf(project: Places, host: string | undefined): string | undefined {
  return ownApps(project).find(({ name }) => name === host)?.app ?? project.verify.app
}

/** The base address of the application, and those of single servers. */
export function appsOf(project: Places): readonly string[] {
  const { app } = project.verify
  return [...(app === undefined ? [] : [app]), ...ownApps(project).map((own) => own.app)]
}

/** The servers of which nobody outside can tell what they serve; a single server is what answers at `verify.app`. */
export function unseenServers({ vps }: Pick<Project, 'vps'>): readonly string[] {
  const hosts = vps?.hosts ?? []
  return hosts.length < 2 ? [] : hosts.filter(({ app }) => app === undefined).map(({ name }) => name)
}

/** Says that some servers are not seen one by one, and which setting mends it; undefined where all of them are. */
export function unseenLine(project: Places): string | undefined {
  const names = unseenServers(project)
  if (names.length === 0) return undefined
  const { app } = project.verify
  const what =
    app === undefined
      ? `It is not seen from outside ${whatServes(names)}.`
      : `The servers share ${app}, where any of them may answer, so it is not seen ${whatServes(names)}.`
  return `${what} In slipway.yaml, vps.hosts[].app mends it: the address at which that server alone answers.`
}

/** `what south serves`, or `what north and south each serve`. */
export function whatServes(names: readonly string[]): string {
  return names.length === 1 ? `what ${names[0]} serves` : `what ${listed(names)} each serve`
}

const MOST_ANSWERS = 20

/** How many right answers in a row the shared address has to give: one lucky one tells nothing of the server behind the next. */
export function answersInARow(project: Pick<Project, 'vps'>): number {
  if (unseenServers(project).length === 0) return 1
  return Math.min(MOST_ANSWERS, 2 * (project.vps?.hosts.length ?? 0))
}
