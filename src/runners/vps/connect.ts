/** vps.connect: the server answers with its pinned key, its git can be pinned, and nobody changed its checkout by hand. */
import { leftLock, serverGit } from '../../argv/server.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { type Context, step } from '../step.ts'
import { type Checkout, readCheckout, refuseDirty, STATUS } from './checkout.ts'
import { checkoutGit, enter, failed, hostOf, lockedBy, remote, type Server } from './server.ts'

/** The first git that reads configuration from GIT_CONFIG_COUNT, which the pinned origin needs. */
const OLDEST_GIT = [2, 31] as const

type Actions = ReturnType<typeof describe>

export const connect = step({ describe, run })

function describe(facts: Facts) {
  return {
    version: remote(facts, serverGit(hostOf(facts).directory, ['--version'])),
    status: checkoutGit(facts, STATUS),
    shallow: checkoutGit(facts, ['rev-parse', '--is-shallow-repository']),
    lock: remote(facts, leftLock(hostOf(facts).directory)),
    origin: checkoutGit(facts, ['config', '--get-all', 'remote.origin.url']),
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  const version = await gitVersion(context, server)
  if (isProblem(version)) return failed(context, version)
  const checkout = await readyCheckout(context, server)
  if (isProblem(checkout)) return failed(context, checkout)
  const shallow = await refuseShallow(context, server)
  if (shallow) return failed(context, shallow)
  const lock = await server.tell(context.actions.lock)
  if (isProblem(lock)) return failed(context, lock)
  if (lock !== '') return failed(context, lockedBy(server.host, lock))
  const origin = await originOf(context, server)
  if (isProblem(origin)) return failed(context, origin)
  const { name } = server.host
  return {
    ok: true,
    evidence: {
      [`origin:${name}`]: origin,
      [`branch:${name}`]: checkout.branch,
      [`checkout:${name}`]: checkout.commit,
      [`git:${name}`]: version,
    },
  }
}

async function gitVersion({ actions }: Context<Actions>, server: Server): Promise<string | Problem> {
  const answer = await server.tell(actions.version)
  if (isProblem(answer)) return answer
  const found = /\b(\d+)\.(\d+)(?:\.\d+)*/.exec(answer)
  const [major, minor] = OLDEST_GIT
  const isNewEnough = found !== null && (Number(found[1]) - major || Number(found[2]) - minor) >= 0
  if (isNewEnough) return found[0]
  return problem('vps.git-too-old', {
    name: server.host.name,
    found: answer.slice(0, 80),
    needed: OLDEST_GIT.join('.'),
  })
}

/** A clean checkout on the release branch, following the origin: what the script's own `git pull` needs as well. */
async function readyCheckout({ facts, actions }: Context<Actions>, server: Server): Promise<Checkout | Problem> {
  const answer = await server.tell(actions.status)
  if (isProblem(answer)) return answer
  const checkout = readCheckout(answer)
  const { branch } = facts.project.repository
  if (checkout.branch === branch && checkout.upstream === `origin/${branch}`)
    return refuseDirty(server.host, checkout) ?? checkout
  const { name, user, host: address, port, directory } = server.host
  const follows = checkout.upstream ?? 'nothing'
  return problem('vps.branch', { name, user, address, port, directory, branch, found: checkout.branch, follows })
}

/** Without its history a checkout cannot take what forked before it begins, which would only be seen after the submit. */
async function refuseShallow({ actions }: Context<Actions>, { host, tell }: Server): Promise<Problem | undefined> {
  const answer = await tell(actions.shallow)
  if (isProblem(answer)) return answer
  const { name, user, host: address, port, directory } = host
  return answer === 'true' ? problem('vps.shallow', { name, user, address, port, directory }) : undefined
}

/** The address exactly as it is written in the checkout's configuration: the pin replaces this very text. */
async function originOf({ actions }: Context<Actions>, server: Server): Promise<string | Problem> {
  const exit = await server.ask(actions.origin)
  if ('what' in exit) return exit
  const urls = exit.stdout.split('\n').filter((line) => line !== '')
  const [url] = urls
  if (url !== undefined && urls.length === 1) return url
  return problem('vps.no-origin', { name: server.host.name, directory: server.host.directory, count: urls.length })
}
