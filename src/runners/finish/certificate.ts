/** finish.certificate: what was released and how it was verified, as a text to read and as JSON to keep. */
import { join } from 'node:path'
import { certificateOf, certificateText } from '../../release/certificate.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>

export const certificate = step({ describe, run })

function describe(facts: Facts) {
  const { text, json } = filesOf(facts)
  return { write: { do: 'own', what: `write the certificate as ${text} and ${json}` } satisfies Action }
}

async function run({ facts, deployment, ports }: Context<Actions>): Promise<Outcome> {
  const issued = certificateOf(deployment, ports.clock.now())
  const words = certificateText(issued)
  const { text, json } = filesOf(facts)
  await ports.files.write(json, `${JSON.stringify(issued, null, 2)}\n`)
  await ports.files.write(text, words)
  return { ok: true, evidence: { certificateFile: json, certificateText: words } }
}

function filesOf({ folders, project, release, number }: Facts) {
  const name = join(folders.certificates, `${project.name}-${release.full}-${number}`)
  return { text: `${name}.txt`, json: `${name}.json` }
}
