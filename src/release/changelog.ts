/** The changelog: an entry made of the commits of a release, and its place in the file. */
import { visible } from './redact.ts'
import { lineEndOf, literal } from './text.ts'
import type { Release } from './version.ts'

export interface Commit {
  readonly hash: string
  /** The first line of the message. */
  readonly subject: string
  readonly author: string
  /** The rest of the message, where it is known: the trailer in it tells the bot's own commits. */
  readonly body?: string
}

/**
 * The section of one release in Markdown, with LF line ends and one at its end. Conventional Commits are grouped, other
 * subjects follow as they are. Merges, version bumps, and what this or another bot committed are left out. `address`: where a
 * commit can be looked at.
 */
export function changelogEntry(
  release: Release,
  date: string,
  commits: readonly Commit[],
  address: (hash: string) => string | undefined = () => undefined,
): string {
  const told = commits.map(bounded).filter(isWorthTelling).map(read)
  const groups = GROUPS.map(([title, fits]) => [title, told.filter((one) => groupOf(one) === fits)] as const)
  const used = groups.filter(([, changes]) => changes.length > 0)
  const sections = used.map(
    ([title, changes]) => (used.length === 1 && title === OTHER ? '' : `### ${title}\n\n`) + list(changes, address),
  )
  return `## ${release.full} - ${date}\n\n${sections.join('\n') || '- No changes but the version.\n'}`
}

/** What a release changes, in plain lines of one commit each, the weightiest first; at most `most`, then how many more. */
export function changeLines(commits: readonly Commit[], most: number): readonly string[] {
  const told = commits.map(bounded).filter(isWorthTelling).map(read)
  const lines = GROUPS.flatMap(([title, fits]) =>
    told
      .filter((one) => groupOf(one) === fits)
      .map(({ scope, text }) =>
        [...(title === OTHER ? [] : [title]), ...(scope ? [scope] : []), shortened(text)].join(': '),
      ),
  )
  const rest = lines.length - most
  return rest > 0 ? [...lines.slice(0, most), `and ${rest} more`] : lines
}

/** Where the forge of a repository shows a commit; undefined where nothing is known of the host. */
export function commitAddress(url: string): (hash: string) => string | undefined {
  const [, host = '', path = ''] =
    /^(?:https:\/\/(?:[^@/]+@)?|(?:ssh:\/\/)?git@)([\w.-]+)[:/](?!\d+\/)([\w./-]+?)(?:\.git)?\/?$/.exec(url) ?? []
  const commit = COMMIT_PATHS[host]
  return (hash) => (commit === undefined ? undefined : `https://${host}/${path}/${commit}/${hash}`)
}

const COMMIT_PATHS: Readonly<Record<string, string>> = {
  'github.com': 'commit',
  'gitlab.com': '-/commit',
  'codeberg.org': 'commit',
}

/**
 * The same, with what a person wrote for it. A heading of theirs becomes a part of this section: it can neither look like
 * another release nor keep that release from getting an entry of its own. A code block of theirs ends with it.
 */
