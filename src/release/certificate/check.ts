/** Whether a certificate can be believed: its signature, the files it is about, and the certificates before it. */
import { basename } from 'node:path'
import type { Certificate, Named } from '../certificate.ts'
import { isSignedBy, keyIdOf, openEnvelope } from '../dsse.ts'
import { isRotationFile, trustedKeys } from '../key-rotation.ts'
import { readStatement, type Statement, type Subject } from '../statement.ts'
import { certificateBefore, numberOfCertificate } from './files.ts'

/** A file by its name alone, with its text where it may be another certificate. */
export interface Shown {
  readonly name: string
  readonly sha256: string
  readonly text?: string
}

/** Everything that is known offline. */
export interface Presented {
  readonly name: string
  readonly text: string
  /** The public key that is trusted, PEM. */
  readonly key: string
  /** What lies beside it: other certificates, provenances and rotations of keys. */
  readonly beside: readonly Shown[]
  /** Whether it lies in Slipway's own folder: what is missing there is lost, elsewhere it may not have been handed on. */
  readonly atHome: boolean
  /** The released files that were given or found. */
  readonly files: readonly Shown[]
}

/** One thing that was looked at. `unknown` is no pass and no fault: there was nothing to look at. */
export interface Checked {
  readonly about: 'signature' | 'file' | 'words' | 'provenance' | 'chain'
  readonly verdict: 'holds' | 'fails' | 'unknown'
  readonly what: string
}

export interface CheckedCertificate {
  /** Absent where the signature does not hold: nothing that stands in it can be believed then. */
  readonly certificate?: Certificate
  /** What the certificate is about; empty where it cannot be believed. */
  readonly subjects: readonly Subject[]
  readonly checked: readonly Checked[]
  /** Names of the certificates before it that hold, the nearest first. */
  readonly before: readonly string[]
  /** Names of the rotations of keys that lie beside it. */
  readonly rotations: readonly string[]
}

/** Looks at everything that can be looked at without the network. */
export function checkCertificate(presented: Presented): CheckedCertificate {
  const rotations = presented.beside.filter(({ name }) => isRotationFile(name))
  const keys = trustedKeys(
    presented.key,
    rotations.flatMap(({ text }) => text ?? []),
  )
  const opened = openSigned(presented, keys)
  if ('fault' in opened) return unbelievable(opened.fault)
  const { statement, key } = opened
  const certificate = statement.predicate
  const { before, ended } = chainOf(certificate, presented, keys)
  const by = keyIdOf(key) === keyIdOf(presented.key) ? '' : ', which a rotation leads to'
  return {
    certificate,
    subjects: statement.subject,
    checked: [
      holds('signature', `signed by key ${keyIdOf(key).slice(0, 32)}${by}`),
      ...fileChecks(statement.subject, presented.files),
      ...wordsChecks(certificate.words, presented),
      ...provenanceChecks(certificate.provenance, presented, keys),
      ...before.map((name) => holds('chain', name)),
      ...ended,
    ],
    before,
    rotations: rotations.map(({ name }) => name),
  }
}

/** Where there is nothing that can be believed. */
export function unbelievable(why: string): CheckedCertificate {
  return { subjects: [], checked: [fails('signature', why)], before: [], rotations: [] }
}

interface Opened {
  readonly statement: Statement<Certificate>
  readonly key: string
}

function openSigned(
  { name, text }: Pick<Presented, 'name' | 'text'>,
  keys: readonly string[],
): Opened | { readonly fault: string } {
  const envelope = openEnvelope(text)
  if (envelope === undefined) return { fault: `${name} is not a certificate as Slipway writes it` }
  const key = keys.find((each) => isSignedBy(envelope, each))
  if (key === undefined) return { fault: `${name} was changed, or another key than the given one has signed it` }
  const statement = readStatement<Certificate>('certificate', envelope.payload)
  return statement === undefined ? { fault: `${name} is signed, and is no certificate` } : { statement, key }
}

