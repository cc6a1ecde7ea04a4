/**
 * What a build's clone would not hold, since it knows no remote: files in git LFS, which are pointers there, and submodules, which
 * are empty folders. A pointer passes for the file everywhere, so it is refused; whatever needs a submodule fails without it.
 */
import { type GitCommand, git } from '../../argv/git.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { cutLine, oneLine } from '../../release/text.ts'
import { lastLines } from '../remote-problem.ts'
import type { Context } from '../step.ts'

type Actions = { readonly absent: readonly GitCommand[] }

/** As git-lfs writes it: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const POINTER = 'version https://git-lfs.github.com/spec/v1'
const MODULES = '.gitmodules'
const [SHOWN, LONGEST, KEPT_BYTES] = [3, 100, 64 * 1024]

/** One program for both: only files with the filter of LFS are looked into, and the list of submodules. */
export function describeAbsent({ folders, project }: Facts): Actions {
  const patterns = ['-e', `^${POINTER.replaceAll('.', '\\.')}$`, '-e', '^[[:space:]]*path[[:space:]]*=']
  const within = ['--', ':(attr:filter=lfs)', `:(literal)${MODULES}`]
  const isBuilt = project.build.targets.length > 0
  return { absent: isBuilt ? [git(folders.clone, ['grep', '--cached', '-a', '-z', ...patterns, ...within])] : [] }
}

/** Why the commit cannot be built from such a clone, and what may be missing in it. */
export async function checkAbsent({
  facts: { project },
  actions,
  execute,
}: Context<Actions>): Promise<{ readonly problems: readonly Problem[]; readonly notes: readonly string[] }> {
  const [action] = actions.absent
  if (action === undefined) return { problems: [], notes: [] }
  const exit = await execute(action, { keepBytes: KEPT_BYTES })
  if (exit.code !== 0 && exit.code !== 1) {
    const values = { code: exit.code ?? exit.ended }
    return { problems: [problem('preflight.lfs-unread', values, lastLines(exit))], notes: [] }
  }
  const hits = [...exit.stdout.matchAll(/([^\0]+)\0([^\n]*)\n/g)].map(([, path = '', line = '']) => ({ path, line }))
  const pointers = hits.filter(({ line }) => line === POINTER).map(({ path }) => path)
  const modules = hits.filter(({ path }) => path === MODULES).map(({ line }) => line.replace(/^[^=]*=\s*/, ''))
  const fetched = { lfs: isNamed(project, 'lfs'), submodule: isNamed(project, 'submodule') }
  return {
    problems: pointers.length > 0 && !fetched.lfs ? [pointed(project, pointers, exit.truncated)] : [],
    notes: [
      ...(pointers.length > 0 && fetched.lfs ? [`in git LFS, which the build fetches: ${named(pointers)}`] : []),
      ...(modules.length > 0 && !fetched.submodule ? [`submodules, empty in every build: ${named(modules)}`] : []),
    ],
  }
}

/** Whether a command of the builds has this word, as those that fetch do: `git lfs pull`, `git submodule update`. */
function isNamed({ build }: Project, word: string): boolean {
  return [...build.clean, ...build.targets.flatMap(({ run }) => run)].some((command) => command.includes(word))
}

function pointed({ name, repository }: Project, pointers: readonly string[], isCut: boolean): Problem {
  const url = repository.url.startsWith('https://') ? repository.url : 'https://…'
  const lines = [
    'projects:',
    `  ${name}:`,
    '    build:',
    '      clean:',
    `        - [git, remote, add, origin, "${url}"]`,
    '        - [git, lfs, install, --local]',
    '        - [git, lfs, pull, origin]',
  ]
  const files = `${named(pointers)}${isCut ? ', and others' : ''}`
  return { ...problem('preflight.lfs-pointers', { files }), lines: lines.join('\n') }
}

function named(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN).map((path) => cutLine(oneLine(path), LONGEST))
  return [...shown, ...(paths.length > SHOWN ? [`and ${paths.length - SHOWN} more`] : [])].join(', ')
}
