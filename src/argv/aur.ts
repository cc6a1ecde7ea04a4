/** Command lines for the two repositories of the AUR phase: the product's folder, and the AUR's own repository. */
import type { Facts } from '../release/facts.ts'
import type { Aur } from '../release/project.ts'
import { type GitCommand, git, gitClone } from './git.ts'

/** The only branch that the AUR takes. */
const BRANCH = 'refs/heads/master'
/** Where the clone keeps what the AUR has. */
export const REMOTE = 'refs/remotes/origin/master'
/** git's name for a tree without files, what a first submission is compared with. */
const NOTHING = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** The AUR part of the configuration; the plan has these steps only where there is one. */
export function aurOf(facts: Facts): Aur {
  const { aur } = facts.project
  if (aur === undefined) throw new Error('the plan holds the AUR phase, and the configuration has no aur section')
  return aur
}

/** Takes the PKGBUILD's folder out of the release commit, byte for byte, through an index of its own. */
export function exportSource(
  facts: Facts,
  index: string,
  to: string,
): { readonly [name in 'read' | 'write']: GitCommand } {
  const { clone } = facts.folders
  const tree = `${facts.known.commit}:${aurOf(facts).directory.replace(/^(\.?\/)+|\/+$/g, '')}`
  const own = (command: GitCommand): GitCommand => ({ ...command, env: { ...command.env, GIT_INDEX_FILE: index } })
  return {
    read: own(git(clone, ['read-tree', tree])),
    write: own(git(clone, ['checkout-index', '--all', '--force', `--prefix=${to}/`])),
  }
}

/** Takes all files of a commit of the AUR's repository out of the clone, byte for byte, through an index of its own. */
export function exportTree(
  facts: Facts,
  commit: string,
  index: string,
  to: string,
): { readonly [name in 'read' | 'write']: GitCommand } {
  const own = (command: GitCommand): GitCommand => ({ ...command, env: { ...command.env, GIT_INDEX_FILE: index } })
  return {
    read: own(git(facts.folders.aur, ['read-tree', commit])),
    write: own(git(facts.folders.aur, ['checkout-index', '--all', '--force', `--prefix=${to}/`])),
  }
}

/** Ends with 0 where two commits hold the same files. */
export function sameTree(facts: Facts, left: string, right: string): GitCommand {
  return git(facts.folders.aur, ['diff-tree', '--quiet', '--no-ext-diff', left, right, '--'])
}

/** The head as the clone knows it; nothing where there is none. */
export function knownHead(facts: Facts): GitCommand {
  return git(facts.folders.aur, ['rev-parse', '--verify', '--quiet', REMOTE])
}

/** A fresh clone of the AUR's repository, without files. An empty repository is one that nobody has submitted to. */
export function cloneAur(facts: Facts): GitCommand {
  const { url, ssh } = aurOf(facts)
  return gitClone(url, facts.folders.aur, ssh, ['--no-checkout'])
}

/** Asks the AUR for its head now. */
export function askHead(facts: Facts): GitCommand {
  const { url, ssh } = aurOf(facts)
  return git(facts.folders.aur, ['ls-remote', '--', url, BRANCH], { access: ssh })
}

/** The same, where there may be no clone. */
export function lookAtHead(facts: Facts): GitCommand {
  const { url, ssh } = aurOf(facts)
  return git('/', ['ls-remote', '--', url, BRANCH], { access: ssh })
}

export function fetchHead(facts: Facts): GitCommand {
  const { url, ssh } = aurOf(facts)
  return git(facts.folders.aur, ['fetch', '--quiet', '--no-tags', '--', url, `+${BRANCH}:${REMOTE}`], { access: ssh })
}

/** Offers a commit to the AUR; never by force. */
export function pushCommit(facts: Facts, commit: string): GitCommand {
  const { url, ssh } = aurOf(facts)
  return git(facts.folders.aur, ['push', '--porcelain', '--', url, `${commit}:${BRANCH}`], { access: ssh })
}

/** The clone's own branch, on which the next commit is made. */
const WORK = 'refs/heads/slipway'

/** The steps from a folder of files to a commit on top of a head, or to a first one where the head is empty. */
export function commitFiles(facts: Facts, source: string, head: string, message: string) {
  const { aur } = facts.folders
  const commit = git(aur, ['commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '--file=-'], { input: message })
  return {
    branch: git(aur, ['symbolic-ref', 'HEAD', WORK]),
    start: git(aur, ['update-ref', ...(head === '' ? ['-d', WORK] : [WORK, head])]),
    empty: git(aur, ['read-tree', '--empty']),
    add: git(source, [`--git-dir=${aur}/.git`, `--work-tree=${source}`, 'add', '--all', '--force', '--', '.']),
    commit: dated(facts, commit),
    name: git(aur, ['rev-parse', '--verify', WORK]),
  } as const
}

/** Whether a folder holds what the AUR has, .SRCINFO aside: `same` ends with 0 where it does. */
export function compareFiles(facts: Facts, source: string) {
  const { empty, add } = commitFiles(facts, source, '', '')
  const same = git(facts.folders.aur, ['diff', '--cached', '--quiet', REMOTE, '--', '.', ':(exclude).SRCINFO'])
  return { empty, add, same } as const
}

/** The same files on top of a head: the same commit again where it is still the same head. */
export function commitOnto(facts: Facts, commit: string, head: string, message: string): GitCommand {
  const parent = head === '' ? [] : ['-p', head]
  return dated(
    facts,
    git(facts.folders.aur, ['commit-tree', `${commit}^{tree}`, ...parent, '-F', '-'], { input: message }),
  )
}

/** Made at the release commit's time, so that the same files on the same head always are the same commit. */
function dated(facts: Facts, command: GitCommand): GitCommand {
  const date = `${facts.known.commitTime} +0000`
  return { ...command, env: { ...command.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } }
}

/** What a commit would change for users, as a difference of text. */
export function difference(facts: Facts, head: string, commit: string): GitCommand {
  const options = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames']
  return git(facts.folders.aur, ['diff', ...options, head === '' ? NOTHING : head, commit, '--'])
}

/** A file of the AUR's repository at a commit. */
export function fileAt(facts: Facts, commit: string, file: string): GitCommand {
  return git(facts.folders.aur, ['show', '--no-textconv', `${commit}:${file}`])
}

/** How a file of the AUR's repository changed with each of its newest commits, the whole file every time. */
export function changesOf(facts: Facts, file: string): GitCommand {
  const options = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-renames', '--unified=10000', '--format=']
  return git(facts.folders.aur, ['log', '--patch', '--max-count=20', ...options, REMOTE, '--', file])
}

/** Author, time, subject and our trailer of a commit, tab by tab. */
export function madeBy(facts: Facts, commit: string): GitCommand {
  const format = '%an <%ae>%x09%cI%x09%s%x09%(trailers:key=Slipway-Deployment,valueonly,separator=%x2C)'
  return git(facts.folders.aur, ['log', '--max-count=1', `--format=${format}`, commit, '--'])
}

/** Who made which commits after one, newest first, a line each. */
export function writtenSince(facts: Facts, commit: string, head: string): GitCommand {
  return git(facts.folders.aur, ['log', '--max-count=20', '--format=%an, %cI: %s', `${commit}..${head}`, '--'])
}

/** Ends with 0 where a commit is part of another's history. */
export function contains(facts: Facts, head: string, commit: string): GitCommand {
  return git(facts.folders.aur, ['merge-base', '--is-ancestor', commit, head])
}
