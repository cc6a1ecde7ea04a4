/** Reads a configuration as it is written, whatever is wrong with it. */

export type Path = readonly (string | number)[]

export function at(value: unknown, ...path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  )
}

export function keysAt(value: unknown, ...path: Path): readonly string[] {
  const found = at(value, ...path)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : []
}

export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export function isWritten(value: unknown, ...path: Path): boolean {
  return at(value, ...path) !== undefined
}
