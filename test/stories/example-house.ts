/** Examples as they stand in examples/, with nothing but addresses and accounts of the sandbox put in. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { PERSON } from '../../sandbox/configuration.ts'
import type { Product } from '../../sandbox/product.ts'
import type { Whereabouts } from '../../sandbox/world.ts'
import { wideTextOf } from '../card-text.ts'
import { type House, openHouse } from './house.ts'

interface Example {
  projects: Record<string, Record<string, Record<string, unknown>>>
  roles: unknown
}

/** What every example names that is different in the sandbox. Everything else stays as it is written. */
function inSandbox(file: string, world: Whereabouts, more: Record<string, Record<string, unknown>>): Example {
  const example = parse(readFileSync(join(import.meta.dirname, '../../examples', file), 'utf8')) as Example
  const [[name, project] = ['', {}]] = Object.entries(example.projects)
  const own = {
    repository: { url: world.origin.url, branch: 'master', ssh: {} },
    verify: { ca: world.caFile, deadline: '1m' },
  }
  const put: Record<string, Record<string, unknown>> = { ...own, ...more }
  for (const [key, values] of Object.entries(put))
    project[key] = { ...project[key], ...own[key as 'verify'], ...values }
  return { projects: { [name]: project }, roles: { owners: { terminal: [PERSON] } } }
}

/** What a product that is built needs of the sandbox. */
export function builds({ isolation, environment }: Whereabouts) {
  return { isolation, environment: [...new Set(['PATH', 'LANG', ...Object.keys(environment)])] }
}

const ssh = ({ server }: Whereabouts) => ({ key: server.keyFile, knownHosts: server.knownHostsFile })
export const hostOf = (world: Whereabouts, name: string, directory: string) => {
  const { host, port, user } = world.server
  return { name, host, port, user, directory, ssh: ssh(world) }
}

/** A house for the product, configured by its example; `more` holds what is the sandbox's own. */
export async function openExample(
  product: Product,
  file: string,
  more: (world: Whereabouts) => Record<string, Record<string, unknown>>,
) {
  return openHouse({ product, makepkg: 'stand-in', change: (_, world) => inSandbox(file, world, more(world)) })
}

/** Asks for a version, approves the one gate, and gives back what the thread then shows. */
export async function release(of: House, version: string, gate: string) {
  await of.asks(`deploy ${version}`)
  const asked = await of.posted(`${gate}.1`)
  const first = wideTextOf(await of.posted('first'))
  await of.presses(asked, 'approve')
  const result = wideTextOf(await of.posted('result'))
  await of.bot.idle()
  return { first, gate: wideTextOf(asked), result, matrix: wideTextOf(await of.posted('matrix')) }
}
