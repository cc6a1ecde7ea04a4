/** How a command that executes repository content is started: as another user, or plainly where the configuration says none. */
import type { Isolation } from '../release/project.ts'

/**
 * Wraps an argument list for an isolation. The environment is handed over by the caller; HOME is set again because runuser
 * replaces it. `setpriv --no-new-privs`: nothing started from here gains rights back through a set-uid program.
 */
export function isolate(argv: readonly string[], isolation: Isolation, home: string): readonly string[] {
  if (isolation.kind === 'none') return argv
  if (isolation.kind !== 'user')
    throw new Error(`nothing runs isolated by ${isolation.kind} yet, and nothing runs without`)
  return ['runuser', '-u', isolation.user, '--', 'setpriv', '--no-new-privs', 'env', `HOME=${home}`, ...argv]
}
