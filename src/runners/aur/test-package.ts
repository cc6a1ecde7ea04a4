/** Test the package as a user would get it: built from its public address, installed into a scratch root, and run. */

import { aurOf } from '../../argv/aur.ts'
import { makepkg, smoke, takeBuilt, unpack } from '../../argv/makepkg.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { type CommandAction, endOf, withLog } from '../build/commands.ts'
import { judgeSmoke, SMOKE_MS } from '../smoke.ts'
import { type Context, step } from '../step.ts'
import { makepkgProblem } from './makepkg-failure.ts'
import { openWorkshop, packageVersion, workshopOf } from './source.ts'

type TestActions = {
  readonly build: CommandAction
  readonly take: CommandAction
  readonly install: CommandAction
  readonly smoke?: CommandAction
}

export const testPackage = step<TestActions>({
  describe(facts) {
    const shop = workshopOf(facts, 'test')
    const { makepkg: options, smoke: words } = aurOf(facts)
    return {
      build: makepkg(shop, options.args),
      take: takeBuilt(shop, '<built package>'),
      install: unpack(shop),
      ...(words && { smoke: smoke(shop, words) }),
    }
  },

  async run(context) {
    const { facts, ports } = context
    if (facts.project.build.isolation.kind === 'none' && ports.processes.user.id === 0) {
      return { ok: false, problem: problem('aur.makepkg-root', {}) }
    }
    await openWorkshop(context, 'test')
    const failed = (await built(context)) ?? (await installed(context))
    if (failed) return withLog(context, failed)
    return smoked(context)
  },
})

/** Builds, and takes the one package that is ours: makepkg may leave others beside it, such as one of debug symbols. */
async function built(context: Context<TestActions>): Promise<Problem | undefined> {
  const { facts, ports, actions } = context
  const exit = await context.execute(actions.build)
  if (exit.code !== 0) return makepkgProblem(facts, exit)
  const shop = workshopOf(facts, 'test')
  const name = builtName(facts, await ports.files.list(shop.packages))
  if (name === undefined) return problem('aur.no-package', { package: aurOf(facts).package })
  const taken = await context.execute(takeBuilt(shop, name))
  return taken.code === 0 ? undefined : problem('aur.package-unreadable', { code: endOf(taken) })
}

/** `name-pkgver-pkgrel-arch.pkg.tar.…`, and a real file: what made it may not point us to another one. */
function builtName(facts: Facts, found: readonly { name: string; kind: string }[]): string | undefined {
  const begin = `${aurOf(facts).package}-`
  return found.find(
    ({ name, kind }) =>
      kind === 'file' &&
      name.startsWith(begin) &&
      /^[^-]+-[^-]+-[^-]+\.pkg\.tar(\.\w+)?$/.test(name.slice(begin.length)),
  )?.name
}

/** Installs, and reads from the package itself which version it is. */
async function installed(context: Context<TestActions>): Promise<Problem | undefined> {
  const { facts, ports, actions } = context
  const exit = await context.execute(actions.install)
  if (exit.code !== 0) return problem('aur.package-unreadable', { code: endOf(exit) })
  const { root } = workshopOf(facts, 'test')
  const isOrdinary = (await ports.files.list(root)).some(({ name, kind }) => name === '.PKGINFO' && kind === 'file')
  const info = isOrdinary ? ((await ports.files.read(`${root}/.PKGINFO`)) ?? '') : ''
  const found = /^pkgver = (.+)$/m.exec(info)?.[1] ?? 'none'
  const wanted = packageVersion(context)
  return found === wanted ? undefined : problem('aur.package-version', { found, wanted })
}

/** Runs the program as users would. */
async function smoked(context: Context<TestActions>): Promise<Outcome> {
  const { facts, actions } = context
  const evidence = { testedPackage: packageVersion(context), makepkgCode: 0 }
  if (actions.smoke === undefined) {
    return { ok: true, evidence, notes: ['not run: aur.smoke names no program to ask for its version'] }
  }
  const { package: target, smoke: argv = [] } = aurOf(facts)
  const exit = await context.execute(actions.smoke, { timeoutMs: SMOKE_MS })
  const { release, previous } = facts
  const { said, problem } = judgeSmoke({ program: 'installed', target, argv, release, previous }, exit)
  if (problem) return withLog(context, problem)
  return { ok: true, evidence: { ...evidence, smokeCode: 0, smokeSaid: said.slice(0, 500) } }
}
