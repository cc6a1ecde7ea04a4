/** The mending that is safe to be done by a program: a folder that is missing, and a host key after somebody compared it. */
import type { Files } from '../ports/files.ts'
import type { Shell } from '../ports/shell.ts'
import type { Mend, Mendable, Place } from './mendable.ts'
import { isPublished, pinLines, type ScannedKey, scannedKeys, scanOf } from './pins.ts'

export interface Hands {
  readonly files: Files
  readonly shell: Shell
  /** PATH and the like, for ssh-keyscan. */
  readonly env: Readonly<Record<string, string>>
  /** Asks a person; false where nobody is there. */
  ask(question: string): Promise<boolean>
  say(line: string): void
  /** Fingerprints (`SHA256:…`) that somebody compared beforehand, for scripts. */
  readonly accepted: readonly string[]
}

/** Mends one after another, so that each question stands alone. */
export async function mendAll(findings: readonly Mendable[], hands: Hands): Promise<void> {
  for (const { mend } of findings) {
    if (mend?.do === 'folder') await makeFolder(mend, hands)
    if (mend?.do === 'pin') await pin(mend.place, hands)
  }
}

async function makeFolder({ path, mode }: Mend & { readonly do: 'folder' }, { files, say }: Hands): Promise<void> {
  await files.folder(path, mode)
  say(`Made the folder ${path}, mode ${mode.toString(8)}.`)
}

/** A published key is pinned at once. Any other one only after a person compared it: who answers now could be anybody. */
async function pin(place: Place, hands: Hands): Promise<void> {
  const keys = await scan(place, hands)
  const [first] = keys
  if (first === undefined) return hands.say(`${place.host}:${place.port} showed no key; nothing was pinned.`)
  const published = keys.filter((key) => isPublished(place.host, key))
  if (published.length > 0) return keep(place, published, 'as its owner publishes it', hands)
  const accepted = keys.filter(({ fingerprint }) => hands.accepted.includes(fingerprint))
  if (accepted.length > 0) return keep(place, accepted, 'as it was given', hands)
  hands.say(`${place.host}:${place.port} (${place.what}) shows ${shownKeys(keys)}`)
  if (await hands.ask('Does this agree with what its owner says, for example on its console? Pin it?'))
    return keep(place, [first], 'as you compared it', hands)
  hands.say(`Not pinned. In a script: npm run doctor -- --fix --accept ${first.fingerprint}`)
}

function shownKeys(keys: readonly ScannedKey[]): string {
  return keys.map(({ type, fingerprint }) => `${type} ${fingerprint}`).join(', ')
}

async function scan(place: Place, { shell, env }: Hands): Promise<readonly ScannedKey[]> {
  const exit = await shell.run({ argv: scanOf(place), env }, { timeoutMs: 30_000 })
  return scannedKeys(exit.stdout)
}

/** Added at the end: what is pinned already stays as it is. */
async function keep(place: Place, keys: readonly ScannedKey[], how: string, { files, say }: Hands): Promise<void> {
  const before = (await files.read(place.file)) ?? ''
  const gap = before === '' || before.endsWith('\n') ? '' : '\n'
  await files.write(place.file, `${before}${gap}${pinLines(place, keys)}`, 0o600)
  say(`Pinned ${place.host}:${place.port} in ${place.file}, ${how}: ${shownKeys(keys)}`)
}
