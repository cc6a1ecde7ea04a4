/** preflight.aur: the package is ours on the AUR, or its name is free. */
import { aurOf } from '../../argv/aur.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { problem } from '../../release/problems.ts'
import type { Aur } from '../../release/project.ts'
import { type AurInfo, aurInfo, aurInfoAddress } from '../aur-info.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const aur = step({ describe, run })

function describe(facts: Facts) {
  const info: Action = { do: 'request', url: aurInfoAddress(aurOf(facts)) }
  return { info }
}

async function run({ facts, ports, note }: Context<Actions>): Promise<Outcome> {
  const configured = aurOf(facts)
  const info = await aurInfo(ports.http, configured, facts.project.verify.ca)
  await note(`${aurInfoAddress(configured)}: ${JSON.stringify(info)}`)
  if (info.answer === 'silent') {
    return { ok: false, problem: problem('preflight.aur-silent', { name: configured.package, answer: info.said }) }
  }
  return info.answer === 'unknown' ? wouldCreate(configured) : judge(configured, info)
}

function wouldCreate({ package: name }: Aur): Outcome {
  const notes = [`the AUR has no package ${name}: the push would create it`]
  return { ok: true, evidence: { aurVersion: null, aurMaintainer: null }, notes }
}

function judge(configured: Aur, { version, maintainers }: AurInfo & { readonly answer: 'known' }): Outcome {
  const { package: name, maintainer: ours } = configured
  const evidence = { aurVersion: version, aurMaintainer: maintainers[0] ?? null }
  if (ours === undefined) {
    return { ok: true, evidence, notes: [`aur.maintainer is not configured: whether ${name} is ours was not compared`] }
  }
  if (maintainers.includes(ours)) return { ok: true, evidence }
  const maintainer = maintainers[0] ?? 'nobody (it is an orphan)'
  return { ok: false, problem: problem('preflight.aur-not-ours', { name, maintainer, ours }) }
}
