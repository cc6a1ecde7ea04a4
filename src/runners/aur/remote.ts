/** What the AUR's git server says when it refuses, as problems. */
import { aurOf } from '../../argv/aur.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Facts } from '../../release/facts.ts'
import { type GitAnswer, readGitAnswer } from '../../release/git-answers.ts'
import { type Problem, problem } from '../../release/problems.ts'
import { endOf } from '../build/commands.ts'

type Refusal =
  | 'aur.maintenance'
  | 'aur.not-maintainer'
  | 'aur.key-refused'
  | 'aur.host-key'
  | 'aur.refused'
  | 'aur.unreachable'

/** The AUR's own words. Only a missing key is an error of ssh, so that is told apart first. */
const OWN: readonly (readonly [RegExp, Refusal])[] = [
  [/Permission denied \(|Too many authentication failures/i, 'aur.key-refused'],
  [/maintenance/i, 'aur.maintenance'],
  [/permission denied|not (?:a|the) maintainer|not allowed to (?:push|modify)|no write access/i, 'aur.not-maintainer'],
  [/^remote: error:/m, 'aur.refused'],
]

const GENERAL: Readonly<Partial<Record<GitAnswer, Refusal>>> = {
  'host-key-changed': 'aur.host-key',
  'host-key-unknown': 'aur.host-key',
  'refused-key': 'aur.key-refused',
  unreachable: 'aur.unreachable',
}

/** True where somebody else pushed first. */
export function wasOvertaken(exit: Exit): boolean {
  const said = `${exit.stdout}\n${exit.stderr}`
  return /you should pull first/i.test(said) || readGitAnswer(said) === 'moved'
}

/** Words a refusal of the AUR; `otherwise` where its words say nothing that is known. */
export function aurProblem(facts: Facts, exit: Exit, otherwise: 'aur.clone-failed' | 'aur.push-failed'): Problem {
  const said = `${exit.stdout}\n${exit.stderr}`
  const code = OWN.find(([words]) => words.test(said))?.[1] ?? GENERAL[readGitAnswer(said)] ?? otherwise
  const { url, package: name } = aurOf(facts)
  const lines = said.split('\n').filter((line) => /^remote:|^!|^fatal:|^error:|denied/i.test(line))
  return problem(code, { url, package: name, code: endOf(exit) }, lines.slice(0, 20))
}
