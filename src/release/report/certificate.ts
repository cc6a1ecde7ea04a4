/** A certificate that was asked for: what it says, whether it can be believed, and its files. */
import { basename, dirname, join } from 'node:path'
import type { Card, CardFile, Section } from '../card.ts'
import type { CheckedCertificate } from '../certificate/check.ts'
import { certificateText } from '../certificate/text.ts'
import type { Deployment } from '../deployment.ts'
import { PUBLIC_KEY_FILE } from '../key-rotation.ts'
import { certificatePicture } from '../picture/certificate.ts'
import { visibleCard } from './visible-card.ts'

/** What is known beside the certificate: the deployment, and the number of a later rollback of it. */
interface Known {
  readonly deployment?: Deployment
  readonly takenBack?: number
}

/** `path` is where it lies. Nothing that does not hold has a picture. */
export function certificateCard(path: string, shown: CheckedCertificate, { deployment, takenBack }: Known): Card {
  const { certificate, checked } = shown
  const faults = checked.filter(({ verdict }) => verdict === 'fails').map(({ what }) => what)
  const name = certificate === undefined ? basename(path) : `${certificate.title} ${certificate.version}`
  const holds = certificate !== undefined && faults.length === 0
  return visibleCard({
    title: holds
      ? `#${certificate.deployment}: the certificate of ${name}`
      : `The certificate of ${name} does not hold`,
    tone: holds ? 'good' : 'bad',
    sections: [
      ...rolledBack(takenBack),
      ...(holds ? [believed(shown)] : [disbelieved(faults)]),
      ...(certificate === undefined
        ? []
        : [{ kind: 'code', title: 'Certificate', text: certificateText(certificate) } as const]),
    ],
    buttons: [],
    files: filesOf(path, shown),
    ...(holds && deployment && { pictures: [certificatePicture(deployment)] }),
  })
}

function rolledBack(number: number | undefined): readonly Section[] {
  return number === undefined ? [] : [{ kind: 'text', text: `What it certifies was rolled back later, by #${number}.` }]
}

function believed({ checked }: CheckedCertificate): Section {
  const before = checked.filter(({ about, what }) => about === 'chain' && what.endsWith('.json')).length
  const chain = before === 0 ? 'It is the first of its project.' : `So do the ${before} before it.`
  return { kind: 'text', text: `Its signature holds. ${chain} Anybody can check that with the files below, offline.` }
}

function disbelieved(items: readonly string[]): Section {
  return { kind: 'list', title: 'What does not match', items }
}

/** Signed, to be read, the provenance of the package, and the public key. */
function filesOf(path: string, { certificate }: CheckedCertificate): readonly CardFile[] {
  if (certificate === undefined) return []
  const beside = [certificate.provenance?.file, PUBLIC_KEY_FILE].flatMap((name) => name ?? [])
  const paths = [path, path.replace(/json$/, 'txt'), ...beside.map((name) => join(dirname(path), basename(name)))]
  return paths.map((each) => ({ name: basename(each), path: each }))
}
