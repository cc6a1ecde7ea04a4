/** Which hosts a project reaches over ssh, and whether their keys are pinned. */
import { createHash } from 'node:crypto'
import { isSshFault, type Ssh } from '../ports/ssh.ts'
import type { Project } from '../release/project.ts'
import { type Reached, reached, throughJumps } from '../release/reached.ts'
import type { Mendable, Place } from './mendable.ts'

export interface ScannedKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string
  readonly base64: string
  /** `SHA256:…`, as ssh prints it. */
  readonly fingerprint: string
}

/** A finding for each host of a project. Nothing is connected to: known_hosts says it. */
export async function checkPins(project: Project, pins: Ssh['pins']): Promise<readonly Mendable[]> {
  const found = await Promise.all(reached(project).map((one) => checkPin(project, one, pins)))
  const seen = new Set<string>()
  return found.filter(({ what }) => !seen.has(what) && seen.add(what))
}

async function checkPin(project: Project, one: Reached, pins: Ssh['pins']): Promise<Mendable> {
  const { what, key, host, port, ssh } = one
  const about = `${project.name}, host keys`
  const where = port === 22 ? host : `${host}:${port}`
  const { knownHosts: file } = ssh
  if (file === undefined)
    return {
      about,
      standing: 'bad',
      what: `${what} (${where}) has no known_hosts file to be pinned in.`,
      why: 'An unknown host could be anybody, so it is not talked to.',
      remedy: `Add this to ${key}.`,
      lines: 'knownHosts: ~/.ssh/slipway_known_hosts',
    }
  const pinned = await pins({ name: what, host, port, user: '', ssh })
  if (isSshFault(pinned))
    return {
      about,
      standing: 'bad',
      what: pinned.message,
      why: `Whether ${what} (${where}) is pinned is not known, so it is not talked to.`,
      remedy: 'Let the account that Slipway runs as read that file.',
    }
  if (pinned.length > 0) return { about, standing: 'good', what: `${what} (${where}) is pinned in ${file}.` }
  const missing = {
    about,
    standing: 'bad',
    what: `${what} (${where}) is not pinned in ${file}.`,
    why: 'An unknown host could be anybody, so it is not talked to.',
  } as const
  /** ssh-keyscan knows no way through a jump host. */
  if (ssh.jump !== undefined)
    return {
      ...missing,
      remedy:
        'This asks for its key from the jump host, pins it and shows its fingerprint: compare that with a published one.',
      command: throughJumps(project, `ssh-keyscan -p ${port} ${host} | tee -a ${file} | ssh-keygen -lf -`),
    }
  return {
    ...missing,
    remedy: 'This shows its fingerprint, and pins it once you say that it agrees with the published one.',
    command: 'npm run doctor -- --fix',
    mend: { do: 'pin', place: { what, host, port, file } },
  }
}

/** Asks a host for its keys, the strongest first. */
export function scanOf({ host, port }: Place): readonly string[] {
  return ['ssh-keyscan', '-T', '10', '-p', String(port), '-t', 'ed25519,ecdsa,rsa', '--', host]
}

const STRONGEST = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']

/** The keys in what ssh-keyscan printed. */
export function scannedKeys(printed: string): readonly ScannedKey[] {
  const keys = printed.split('\n').flatMap((line) => {
    const [, type, base64] = /^[^#\s]\S* (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line.trim()) ?? []
    return type === undefined || base64 === undefined || !STRONGEST.includes(type)
      ? []
      : [{ type, base64, fingerprint: fingerprintOf(base64) }]
  })
  return keys.toSorted((a, b) => STRONGEST.indexOf(a.type) - STRONGEST.indexOf(b.type))
}

function fingerprintOf(base64: string): string {
  const sum = createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64')
  return `SHA256:${sum.replace(/=+$/, '')}`
}

/** Lines of known_hosts; the format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
export function pinLines({ host, port }: Place, keys: readonly ScannedKey[]): string {
  const name = port === 22 ? host : `[${host}]:${port}`
  return keys.map(({ type, base64 }) => `${name} ${type} ${base64}\n`).join('')
}

/**
 * Fingerprints that owners publish: https://aur.archlinux.org and
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints
 */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  'aur.archlinux.org': [
    'SHA256:RFzBCUItH9LZS0cKB5UE6ceAYhBD5C8GeOBip8Z11+4',
    'SHA256:uTa/0PndEgPZTf76e1DFqXKJEXKsn7m9ivhLQtzGOCI',
    'SHA256:5s5cIyReIfNNVGRFdDbe3hdYiI5OelHGpw2rOUud3Q8',
  ],
  'github.com': [
    'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
    'SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s',
  ],
}

export function isPublished(host: string, { fingerprint }: ScannedKey): boolean {
  return PUBLISHED[host]?.includes(fingerprint) ?? false
}
