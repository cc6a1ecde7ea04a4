/** Faults of ssh as values, and what the errors of ssh2 mean. */
import type { SshFault, SshHost } from '../../ports/ssh.ts'

export function fault(code: SshFault['code'], message: string, fingerprint?: string): SshFault {
  return { code, message, ...(fingerprint === undefined ? {} : { fingerprint }) }
}

/** How a host is named in messages: `web-1 (203.0.113.5:22)`. */
export function label({ name, host, port }: SshHost): string {
  return `${name} (${host}:${port})`
}

/** What went wrong before a session was there. `heard`: whether the other side said anything at all. */
export function connectFault(host: SshHost, error: unknown, heard: boolean): SshFault {
  const { level = '', message } = error as Error & { level?: string }
  const named = label(host)
  if (!heard)
    return fault('no-banner', `${named} accepts the connection and says nothing: no ssh server answers there.`)
  if (message.includes('no matching host key format'))
    return fault('host-key-changed', `${named} offers no key of the type that is pinned for it.`)
  if (level === 'client-authentication' || level === 'agent')
    return fault('refused-key', `${named} does not let ${host.user} in with this key.`)
  if (level === 'client-timeout') return fault('timeout', `${named} did not finish the ssh handshake in time.`)
  return fault('failed', `${named}: ${message}`)
}
