/** Fresh ssh keys for the servers and people of the sandbox. */
import ssh2 from 'ssh2'

export type KeyPair = ReturnType<typeof ssh2.utils.generateKeyPairSync>

/**
 * An ed25519 pair in OpenSSH's own format, unlocked. ssh2 writes about one pair in 200 without a byte that begins it, which
 * nothing can read: then another is made.
 */
export function newKeyPair(comment = ''): KeyPair {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
  const isReadable = [pair.private, pair.public].every((key) => !(ssh2.utils.parseKey(key) instanceof Error))
  return isReadable ? pair : newKeyPair(comment)
}
