/** How a server stands: whether it can be reached, what its checkout, its script, its services and its log say. */

import { isSshFault } from '../../../ports/ssh.ts'
import type { Facts } from '../../../release/facts.ts'
import { mayStand } from '../../../release/machine/states.ts'
import { isProblem } from '../../../release/problems.ts'
import { endOf } from '../../build/commands.ts'
import { excerpt } from '../../log-excerpt.ts'
import type { Action } from '../../step.ts'
import { readCheckout, STATUS } from '../../vps/checkout.ts'
import { askJob } from '../../vps/job.ts'
import { checkoutGit, enter, failed, hostOf, remote } from '../../vps/server.ts'
import { stagingOf } from '../../vps/staging.ts'
import { answer, blind, leftBy, probe } from '../probe.ts'

/** What a refused login means; every other fault may be the network's. */
const REFUSALS: Readonly<Record<string, 'changed' | 'refused'>> = {
  'vps.host-key-changed': 'changed',
  'vps.host-key-unknown': 'changed',
  'vps.refused-key': 'refused',
  'vps.key-unreadable': 'refused',
}

export const ssh = probe({
  describe: (facts) => ({ look: remote(facts, ['true']) }),
  async look(context) {
    const server = await enter(context)
    const exit = isProblem(server) ? server : await server.ask(context.actions.look)
    if (isProblem(exit)) return answer(REFUSALS[exit.code] ?? 'no', exit.what)
    return answer('yes', `${context.facts.item} answers with its pinned key`)
  },
})

/** Before the switch a server is meant to stay where it was. */
export const serverGit = probe({
  describe: (facts) => ({ status: checkoutGit(facts, STATUS) }),
  async look(context) {
    const { facts, deployment } = context
    const server = await enter(context)
    const said = isProblem(server) ? server : await server.tell(context.actions.status)
    if (isProblem(said)) return failed(context, said)
    const { commit, branch, changed } = readCheckout(said)
    const at = `${facts.item} is at ${commit.slice(0, 12)}`
    const { item } = facts
    if (changed.length > 0) return answer('dirty', `changed by hand on ${item}: ${changed.slice(0, 5).join(', ')}`)
    const wanted = facts.project.repository.branch
    if (branch !== wanted) return answer('branch', `${at} on ${branch}; it has to be on ${wanted}`)
    if (!mayStand(deployment.steps[`vps.pull:${item}`])) return answer('waits', `${at}, and has not been switched yet`)
    const release = leftBy(facts, 'commit') ?? ''
    if (commit === release) return answer('there', `${at}, the release commit`)
    return answer('elsewhere', `${at}; the release commit is ${release.slice(0, 12)}`)
  },
})

export const script = probe({
  describe: (facts) => ({
    look: { do: 'own', what: `read how the script in ${facts.item}:${stagingOf(facts).script} ended` } satisfies Action,
  }),
  async look(context) {
    const { facts, deployment } = context
    const state = deployment.steps[`vps.deploy:${facts.item}`]
    if (leftBy(facts, 'job') === undefined || (state?.attempt ?? 0) === 0)
      return answer('none', `the deployment script has not run on ${facts.item}`)
    const server = await enter(context)
    if (isProblem(server)) return failed(context, server)
    const job = await askJob(server, stagingOf(facts).script, 0)
    if (isSshFault(job)) return blind(job.message)
    if (job?.started && job.rc === undefined && job.alive) return answer('runs', `it still runs on ${facts.item}`)
    if (job?.rc === 0) return answer('well', `it ended well on ${facts.item}`)
    return answer('failed', state?.problem?.what ?? `it did not end well on ${facts.item}`)
  },
})

export const serverStatus = probe({
  describe: (facts) => ({ status: inCheckout(facts, facts.project.vps?.status) }),
  async look(context) {
    const [action] = context.actions.status
    if (action === undefined) return answer('none', 'vps.status in slipway.yaml names no command that would say')
    const server = await enter(context)
    const exit = isProblem(server) ? server : await server.ask(action)
    if (isProblem(exit)) return failed(context, exit)
    const last = `${exit.stdout}\n${exit.stderr}`.trim().split('\n').at(-1) ?? ''
    const command = action.argv.join(' ')
    if (exit.code === 0) return answer('up', `"${command}" on ${context.facts.item} ended well`)
    return answer('down', `"${command}" on ${context.facts.item} ended with ${endOf(exit)}: ${last}`)
  },
})

/** Only told: a line of a log is read by a person. */
export const serverLog = probe({
  describe: (facts) => ({ logs: inCheckout(facts, facts.project.vps?.logs) }),
  async look(context) {
    const [action] = context.actions.logs
    if (action === undefined) return answer('none', 'vps.logs in slipway.yaml names no command that shows them')
    const server = await enter(context)
    const exit = isProblem(server) ? server : await server.ask(action)
    if (isProblem(exit)) return failed(context, exit)
    const { errors, tail } = await excerpt(context.ports.files, context.log)
    const silent = `${exit.stdout}${exit.stderr}`.trim() === ''
    const line = silent ? 'nothing' : (errors.at(-1) ?? tail.at(-1) ?? 'nothing')
    return answer('read', `${errors.length > 0 && !silent ? 'the last line with an error' : 'the last line'}: ${line}`)
  },
})

function inCheckout(facts: Facts, argv: readonly string[] | undefined) {
  return argv === undefined ? [] : [remote(facts, argv, { cwd: hostOf(facts).directory })]
}
