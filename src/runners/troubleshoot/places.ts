/** The other machines that a release needs, by the phase that needs them. */
import type { Place } from '../../ports/network.ts'
import type { Facts } from '../../release/facts.ts'
import { sshHostOf } from '../../release/git-answers.ts'
import type { PlannedStep } from '../../release/plan.ts'
import { type OwnApp, ownApps } from '../../release/served.ts'
import { publicAddress } from '../artifacts.ts'

export type Part = 'origin' | 'aur' | 'publish' | 'vps' | 'site'

export interface Needed extends Place {
  /** As a person knows it. */
  readonly name: string
  readonly part: Part
  /** Of a server: the host of the configuration. */
  readonly item?: string
}

const PARTS: Readonly<Partial<Record<PlannedStep['phase'], readonly Part[]>>> = {
  version: ['origin'],
  build: ['publish', 'origin'],
  aur: ['aur', 'publish'],
  vps: ['vps', 'site'],
  finish: ['origin'],
}

/** The parts of the world that a step needs: one that is not named needs all of them. */
export function partsOf(step: Pick<PlannedStep, 'phase'> | undefined): readonly Part[] {
  return PARTS[step?.phase ?? 'preflight'] ?? ['origin', 'aur', 'publish', 'vps', 'site']
}

/** The machines that a step needs; a step of one server only that server. */
export function neededBy(facts: Facts, step: Pick<PlannedStep, 'phase' | 'item'> | undefined): readonly Needed[] {
  const parts = partsOf(step)
  const ofPart = placesOf(facts).filter(({ part }) => parts.includes(part))
  const isOfHost = step?.phase === 'vps' && step.item !== undefined
  return isOfHost ? ofPart.filter(({ item }) => item === undefined || item === step.item) : ofPart
}

/** Every machine that is named in the configuration, once each; a folder of this machine is none. */
export function placesOf(facts: Facts): readonly Needed[] {
  const { repository, aur, build, vps, verify } = facts.project
  const { publish } = build
  const all = [
    at('the origin', 'origin', repository.url),
    at('the AUR (git)', 'aur', aur?.url),
    at('the AUR (web)', 'aur', aur?.web),
    publish?.kind === 'sftp'
      ? { name: 'the host of the package', part: 'publish' as const, host: publish.host, port: publish.port }
      : undefined,
    at('the public address', 'publish', publicAddress(facts)),
    ...(vps?.hosts ?? []).map(({ name, host, port }) => ({ name, part: 'vps' as const, host, port, item: name })),
    at('the application', 'site', verify.app),
    ...ownApps(facts.project).map(ownPlace),
    at('the site', 'site', verify.site),
  ]
  return all.filter((place) => place !== undefined)
}

function ownPlace({ name, app }: OwnApp): Needed | undefined {
  const place = at(`the application of ${name}`, 'site', app)
  return place && { ...place, item: name }
}

function at(name: string, part: Part, address: string | undefined): Needed | undefined {
  if (address === undefined) return undefined
  const place = sshHostOf(address) ?? webPlace(address)
  return place && { name, part, ...place }
}

function webPlace(address: string): Place | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return { host, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) }
}