export function writtenEntry(release: Release, date: string, notes: string): string {
  const text = visible(notes.replaceAll('\r\n', '\n').trim())
    .replace(/^( {0,3})#{1,2}(?=\s|$)/gm, '$1###')
    .replace(/^( {0,3})(?![-*+>#|]|\d+[.)]\s)(\S.*)\n {0,3}(?:=+|-+)[ \t]*$/gm, '$1### $2')
  const { open } = codeIn(text.split('\n'))
  return `## ${release.full} - ${date}\n\n${text}${open === '' ? '' : `\n${open}`}\n`
}

/**
 * The file with the entry below its title and its Unreleased section, above all other releases. The file's line ends are kept; a
 * file that has an entry for this release stays as it is.
 */
export function insertChangelog(text: string, entry: string): string {
  const heading = entry.slice(0, entry.indexOf('\n'))
  const release = /^## (\S+)/.exec(heading)?.[1] ?? heading
  const end = lineEndOf(text)
  const added = entry.trimEnd().split('\n')
  const lines = text === '' ? ['# Changelog', ''] : text.replaceAll('\r\n', '\n').split('\n')
  const headings = sectionHeadings(lines)
  const same = new RegExp(`^\\[?v?${literal(release)}(?![\\w.+-])`, 'i')
  if (headings.some(([, title]) => same.test(title))) return text
  const next = headings.find(([, title]) => !/^\[?unreleased/i.test(title))?.[0]
  return joinAt(lines, next ?? lines.length, added).join(end)
}

const MOST_CHANGES = 200
const LONGEST_SUBJECT = 120
const OTHER = 'Other changes'

const GROUPS = [
  ['Breaking changes', 'breaking'],
  ['Features', 'feat'],
  ['Fixes', 'fix'],
  ['Performance', 'perf'],
  ['Reverts', 'revert'],
  [OTHER, undefined],
] as const

interface Change {
  readonly type?: string
  readonly scope?: string
  readonly breaking: boolean
  readonly text: string
  readonly hash: string
}

/** What nobody reads a changelog for. */
const LEFT_OUT = [
  /^merge (branch|pull request|remote-tracking|tag|commit|request)\b/i,
  /^chore\(release\)/i,
  /^(chore(\([^)]*\))?: *)?(bump|set|update|increment) (the )?version\b/i,
  /^(chore(\([^)]*\))?: *)?(release|version)? *v?\d+\.\d+\.\d+[\w.+-]*$/i,
]

/** Accounts that update dependencies and translations by themselves. */
const BOT = /\[bot\]$|^(dependabot|renovate|greenkeeper|weblate)\b/i

/** Long enough for anything a person wrote. */
function bounded(commit: Commit): Commit {
  return { ...commit, subject: letters(commit.subject, 10 * LONGEST_SUBJECT).trim() }
}

function isWorthTelling({ subject, author, body = '' }: Commit): boolean {
  return !BOT.test(author) && !LEFT_OUT.some((pattern) => pattern.test(subject)) && !/^Slipway-Deployment:/m.test(body)
}

function read({ subject, body = '', hash }: Commit): Change {
  const [, type, scope, mark, rest] = /^([A-Za-z]+)(?:\(([^()]*)\))?(!)?: +(.*)$/s.exec(subject) ?? []
  const breaking = mark === '!' || /^BREAKING[ -]CHANGE:/m.test(body)
  if (type === undefined || rest === undefined || !TYPES.has(type.toLowerCase()))
    return { breaking, text: subject, hash }
  return { type: type.toLowerCase(), ...(scope && { scope }), breaking, text: rest, hash }
}

const TYPES = new Set('feat fix perf revert docs style refactor test build ci chore'.split(' '))

function groupOf({ breaking, type }: Change): string | undefined {
  if (breaking) return 'breaking'
  return GROUPS.find(([, name]) => name === type)?.[1]
}

function list(changes: readonly Change[], address: (hash: string) => string | undefined): string {
  const lines = changes.slice(0, MOST_CHANGES).map(({ scope, text, hash }) => {
    const subject = scope === undefined ? plain(text) : `**${plain(scope)}:** ${plain(text)}`
    const link = /^[0-9a-f]{7,64}$/.test(hash) ? address(hash) : undefined
    const named = plain(hash.slice(0, 7))
    return `- ${subject} (${link === undefined ? named : `[${named}](${link})`})\n`
  })
  const more = changes.length - lines.length
  return lines.join('') + (more > 0 ? `- and ${more} more\n` : '')
}

/** A text from git that can neither format, link, hide anything nor stop a build. */
function plain(text: string): string {
  return visible(shortened(text))
    .replace(/\[(skip[ -]ci|ci[ -]skip|no[ -]ci|skip actions|actions skip)\]/gi, '($1)')
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&')
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return [...line].length > LONGEST_SUBJECT ? `${letters(line, LONGEST_SUBJECT - 3).trimEnd()}...` : line
}

/** The first so many, none of them cut in two. */
function letters(text: string, most: number): string {
  return [...text].slice(0, most).join('')
}

/**
 * Second-level headings, and underlined ones that are about a release, with their line numbers, from 0; those within code
 * blocks are none. Any other underlined line may be the title, or a paragraph above a rule.
 */
function sectionHeadings(lines: readonly string[]): readonly (readonly [index: number, title: string])[] {
  const { within } = codeIn(lines)
  return lines.flatMap((line, index) => {
    if (within[index]) return []
    const isUnderlined = !within[index + 1] && /^ {0,3}(?:=+|-+)\s*$/.test(lines[index + 1] ?? '')
    const title = isUnderlined && OF_RELEASE.test(line) ? line.trim() : /^##\s+(.*)/.exec(line)?.[1]
    return title === undefined ? [] : [[index, title] as const]
  })
}

/** How a heading begins that is about a release, or about the next one. */
const OF_RELEASE = /^ {0,3}\[?(?:(?:version |release )?v?\d+\.\d|unreleased\b)/i

/** Which lines are of code blocks, their fences among them, and the fence that would close one that is still open at the end. */
function codeIn(lines: readonly string[]) {
  let open = ''
  const within = lines.map((line) => {
    const [, indent = '', mark = '', rest = ''] = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line) ?? []
    const isWithin = open !== '' || (mark !== '' && !(mark.startsWith('`') && rest.includes('`')))
    if (open === '') open = isWithin ? `${indent}${mark}` : ''
    else if (mark.startsWith(open.trim()) && rest.trim() === '') open = ''
    return isWithin
  })
  return { within, open }
}

/** With one empty line before and after what is added. */
function joinAt(lines: readonly string[], at: number, added: readonly string[]): readonly string[] {
  const before = lines.slice(0, at)
  while (before.length > 0 && before.at(-1)?.trim() === '') before.pop()
  return [...before, ...(before.length > 0 ? [''] : []), ...added, '', ...lines.slice(at)]
}
