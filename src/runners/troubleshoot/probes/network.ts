/** Does this machine reach anything, do names resolve, can what is needed be reached, and is the clock right? */
import type { Reached } from '../../../ports/network.ts'
import type { Facts } from '../../../release/facts.ts'
import { appsOf } from '../../../release/served.ts'
import type { Action, Context } from '../../step.ts'
import { webAccess } from '../../web-access.ts'
import { type Needed, neededBy, placesOf } from '../places.ts'
import { answer, causeOf, probe } from '../probe.ts'

const TIMEOUT_MS = 5_000
/** Certificates and signatures are refused beyond a few minutes. */
const SKEW_MS = 3 * 60_000

/** One answer from anywhere is enough: even a refusal comes from another machine. */
export const connection = probe({
  describe: (facts) => ({ look: placesOf(facts).map(dialled) }),
  async look(context) {
    const seen = await reachAll(context, placesOf(context.facts))
    if (seen.length === 0) return answer('well', 'nothing outside this machine is configured')
    const answering = seen.filter(({ reached }) => isThere(reached))
    if (answering.length === 0) return answer('none', `none of ${namesOf(seen)} answers`)
    return answer('well', `${answering.length} of ${seen.length} answer: ${namesOf(answering)}`)
  },
})

export const names = probe({
  describe: (facts) => ({ look: placesOf(facts).map(dialled) }),
  async look(context) {
    const seen = await reachAll(context, placesOf(context.facts))
    const lost = seen.flatMap(({ place, reached }) => (reached.resolved ? [] : [`${place.name}: ${reached.message}`]))
    return lost.length > 0 ? answer('unresolved', lost.join('; ')) : answer('resolved', 'every name has an address')
  },
})

/** What the step that failed needs, on both address families where a name has both. */
export const reach = probe({
  describe: (facts) => ({ look: placesOf(facts).map(dialled) }),
  async look(context) {
    const seen = await reachAll(context, neededBy(context.facts, causeOf(context.deployment).planned))
    const silent = seen.filter(({ reached }) => !works(reached))
    if (silent.length > 0)
      return answer('none', silent.map(({ place, reached }) => `${place.name} ${faultsOf(reached)}`).join('; '))
    const half = seen.find(({ reached }) => oneFamily(reached) !== undefined)
    if (half === undefined)
      return answer('both', `${seen.length === 0 ? 'nothing outside is needed' : `${namesOf(seen)} can be reached`}`)
    const family = oneFamily(half.reached) ?? 4
    const found = `${half.place.name} answers over IPv${family} alone: ${faultsOf(half.reached)}`
    return answer('one-family', found, { family: family === 4 ? 'inet' : 'inet6' })
  },
})

/** Compared with what web servers of the project say (RFC 9110, 6.6.1). */
export const clock = probe({
  describe: (facts) => ({ look: webAddresses(facts).map((url): Action => ({ do: 'request', url })) }),
  async look({ facts, ports }) {
    const options = { method: 'HEAD', timeoutMs: TIMEOUT_MS, ...webAccess(facts.project) } as const
    for (const url of webAddresses(facts)) {
      const seen = await ports.http.get(url, options)
      const said = seen.ok ? Date.parse(seen.headers.date ?? '') : Number.NaN
      if (Number.isNaN(said)) continue
      const skew = Math.round((ports.clock.now() - said) / 1000)
      const found = `this machine differs by ${Math.abs(skew)} s from ${new URL(url).host}`
      return answer(Math.abs(skew) * 1000 > SKEW_MS ? 'wrong' : 'right', found)
    }
    return answer('unknown', 'no web server said what time it is')
  },
})

interface Seen {
  readonly place: Needed
  readonly reached: Reached
}

function reachAll({ ports }: Context, places: readonly Needed[]): Promise<readonly Seen[]> {
  return Promise.all(places.map(async (place) => ({ place, reached: await ports.network.reach(place, TIMEOUT_MS) })))
}

function works(reached: Reached): boolean {
  return reached.resolved && reached.tried.some(({ fault }) => fault === undefined)
}

function isThere(reached: Reached): boolean {
  return reached.resolved && reached.tried.some(({ fault }) => fault === undefined || fault === 'refused')
}

/** The family that answers while the other does not. */
function oneFamily(reached: Reached): 4 | 6 | undefined {
  if (!reached.resolved || reached.tried.length < 2) return undefined
  const [answering, ...others] = reached.tried.filter(({ fault }) => fault === undefined)
  return others.length === 0 ? answering?.family : undefined
}

function faultsOf(reached: Reached): string {
  if (!reached.resolved) return reached.message
  const faults = reached.tried.flatMap(({ address, fault }) => (fault === undefined ? [] : [`${address} ${fault}`]))
  return faults.join(', ') || 'has no address'
}

function namesOf(seen: readonly Seen[]): string {
  return seen.map(({ place }) => place.name).join(', ')
}

function webAddresses({ project }: Facts): readonly string[] {
  return [...appsOf(project), project.verify.site, project.aur?.web].filter((url) => url !== undefined)
}

function dialled({ host, port, name }: Needed): Action {
  return { do: 'own', what: `open a connection to ${host}:${port} (${name})` }
}
