/** Is the certificate of the site valid, and what does it serve? */

import type { HttpAnswer, HttpFault } from '../../../ports/http.ts'
import type { Deployment, Outcome } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import { appOf } from '../../../release/served.ts'
import type { Release } from '../../../release/version.ts'
import { addressesOf, servedVersion, versionAddress } from '../../served-version.ts'
import type { Action, Context } from '../../step.ts'
import { webAccess } from '../../web-access.ts'
import { answer, causeOf, probe } from '../probe.ts'

const TIMEOUT_MS = 10_000

export const certificate = probe({
  describe: ({ project }) => ({ look: addressesOf(project).map(request) }),
  async look({ facts, ports }) {
    const secure = addressesOf(facts.project).filter((url) => url.startsWith('https:'))
    const seen = await Promise.all(secure.map((url) => ask(ports, facts, url)))
    const faults = seen.filter((each) => !each.ok)
    const bad = faults.find(({ code }) => code.startsWith('tls'))
    if (bad !== undefined) return answer('bad', bad.message)
    const [silent] = faults
    if (silent !== undefined) return answer('silent', silent.message)
    return answer('valid', secure.length === 0 ? 'no address is https' : `valid for ${secure.join(' and ')}`)
  },
})

/** What visitors get, compared with what they are meant to get by now; after a failure on one server, what that serves. */
export const site = probe({
  describe: ({ project }) => ({ look: addressesOf(project).map(request) }),
  async look(context) {
    const { facts, ports, deployment } = context
    const { site } = facts.project.verify
    const { host } = causeOf(deployment)
    const app = appOf(facts.project, host)
    const down = site === undefined ? undefined : downAt(site, await ask(ports, facts, site))
    if (down !== undefined) return answer('down', down)
    if (app === undefined) return answer('right', `${site} answers`)
    return served(context, app, app === facts.project.verify.app ? undefined : host)
  },
})

/** What whoever is led to this server gets, at the address at which it alone answers. */
export const serverSite = probe({
  describe: ({ project, item }) => ({ look: [appOf(project, item) ?? ''].map((app) => request(versionAddress(app))) }),
  async look(context) {
    const { project, item } = context.facts
    return served(context, appOf(project, item) ?? '', item)
  },
})

/** `host`: of whom the address tells; undefined for one that any server may answer at. */
async function served({ facts, ports, deployment }: Context, app: string, host: string | undefined): Promise<Outcome> {
  const wanted = wantedOf(deployment, host)
  const seen = await servedVersion(ports.http, facts.project, app, wanted?.full)
  const { release, said } = seen
  const url = versionAddress(app)
  if ('fault' in seen || /^HTTP [45]/.test(said)) return answer('down', `${url}: ${said}`)
  if (wanted === undefined || release?.full === wanted.full) return answer('right', `${url} serves ${said}`)
  return answer('other', `${url} serves ${said}; by now it has to be ${wanted.full}`)
}

/** Once the server, or any of them, was switched it is the release; until then it is not for this deployment to say. */
function wantedOf({ plan, steps, release }: Deployment, host: string | undefined): Release | undefined {
  const pulls = plan.filter(({ name, item }) => name === 'vps.pull' && (host === undefined || item === host))
  return pulls.some(({ id }) => steps[id]?.status === 'done') ? release : undefined
}

function downAt(url: string, seen: HttpAnswer | HttpFault): string | undefined {
  if (!seen.ok) return seen.message
  return seen.status < 400 ? undefined : `${url} answers HTTP ${seen.status}`
}

function ask(ports: Context['ports'], { project }: Facts, url: string): Promise<HttpAnswer | HttpFault> {
  return ports.http.get(url, { timeoutMs: TIMEOUT_MS, ...webAccess(project) })
}

function request(url: string): Action {
  return { do: 'request', url }
}
