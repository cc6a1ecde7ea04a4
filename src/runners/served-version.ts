/** Which version the public address serves, as somebody outside sees it. */
import type { Http, HttpFault } from '../ports/http.ts'
import type { Project } from '../release/project.ts'
import { appsOf, ownApps } from '../release/served.ts'
import { atWidthOf, type Release, releaseOf } from '../release/version.ts'
import { webAccess } from './web-access.ts'

export type Served =
  | { readonly release: Release; readonly said: string }
  /** Nothing that names a version: what came instead, in a few words; `fault` where there was no answer at all. */
  | { readonly release: undefined; readonly said: string; readonly fault?: HttpFault['code'] }

/** The address of the version file below the application's base address. */
export function versionAddress(app: string): string {
  return `${app.replace(/\/+$/, '')}/version.json`
}

/** The addresses at which visitors meet the project, and single servers are met. */
export function addressesOf(project: Project): readonly string[] {
  const { site } = project.verify
  return [...appsOf(project).map(versionAddress), ...(site === undefined ? [] : [site])]
}

/**
 * Asks the application, below its public address or one server's own, for its version. `wanted` is the version that it is going to
 * be compared with: a build number that is served as a number is read at the width of that.
 */
export async function servedVersion(http: Http, project: Project, app: string, wanted = ''): Promise<Served> {
  const url = versionAddress(app)
  const isOwn = ownApps(project).some((own) => own.app === app)
  const access = { ...webAccess(project), ...(isOwn && { redirects: [] }) }
  const answer = await http.get(url, { timeoutMs: 15_000, ...access })
  if (!answer.ok) {
    const isElsewhere = isOwn && answer.code === 'redirect'
    const said = isElsewhere ? `${url} redirects, so it is not this server alone that answers` : answer.message
    return { release: undefined, said, fault: answer.code }
  }
  if (answer.status !== 200) return { release: undefined, said: `HTTP ${answer.status}` }
  const release = readVersion(answer.body, wanted)
  return release ? { release, said: release.full } : { release, said: 'no version in the answer' }
}

/** The version of a body such as `{"version":"3.1.3","build_number":"001"}`. */
function readVersion(body: string, wanted: string): Release | undefined {
  const { version, build_number: build } = parsed(body)
  if (typeof version !== 'string') return undefined
  if (typeof build === 'number') return releaseOf(version, atWidthOf(wanted, String(build)))
  return typeof build === 'string' ? releaseOf(version, build) : releaseOf(version)
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
