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
      ...(holds ? [believed(path, shown)] : [disbelieved(faults)]),
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

function believed(path: string, shown: CheckedCertificate): Section {
  const left = shown.before.length - handedOn(shown).length
  const text = [
    `Its signature holds. ${chain(shown.before.length)}`,
    `Anybody can check that offline, with the files below in one folder: \`npm run certificate -- verify ${basename(path)}\`.`,
    ...(left > 0
      ? [`${left === 1 ? 'The oldest is' : `The ${left} oldest are`} not among them: the check notes it.`]
      : []),
  ]
  return { kind: 'text', text: text.join(' ') }
}

function chain(before: number): string {
  if (before === 0) return 'It is the first of its project.'
  return before === 1 ? 'So does the one before it.' : `So do the ${before} before it.`
}

function disbelieved(items: readonly string[]): Section {
  return { kind: 'list', title: 'What does not match', items }
}

/** With picture, words, provenance and key as many files as a message takes in every place where people talk. */
const MOST_BEFORE = 4

/** Of the certificates before it, those that go with it: rotations of keys come first, without them none can be believed. */
function handedOn({ before, rotations }: CheckedCertificate): readonly string[] {
  return before.slice(0, Math.max(0, MOST_BEFORE - rotations.length))
}

/** Signed, to be read, the provenance of the package, the public key, and what leads from it to the certificates before. */
function filesOf(path: string, shown: CheckedCertificate): readonly CardFile[] {
  const { certificate, rotations } = shown
  if (certificate === undefined) return []
  const beside = [certificate.provenance?.file ?? [], PUBLIC_KEY_FILE, rotations, handedOn(shown)].flat()
  const paths = [path, path.replace(/json$/, 'txt'), ...beside.map((name) => join(dirname(path), basename(name)))]
  return paths.map((each) => ({ name: basename(each), path: each }))
}
