/** vps.pull: the switch. Only what was approved, and is still so on the server, becomes what the checkout holds. */
import { putInPlace, sameFolders, unpackInto } from '../../argv/server.ts'
import { approvalOf, digestOf } from '../../release/approvals.ts'
import type { Observation, Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import type { GateContent } from '../../release/gate.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import { commonActions, commonContent } from '../gate-content.ts'
import { type Context, step } from '../step.ts'
import { readCheckout, refuseDirty, STATUS } from './checkout.ts'
import { checkoutGit, enter, failed, hostOf, inOrder, remote, type Server } from './server.ts'
import { diverged, expectedSum, pinnedHead, stagedSum, sumOf } from './staged.ts'
import { pinned, servedFolder, stagingOf } from './staging.ts'

type Actions = ReturnType<typeof describe>

export const pull = step({ describe, observe, ask, run })

function describe(facts: Facts) {
  const { branch } = facts.project.repository
  return {
    common: isGated(facts) ? Object.values(commonActions(facts)) : [],
    pinned: pinnedHead(facts),
    staged: stagedSum(facts),
    status: checkoutGit(facts, STATUS),
    pull: checkoutGit(facts, ['pull', '--ff-only', '--no-rebase', 'origin', branch], pinned(facts)),
    ...describePlacing(facts),
    readBack: checkoutGit(facts, STATUS),
  }
}

/** The folder is unpacked again from the tarball whose sum was just compared: nobody can have changed it meanwhile. */
function describePlacing(facts: Facts) {
  const place = servedFolder(facts, hostOf(facts).directory)
  if (place === undefined) return { place: [], inPlace: [] }
  const { tarball, unpacked } = stagingOf(facts)
  const staged = `${unpacked}/output`
  return {
    place: [unpackInto(tarball, unpacked), putInPlace(staged, place)].map((argv) => remote(facts, argv)),
    inPlace: [remote(facts, sameFolders(staged, place))],
  }
}

async function observe(context: Context<Actions>): Promise<Observation> {
  const server = await enter(context)
  const question = `Is ${context.facts.item} at ${context.facts.known.commit}, with the staged web in place?`
  if (isProblem(server)) return { seen: 'unknown', question, cause: server }
  const done = await isSwitched(context, server)
  if (isProblem(done)) return { seen: 'unknown', question, cause: done }
  return done ? { seen: 'done', evidence: evidence(context.facts) } : { seen: 'not-done' }
}

/** What the gate shows where no AUR step asked before: the release, and what lies ready on this server. */
async function ask(context: Context<Actions>): Promise<GateContent | Problem> {
  const server = await enter(context)
  return isProblem(server) ? server : contentOf(context, server)
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { facts, deployment } = context
  const server = await enter(context)
  if (isProblem(server)) return failed(context, server)
  if (isGated(facts)) {
    const content = await contentOf(context, server)
    if (isProblem(content)) return failed(context, content)
    const approval = approvalOf(deployment, `vps.pull:${facts.item}`)
    if (digestOf(content.bound) !== approval?.digest) return { ok: false, changed: content }
  }
  const trouble = await refuseOther(context, server)
  return trouble ? failed(context, trouble) : switchOver(context, server)
}

/** The step asks only where the plan has no AUR submit before it, and only for the first host. */
function isGated({ project, item }: Facts): boolean {
  return project.aur === undefined && project.vps?.hosts[0]?.name === item
}

async function contentOf(context: Context<Actions>, server: Server): Promise<GateContent | Problem> {
  const common = await commonContent({ ...context, actions: commonActions(context.facts) })
  if (isProblem(common)) return common
  const ready = await readyOn(context, server)
  if (isProblem(ready)) return ready
  const fields = Object.entries(ready).map(([name, value]): [string, string] => [name, value])
  const sections = [...common.card.sections, { kind: 'fields' as const, fields }]
  return { bound: { ...common.bound, ...ready }, card: { ...common.card, sections } }
}

/** What lies on the server now: the commit that a pull would bring, and the sum of the web. */
async function readyOn(
  { facts, actions }: Context<Actions>,
  server: Server,
): Promise<Readonly<Record<string, string>> | Problem> {
  const commit = await server.tell(actions.pinned)
  if (isProblem(commit)) return commit
  const ready: Record<string, string> = { [`staged commit on ${facts.item}`]: commit }
  for (const action of actions.staged) {
    const sum = await sumOf(server, action)
    if (isProblem(sum)) return sum
    ready[`staged web on ${facts.item}`] = sum
  }
  return ready
}

/** Whatever was approved named the release commit and the web's sum: the server has to hold those and no others. */
async function refuseOther(context: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const { facts, actions } = context
  const name = facts.item
  const ready = await readyOn(context, server)
  if (isProblem(ready)) return ready
  const [found = '', sum] = Object.values(ready)
  const wanted = facts.known.commit
  if (found !== wanted) return problem('vps.staged-changed', { name, thing: 'pinned commit', wanted, found })
  const expected = expectedSum(context)
  if (actions.staged.length === 0 || sum === expected) return undefined
  return problem('vps.staged-changed', { name, thing: 'web build', wanted: expected ?? 'none', found: sum ?? 'none' })
}

async function switchOver(context: Context<Actions>, server: Server): Promise<Outcome> {
  const { facts, actions } = context
  const before = await server.tell(actions.status)
  if (isProblem(before)) return failed(context, before)
  const checkout = readCheckout(before)
  const dirty = refuseDirty(server.host, checkout)
  if (dirty) return failed(context, dirty)
  await context.intend({ host: facts.item, from: checkout.commit, to: facts.known.commit })
  const trouble =
    (await pullRelease(context, server)) ??
    (await inOrder(server, actions.place)) ??
    (await inOrder(server, actions.inPlace))
  if (trouble) return failed(context, trouble)
  const notes = checkout.commit === facts.known.commit ? [`already there: ${facts.item} at the release commit`] : []
  return { ok: true, evidence: { ...evidence(facts), [`switchedFrom:${facts.item}`]: checkout.commit }, notes }
}

async function pullRelease({ facts, actions }: Context<Actions>, server: Server): Promise<Problem | undefined> {
  const exit = await server.ask(actions.pull)
  if ('what' in exit) return exit
  const lines = `${exit.stdout}\n${exit.stderr}`.split('\n').filter((line) => line.trim() !== '')
  const { name, directory } = server.host
  if (exit.code !== 0 && /fast-forward/i.test(exit.stderr)) return diverged(facts, server)
  if (exit.code !== 0) return problem('vps.pull-failed', { name, directory }, lines.slice(-10))
  const after = await server.tell(actions.readBack)
  if (isProblem(after)) return after
  const found = readCheckout(after).commit
  if (found === facts.known.commit) return undefined
  return problem('vps.not-at-release', { name, wanted: facts.known.commit, found })
}

async function isSwitched({ facts, actions }: Context<Actions>, server: Server): Promise<boolean | Problem> {
  const status = await server.tell(actions.status)
  if (isProblem(status)) return status
  if (readCheckout(status).commit !== facts.known.commit) return false
  for (const action of actions.inPlace) {
    const exit = await server.ask(action)
    if ('what' in exit) return exit
    if (exit.code !== 0) return false
  }
  return true
}

function evidence({ item, known }: Facts) {
  return { [`serverCommit:${item}`]: known.commit }
}
