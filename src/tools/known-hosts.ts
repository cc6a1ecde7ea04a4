/** Reads known_hosts files, the only place a host's key may come from. The format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
import { createHash, createHmac } from 'node:crypto'

export interface PinnedKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string
  readonly base64: string
  /** Marked as stolen: it is never accepted, whatever else the file says. */
  readonly revoked: boolean
}

/** The keys a file holds for a host. Lines for certificate authorities are passed over: hosts are pinned by their key. */
export function pinnedKeys(text: string, host: string, port: number): readonly PinnedKey[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined
    const [names = '', type, base64] = words
    if (names.startsWith('#') || type === undefined || base64 === undefined || marker === '@cert-authority') return []
    return isFor(names, name) ? [{ type, base64, revoked: marker === '@revoked' }] : []
  })
}

/** As ssh prints it: `SHA256:` and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** A list with commas; a pattern with `!` refuses, whatever else matches. */
function isFor(names: string, name: string): boolean {
  const patterns = names.split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, name))
}

function matches(pattern: string, name: string): boolean {
  const [empty, version, salt, hash] = pattern.split('|')
  if (empty === '' && version === '1' && salt !== undefined && hash !== undefined)
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  const escaped = pattern.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`).test(name)
}
