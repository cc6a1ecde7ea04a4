/** Reads the configuration: a text in, the projects or every mistake out. The file itself is read by the caller. */
import { digestOf } from '../release/approvals.ts'
import type { Project } from '../release/project.ts'
import { inOrder, type Mistake, mistake } from './mistake.ts'
import { projectsOf, type Surroundings } from './project.ts'
import { breaches, type Finding } from './rules.ts'
import { configuration } from './schema.ts'
import { says, word } from './wording.ts'
import type { Path } from './written.ts'
import { readYaml } from './yaml-text.ts'

export type Loaded =
  | { readonly ok: true; readonly projects: readonly Project[]; readonly digest: string }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] }

/**
 * Checks the text of a configuration and fills in every default. Never throws. Mistakes stand in the order of the file;
 * as long as it is no YAML, only that is told. The digest (sha256, hex) is that of the projects, so that a comment or
 * another layout does not change it.
 */
export function loadConfiguration(text: string, where: Surroundings): Loaded {
  const read = readYaml(text)
  if (!read.ok) return read
  const written = read.value ?? {}
  const result = configuration.safeParse(written, { error: word })
  const findings = [...(result.error?.issues.flatMap(findingsOf) ?? []), ...breaches(written)]
  if (result.data === undefined || findings.length > 0) {
    const told = read.value === null ? [EMPTY] : findings
    return { ok: false, mistakes: inOrder(told.map((found) => mistake(found.path, found.message, read.place(found)))) }
  }
  const projects = projectsOf(result.data, where)
  return { ok: true, projects, digest: digestOf(Object.fromEntries(projects.map((p) => [p.name, JSON.stringify(p)]))) }
}

const EMPTY: Finding = {
  path: [],
  message: says('The file is empty.', 'Begin with a copy of examples/cloudtolocalllm.yaml.'),
}

type Issue = NonNullable<ReturnType<typeof configuration.safeParse>['error']>['issues'][number]

/** What one issue of the schema says, with its path. Issues of a union lie one level down. */
function findingsOf(issue: Issue): readonly Finding[] {
  const path = issue.path.filter((segment): segment is Path[number] => typeof segment !== 'symbol')
  if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue)
  const inside = issue.code === 'invalid_union' ? meant(issue.errors) : []
  if (inside.length > 0)
    return inside.flatMap(findingsOf).map((found) => ({ ...found, path: [...path, ...found.path] }))
  return [{ path, message: issue.message, ...(issue.code === 'invalid_key' ? { key: true } : {}) }]
}

function unknownKeys(path: Path, { keys, message }: Issue & { code: 'unrecognized_keys' }): readonly Finding[] {
  const lines = message.split('\n')
  return keys.map((key, index) => ({
    path: [...path, key],
    message: lines.slice(2 * index, 2 * index + 2).join('\n'),
    key: true,
  }))
}

/** Of the branches of a union, the one that came furthest; none where the value as a whole fits no branch. */
function meant(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map(({ path }) => path.length))
  const best = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? []
  return depth(best) > 0 ? best : []
}