function fileChecks(subjects: readonly Subject[], files: readonly Shown[]): readonly Checked[] {
  const known = subjects.map(({ name }) => basename(name))
  const strange = files.filter(({ name }) => !known.includes(name))
  return [
    ...subjects.flatMap((subject) => fileCheck(subject, files)),
    ...strange.map(({ name }) => fails('file', `${name} is none of the files that the certificate is about`)),
  ]
}

function fileCheck({ name, digest }: Subject, files: readonly Shown[]): readonly Checked[] {
  if ('gitCommit' in digest) return [unknown('file', `commit ${digest.gitCommit} of ${name}: only --live looks at it`)]
  const given = files.filter((file) => file.name === basename(name))
  if (given.length === 0) return [unknown('file', `${name}: not given and not found, sha256 ${digest.sha256}`)]
  return given.map(({ sha256 }) =>
    sha256 === digest.sha256
      ? holds('file', `${name}, sha256 ${sha256}`)
      : fails('file', `${name} has sha256 ${sha256}, and ${digest.sha256} was released`),
  )
}

/** The text is for people alone, so a certificate without it says no less. */
function wordsChecks(named: Named | undefined, { beside }: Presented): readonly Checked[] {
  const found = beside.find(({ name }) => name === named?.file)
  if (named === undefined || found === undefined) return []
  return found.sha256 === named.sha256
    ? [holds('words', named.file)]
    : [fails('words', `${named.file} was changed since this certificate was issued`)]
}

function provenanceChecks(
  named: Named | undefined,
  { beside, atHome }: Presented,
  keys: readonly string[],
): readonly Checked[] {
  if (named === undefined) return []
  const found = lyingBeside('provenance', named, { beside, isLost: atHome })
  if ('check' in found) return [found.check]
  const envelope = openEnvelope(found.text)
  return envelope !== undefined && keys.some((key) => isSignedBy(envelope, key))
    ? [holds('provenance', named.file)]
    : [fails('provenance', `${named.file}: its signature does not hold`)]
}

interface Chain {
  readonly before: readonly string[]
  /** What ended it, where that is not the first certificate of its project. */
  readonly ended: readonly Checked[]
}

/** From one certificate to the one before it, as far as they lie here. Where older ones do, there is a gap, and not an end. */
function chainOf(certificate: Certificate, { beside, atHome }: Presented, keys: readonly string[]): Chain {
  const names = beside.map(({ name }) => name)
  const before: string[] = []
  for (let named = certificate.before; named !== undefined; ) {
    const number = numberOfCertificate(named.file) ?? certificate.deployment
    const isLost = atHome || certificateBefore(names, certificate.project, number) !== undefined
    const found = lyingBeside('chain', named, { beside, isLost })
    if ('check' in found) return { before, ended: [found.check] }
    const opened = openSigned({ name: named.file, text: found.text }, keys)
    if ('fault' in opened) return { before, ended: [fails('chain', opened.fault)] }
    before.push(named.file)
    named = opened.statement.predicate.before
  }
  return { before, ended: before.length > 0 ? [] : [holds('chain', 'the first certificate of its project')] }
}

function lyingBeside(
  about: Checked['about'],
  { file, sha256 }: Named,
  { beside, isLost }: { readonly beside: readonly Shown[]; readonly isLost: boolean },
): { readonly text: string } | { readonly check: Checked } {
  const found = beside.find(({ name }) => name === basename(file))
  if (found?.text === undefined) {
    return isLost
      ? { check: fails(about, `${file} is missing: it belongs beside this certificate`) }
      : { check: unknown(about, `${file} is not here, so nothing is known of it or of what it leads to`) }
  }
  if (found.sha256 !== sha256) return { check: fails(about, `${file} was changed since this certificate was issued`) }
  return { text: found.text }
}

function holds(about: Checked['about'], what: string): Checked {
  return { about, verdict: 'holds', what }
}

function fails(about: Checked['about'], what: string): Checked {
  return { about, verdict: 'fails', what }
}

function unknown(about: Checked['about'], what: string): Checked {
  return { about, verdict: 'unknown', what }
}
