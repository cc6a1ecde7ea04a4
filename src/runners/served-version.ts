/** Which version the public address serves, as somebody outside sees it. */
import type { Http, HttpFault } from '../ports/http.ts'
import type { Project } from '../release/project.ts'
import { type Release, releaseOf } from '../release/version.ts'
import { webAccess } from './web-access.ts'

export type Served =
  | { readonly release: Release; readonly said: string }
  /** Nothing that names a version: what came instead, in a few words; `fault` where there was no answer at all. */
  | { readonly release: undefined; readonly said: string; readonly fault?: HttpFault['code'] }

/** The address of the version file below the application's base address. */
export function versionAddress(app: string): string {
  return `${app.replace(/\/+$/, '')}/version.json`
}

/** Asks the public application for its version. */
export async function servedVersion(http: Http, project: Project, app: string): Promise<Served> {
  const answer = await http.get(versionAddress(app), { timeoutMs: 15_000, ...webAccess(project) })
  if (!answer.ok) return { release: undefined, said: answer.message, fault: answer.code }
  if (answer.status !== 200) return { release: undefined, said: `HTTP ${answer.status}` }
  const release = readVersion(answer.body)
  return release ? { release, said: release.full } : { release, said: 'no version in the answer' }
}

/** The version of a body such as `{"version":"3.1.3","build_number":"001"}`. */
function readVersion(body: string): Release | undefined {
  const { version, build_number: build } = parsed(body)
  if (typeof version !== 'string') return undefined
  return typeof build === 'string' || typeof build === 'number' ? releaseOf(version, String(build)) : releaseOf(version)
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
