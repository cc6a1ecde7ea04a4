/** The changelog among the documentation files: which it is, and the entry that this release gets. */
import { basename } from 'node:path'
import { git } from '../../argv/git.ts'
import { type Commit, changelogEntry, commitAddress, insertChangelog, writtenEntry } from '../../release/changelog.ts'
import type { Facts } from '../../release/facts.ts'

/** What `git log -z` prints for `readCommits`. */
const COMMIT_FORMAT = '%H%x1f%an%x1f%s%x1f%b'

/** As many commits as are asked for. */
export const MOST_COMMITS = 200

/** The commits of a release, for `readCommits`. */
export function releaseLog(clone: string, range: string) {
  const shape = [`--max-count=${MOST_COMMITS}`, `--format=${COMMIT_FORMAT}`]
  return git(clone, ['log', '-z', '--no-merges', ...shape, range, '--'])
}

export function isChangelog(file: string): boolean {
  return /^(changelog|changes|history|news)\b/i.test(basename(file))
}

/** The file with the release's entry: the notes that were given with the request, or else what its commits say. */
export function addToChangelog(text: string, { release, notes, known, project }: Facts, log: string): string {
  const date = known.date.slice(0, 10)
  const entry =
    notes === undefined
      ? listed(release, date, readCommits(log), project.repository.url)
      : writtenEntry(release, date, notes)
  return insertChangelog(text, entry)
}

function listed(release: Facts['release'], date: string, commits: readonly Commit[], url: string): string {
  const entry = changelogEntry(release, date, commits, commitAddress(url))
  return commits.length < MOST_COMMITS ? entry : `${entry}\nOlder commits of this release are not listed.\n`
}

export function readCommits(log: string): readonly Commit[] {
  return log
    .split('\0')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [hash = '', author = '', subject = '', body = ''] = entry.replace(/^\n/, '').split('\x1f')
      return { hash, author, subject, body }
    })
}
