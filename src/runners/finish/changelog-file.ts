/** The changelog among the documentation files: which it is, and the entry that this release gets. */
import { basename } from 'node:path'
import { type Commit, changelogEntry, insertChangelog } from '../../release/changelog.ts'
import type { Facts } from '../../release/facts.ts'

/** What `git log -z` prints for `readCommits`. */
export const COMMIT_FORMAT = '%h%x1f%an%x1f%s%x1f%b'

export function isChangelog(file: string): boolean {
  return /^(changelog|changes|history|news)\b/i.test(basename(file))
}

/** The file with the release's entry: the notes that were given with the request, or else what its commits say. */
export function addToChangelog(text: string, { release, notes, known }: Facts, log: string): string {
  const date = known.date.slice(0, 10)
  const entry =
    notes === undefined
      ? changelogEntry(release, date, readCommits(log))
      : `## ${release.full} - ${date}\n\n${notes.trim()}\n`
  return insertChangelog(text, entry)
}

function readCommits(log: string): readonly Commit[] {
  return log
    .split('\0')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => {
      const [hash = '', author = '', subject = '', body = ''] = entry.replace(/^\n/, '').split('\x1f')
      return { hash, author, subject, body }
    })
}
