/** What `git status` says of a server's checkout, and which of it stands in the way of a release. */
import { type Problem, problem } from '../../release/problems.ts'
import type { Host } from '../../release/project.ts'

export interface Checkout {
  readonly commit: string
  /** `(detached)` where it is on no branch. */
  readonly branch: string
  /** Such as `origin/master`; absent where the branch follows nothing. */
  readonly upstream?: string
  /** Tracked files that differ from the commit. */
  readonly changed: readonly string[]
}

/** What `readCheckout` reads. Untracked files are left out: certificates and data lie beside a product. */
export const STATUS = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=no'] as const

/** Reads git's porcelain version 2 with NUL between its entries (git-status, "Porcelain Format Version 2"). */
export function readCheckout(output: string): Checkout {
  const entries = output.split('\0').filter((entry) => entry !== '')
  const header = (name: string) =>
    entries.find((entry) => entry.startsWith(`# branch.${name} `))?.slice(`# branch.${name} `.length)
  const upstream = header('upstream')
  return {
    commit: header('oid') ?? '',
    branch: header('head') ?? '',
    ...(upstream === undefined ? {} : { upstream }),
    changed: entries.flatMap(changedPath),
  }
}

/** A checkout that somebody changed by hand; undefined where it is clean. */
export function refuseDirty(host: Host, checkout: Checkout): Problem | undefined {
  if (checkout.changed.length === 0) return undefined
  const { name, user, host: address, port, directory } = host
  const values = { name, user, address, port, directory, count: checkout.changed.length }
  return problem('vps.dirty', values, checkout.changed)
}

/** Fields before the path: `1` changed, `2` renamed (the old path is an entry of its own), `u` unmerged. */
const FIELDS = { '1': 8, '2': 9, u: 10 } as const

function changedPath(entry: string): readonly string[] {
  const fields = FIELDS[entry.slice(0, entry.indexOf(' ')) as keyof typeof FIELDS]
  return fields === undefined ? [] : [entry.split(' ').slice(fields).join(' ')]
}
