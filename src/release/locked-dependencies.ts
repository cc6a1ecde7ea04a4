/** Whether a lock file names what its manifest declares, for the package managers whose files are known. */

export interface LockKind {
  readonly manifest: string
  readonly lock: string
  /** Names that the manifest declares, and those that the lock holds. */
  declared(text: string): readonly string[]
  locked(text: string): readonly string[]
}

export const LOCKS: readonly LockKind[] = [
  { manifest: 'pubspec.yaml', lock: 'pubspec.lock', declared: pubspecNames, locked: (text) => below(text, 'packages') },
  { manifest: 'package.json', lock: 'package-lock.json', declared: packageNames, locked: lockedPackages },
]

/** Declared names that the lock does not hold, at most ten. A file that cannot be read declares and holds nothing. */
export function missingFromLock(kind: LockKind, manifest: string, lock: string): readonly string[] {
  const held = new Set(kind.locked(lock))
  return kind
    .declared(manifest)
    .filter((name) => !held.has(name))
    .slice(0, 10)
}

/** Dependencies from a package repository, a git repository or a folder alike are in pubspec.lock under their names. */
function pubspecNames(text: string): readonly string[] {
  return [...below(text, 'dependencies'), ...below(text, 'dev_dependencies')]
}

/** The keys two spaces below a top-level key of a YAML file, as pub writes and reads them. */
function below(text: string, key: string): readonly string[] {
  const lines = text.split('\n')
  const from = lines.findIndex((line) => line.trimEnd() === `${key}:`)
  if (from < 0) return []
  const after = lines.slice(from + 1)
  const end = after.findIndex((line) => /^[^\s#]/.test(line))
  const body = end < 0 ? after : after.slice(0, end)
  return body.flatMap((line) => /^ {2}["']?([\w.-]+)["']?:/.exec(line)?.[1] ?? [])
}

function packageNames(text: string): readonly string[] {
  const { dependencies, devDependencies } = objectIn(text)
  return [...keysOf(dependencies), ...keysOf(devDependencies)]
}

/** package-lock.json names every package by the folder it is installed in (npm, lockfileVersion 2 and 3). */
function lockedPackages(text: string): readonly string[] {
  return keysOf(objectIn(text).packages).map((folder) => folder.replace(/^.*node_modules\//, ''))
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
