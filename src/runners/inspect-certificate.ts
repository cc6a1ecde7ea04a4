/** Reads a certificate with everything that lies around it, and has it checked offline. */
import { basename, dirname, join } from 'node:path'
import type { Files } from '../ports/files.ts'
import {
  type CheckedCertificate,
  checkCertificate,
  type Presented,
  type Shown,
  unbelievable,
} from '../release/certificate/check.ts'
import { isPublicKey, openEnvelope } from '../release/dsse.ts'
import { PUBLIC_KEY_FILE } from '../release/key-rotation.ts'

/** `key`: the file of the public key that is trusted; without it, the one beside the certificate. `given`: released files. */
export interface Inspected {
  readonly key?: string
  readonly given?: readonly string[]
}

/** What could not be looked at, mostly for a mistyped name, and what to do: that says nothing of the certificate. */
interface Unread {
  readonly what: string
  readonly remedy: string
}

interface Inspection extends CheckedCertificate {
  readonly unread?: Unread
}

/** Longest file that is read as a certificate, in bytes. */
const LONGEST = 4 * 1024 ** 2

/** Files that are not given are looked for beside the certificate, and in the data folder that it lies in. */
export async function inspectCertificate(
  files: Files,
  path: string,
  { key: keyFile = join(dirname(path), PUBLIC_KEY_FILE), given = [] }: Inspected = {},
): Promise<Inspection> {
  const [text, key] = await Promise.all([path, keyFile].map((file) => files.read(file).catch(() => undefined)))
  if (text === undefined) return unlooked(`there is no file ${path} that can be read`, NAME_CERTIFICATE)
  if (openEnvelope(text) === undefined)
    return unlooked(`${path} is no certificate as Slipway writes it`, NAME_CERTIFICATE)
  if (key === undefined || !isPublicKey(key))
    return unlooked(
      `there is no Ed25519 public key in ${keyFile}`,
      `Name the ${PUBLIC_KEY_FILE} of the product: --key FILE`,
    )
  const presented = { name: basename(path), text, key, ...(await around(files, dirname(path))) }
  const alone = checkCertificate({ ...presented, files: [] })
  const found = given.length > 0 ? given : await lookFor(files, dirname(path), alone)
  const read = await Promise.all(found.map((file) => shown(files, file).catch(() => file)))
  const unread = read.find((each) => typeof each === 'string')
  return unread === undefined
    ? checkCertificate({ ...presented, files: read.filter((each) => typeof each !== 'string') })
    : unlooked(
        `there is no file ${unread} that can be read`,
        'Name a file that was released, or none: they are looked for.',
      )
}

const NAME_CERTIFICATE =
  'Name the .json of a release, as it lies in certificates/ of the data folder: npm run certificate -- verify FILE'

function unlooked(what: string, remedy: string): Inspection {
  return { ...unbelievable(what), unread: { what, remedy } }
}

/** Whatever is a certificate, its words, a provenance or a rotation, beside it; the journals lie next to Slipway's own folder. */
async function around(files: Files, folder: string): Promise<Pick<Presented, 'beside' | 'atHome'>> {
  const named = (await files.list(folder)).filter(({ name, bytes }) => /\.(json|txt)$/.test(name) && bytes <= LONGEST)
  const beside = await Promise.all(named.map(({ name }) => withText(files, join(folder, name))))
  return { beside, atHome: await files.exists(join(dirname(folder), 'closed')) }
}

/** Where a release leaves its files: beside the certificate when somebody handed them on, or in the data folder. */
async function lookFor(
  files: Files,
  folder: string,
  { certificate, subjects }: CheckedCertificate,
): Promise<readonly string[]> {
  if (certificate === undefined) return []
  const builds = join(dirname(folder), 'builds', certificate.project, String(certificate.deployment))
  const places = [folder, join(builds, 'package'), join(builds, 'package-test', 'source')]
  const paths = subjects.map(({ name }) => places.map((place) => join(place, basename(name))))
  return (await Promise.all(paths.map((each) => firstThere(files, each)))).flatMap((path) => path ?? [])
}

async function firstThere(files: Files, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await files.exists(path)) return path
  return undefined
}

async function shown(files: Files, path: string): Promise<Shown> {
  return { name: basename(path), sha256: await files.sha256(path) }
}

async function withText(files: Files, path: string): Promise<Shown & { readonly text: string }> {
  return { ...(await shown(files, path)), text: (await files.read(path)) ?? '' }
}
