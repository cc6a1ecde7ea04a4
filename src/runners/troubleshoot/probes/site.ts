/** Is the certificate of the site valid, and what does it serve? */

import type { HttpAnswer, HttpFault } from '../../../ports/http.ts'
import type { Deployment } from '../../../release/deployment.ts'
import type { Facts } from '../../../release/facts.ts'
import type { Release } from '../../../release/version.ts'
import { servedVersion, versionAddress } from '../../served-version.ts'
import type { Action, Context } from '../../step.ts'
import { webAccess } from '../../web-access.ts'
import { answer, probe } from '../probe.ts'

const TIMEOUT_MS = 10_000

export const certificate = probe({
  describe: (facts) => ({ look: addressesOf(facts).map(request) }),
  async look({ facts, ports }) {
    const secure = addressesOf(facts).filter((url) => url.startsWith('https:'))
    const seen = await Promise.all(secure.map((url) => ask(ports, facts, url)))
    const faults = seen.filter((each) => !each.ok)
    const bad = faults.find(({ code }) => code.startsWith('tls'))
    if (bad !== undefined) return answer('bad', bad.message)
    const [silent] = faults
    if (silent !== undefined) return answer('silent', silent.message)
    return answer('valid', secure.length === 0 ? 'no address is https' : `valid for ${secure.join(' and ')}`)
  },
})

/** What visitors get, compared with what they are meant to get by now. */
export const site = probe({
  describe: (facts) => ({ look: addressesOf(facts).map(request) }),
  async look(context) {
    const { facts, ports } = context
    const { app, site } = facts.project.verify
    const down = site === undefined ? undefined : downAt(site, await ask(ports, facts, site))
    if (down !== undefined) return answer('down', down)
    if (app === undefined) return answer('right', `${site} answers`)
    const served = await servedVersion(ports.http, facts.project, app)
    const { release, said } = served
    const url = versionAddress(app)
    if ('fault' in served || /^HTTP [45]/.test(said)) return answer('down', `${url}: ${said}`)
    const wanted = wantedOf(context.deployment)
    if (wanted === undefined || release?.full === wanted.full) return answer('right', `${url} serves ${said}`)
    return answer('other', `${url} serves ${said}; by now it has to be ${wanted.full}`)
  },
})

/** Once any server was switched it is the release; until then it is not for this deployment to say. */
function wantedOf({ plan, steps, release }: Deployment): Release | undefined {
  const isSwitched = plan.some(({ id, name }) => name === 'vps.pull' && steps[id]?.status === 'done')
  return isSwitched ? release : undefined
}

function downAt(url: string, seen: HttpAnswer | HttpFault): string | undefined {
  if (!seen.ok) return seen.message
  return seen.status < 400 ? undefined : `${url} answers HTTP ${seen.status}`
}

function ask(ports: Context['ports'], { project }: Facts, url: string): Promise<HttpAnswer | HttpFault> {
  return ports.http.get(url, { timeoutMs: TIMEOUT_MS, ...webAccess(project) })
}

function addressesOf({ project: { verify } }: Facts): readonly string[] {
  return [
    ...(verify.app === undefined ? [] : [versionAddress(verify.app)]),
    ...(verify.site === undefined ? [] : [verify.site]),
  ]
}

function request(url: string): Action {
  return { do: 'request', url }
}
