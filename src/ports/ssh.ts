/** Remote hosts. Commands arrive as argument lists; the words are quoted by `argv/ssh.ts` alone. */
import type { Host } from '../release/project.ts'
import type { Exit } from './shell.ts'

/** Why a host could not be used, as data. `host-key-unknown` and `host-key-changed` stop everything. */
export interface SshFault {
  readonly code:
    | 'unreachable'
    | 'no-banner'
    | 'host-key-unknown'
    | 'host-key-changed'
    | 'refused-key'
    | 'key-unreadable'
    | 'lost'
    | 'timeout'
    | 'no-sftp'
    | 'failed'
  readonly message: string
  /** The fingerprint the host showed, `SHA256:…`, where it is about keys. */
  readonly fingerprint?: string
  /** Where it is not about the host itself: the jump host on the way there. */
  readonly at?: SshHost
}

export type SshHost = Pick<Host, 'name' | 'host' | 'port' | 'user' | 'ssh'>

export interface Session {
  /** Runs one quoted command line, built by `argv/ssh.ts`. Output is bounded and masked; a lost connection is a fault. */
  exec(
    line: string,
    options?: { readonly input?: string; readonly timeoutMs?: number; readonly keepBytes?: number },
  ): Promise<Exit | SshFault>
  /** Copies a file through sftp, to a temporary name first; a file that has the name already is replaced. */
  upload(from: string, to: string): Promise<SshFault | undefined>
  /** Sizes are bytes; absent where there is no such file. */
  size(path: string): Promise<number | undefined | SshFault>
  /** Renames without replacing: a target that exists is a fault. */
  rename(from: string, to: string): Promise<SshFault | undefined>
}

export interface Ssh {
  /** An open session, shared and reopened when it was lost; never with an unpinned host key. */
  connect(host: SshHost): Promise<Session | SshFault>
  /** The keys that known_hosts pins for the host, as `type base64`, without connecting. */
  pins(host: SshHost): Promise<readonly string[] | SshFault>
  close(): Promise<void>
}

/** Tells a fault from a result. */
export function isSshFault(value: unknown): value is SshFault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    typeof value.code === 'string'
  )
}
