/** The changelog entry of a release and where it goes. */
import { describe, expect, it } from 'vitest'
import {
  type Commit,
  changeLines,
  changelogEntry,
  commitAddress,
  insertChangelog,
  writtenEntry,
} from '../../src/release/changelog.ts'
import { releaseOf } from '../../src/release/version.ts'

const RELEASE = releaseOf('3.1.3', '001')
const commit = (subject: string, more: Partial<Commit> = {}): Commit => ({
  hash: 'abcdef0123',
  subject,
  author: 'Ana',
  ...more,
})
const entry = (...subjects: readonly string[]) =>
  changelogEntry(
    RELEASE,
    '2026-11-23',
    subjects.map((subject) => commit(subject)),
  )
const ENTRY = entry('Keep the window')

describe('an entry', () => {
  it('lists plain subjects as they are', () => {
    expect(entry('Keep the window where it was', 'Say when models load')).toBe(
      '## 3.1.3+001 - 2026-11-23\n\n- Keep the window where it was (abcdef0)\n- Say when models load (abcdef0)\n',
    )
  })

  it('groups Conventional Commits, breaking changes first', () => {
    expect(
      entry('fix(ui): align', 'feat: export', 'docs: say why', 'feat(api)!: drop v1', 'Plain', 'note: not a type'),
    ).toBe(
      [
        '## 3.1.3+001 - 2026-11-23\n\n### Breaking changes\n\n- **api:** drop v1 (abcdef0)\n',
        '### Features\n\n- export (abcdef0)\n',
        '### Fixes\n\n- **ui:** align (abcdef0)\n',
        '### Other changes\n\n- say why (abcdef0)\n- Plain (abcdef0)\n- note: not a type (abcdef0)\n',
      ].join('\n'),
    )
  })

  it.each([
    "Merge branch 'x' into master",
    'Merge pull request #4 from a/b',
    'chore(release): 3.1.3',
    'Bump version to 3.1.3',
    'chore: bump version',
    'v3.1.3+001',
    'Release 3.1.3',
  ])('leaves out %s', (subject) => {
    expect(entry(subject)).toContain('- No changes but the version.')
  })

  it.each(['dependabot[bot]', 'github-actions[bot]', 'Renovate Bot', 'weblate'])(
    'leaves out what %s committed',
    (author) => {
      expect(changelogEntry(RELEASE, '2026-11-23', [commit('fix: bump left-pad', { author })])).toContain('No changes')
    },
  )

  it.each([
    ['git@github.com:ana/harbour.git', 'https://github.com/ana/harbour/commit/abcdef0123'],
    ['https://github.com/ana/harbour', 'https://github.com/ana/harbour/commit/abcdef0123'],
    ['https://token@github.com/ana/harbour.git/', 'https://github.com/ana/harbour/commit/abcdef0123'],
    ['ssh://git@codeberg.org/ana/harbour.git', 'https://codeberg.org/ana/harbour/commit/abcdef0123'],
    ['git@gitlab.com:ana/sub/harbour.git', 'https://gitlab.com/ana/sub/harbour/-/commit/abcdef0123'],
  ])('links each commit where the forge of %s shows it', (url, address) => {
    const linked = changelogEntry(RELEASE, '2026-11-23', [commit('Keep it')], commitAddress(url))
    expect(linked).toContain(`- Keep it ([abcdef0](${address}))`)
  })

  it.each([
    'ssh://git@example.org:2222/ana/harbour.git',
    '/origin.git',
    'git@github.com.evil.example:a/b.git',
    'https://github.com/a b/(c)',
  ])('links nothing of %s, whose forge is not known', (url) => {
    const plain = changelogEntry(RELEASE, '2026-11-23', [commit('Keep it')], commitAddress(url))
    expect(plain).toContain('- Keep it (abcdef0)')
  })

  it('shows its weightiest lines first where it is only previewed, and how many more there are', () => {
    const commits = ['Plain', 'fix(ui): align', 'feat!: drop v1', 'Merge branch x', 'Other'].map((one) => commit(one))
    expect(changeLines(commits, 3)).toEqual(['Breaking changes: drop v1', 'Fixes: ui: align', 'Plain', 'and 1 more'])
  })

  it('leaves out what the bot committed itself', () => {
    const own = commit('Document 3.1.2', { body: 'x\n\nSlipway-Deployment: #41' })
    expect(changelogEntry(RELEASE, '2026-11-23', [own])).toContain('No changes')
  })

  it.each([
    ['a\u202eb\u001b[31m', '- a\\\\u202eb\\\\x1b\\[31m ('],
    ['[x](javascript:1) *b* <img> `c`', '- \\[x\\](javascript:1) \\*b\\* \\<img\\> \\`c\\` ('],
    ['Say less [skip ci]', '- Say less (skip ci) ('],
    ['Two\nlines\r\n# here', '- Two lines \\# here ('],
    [`${'x'.repeat(116)}${'🚢'.repeat(9)}`, `- ${'x'.repeat(116)}🚢... (`],
    [`${'x'.repeat(111)}${'🚢'.repeat(9)}`, `- ${'x'.repeat(111)}${'🚢'.repeat(9)} (`],
    ['x'.repeat(500), `- ${'x'.repeat(117)}... (`],
  ])('makes %j harmless', (subject, line) => {
    expect(entry(subject)).toContain(line)
  })

  it('says how many more there are after 200', () => {
    expect(entry(...Array.from({ length: 205 }, (_, index) => `Change ${index}`))).toMatch(/- and 5 more\n$/)
  })
})

describe('the file', () => {
  const OLD = '## 3.1.2+001 - 2026-10-01\n\n- Old\n'

  it.each([
    ['an empty one', '', `# Changelog\n\n${ENTRY}`],
    ['below the title', `# Changelog\n\nAll of it.\n\n${OLD}`, `# Changelog\n\nAll of it.\n\n${ENTRY}\n${OLD}`],
    [
      'below what is unreleased',
      `# Changelog\n\n## [Unreleased]\n\n- Soon\n\n${OLD}`,
      `# Changelog\n\n## [Unreleased]\n\n- Soon\n\n${ENTRY}\n${OLD}`,
    ],
    ['at the end of one without releases', '# Changelog\n', `# Changelog\n\n${ENTRY}`],
    ['at the top of one without a title', OLD, `${ENTRY}\n${OLD}`],
    [
      'past a heading within code',
      `# Changelog\n\n\`\`\`\n## 1.0.0\n\`\`\`\n\n${OLD}`,
      `# Changelog\n\n\`\`\`\n## 1.0.0\n\`\`\`\n\n${ENTRY}\n${OLD}`,
    ],
    [
      'above underlined headings',
      '3.1.2\n-----\n\n- Old\n\n3.1.1\n-----\n',
      `${ENTRY}\n3.1.2\n-----\n\n- Old\n\n3.1.1\n-----\n`,
    ],
    [
      'below an underlined title, a rule and what is unreleased',
      'Changelog\n=========\n\nAll of it.\n---\n\nUnreleased\n----------\n\n- Soon\n\n[v3.1.2] - 2026\n------\n',
      `Changelog\n=========\n\nAll of it.\n---\n\nUnreleased\n----------\n\n- Soon\n\n${ENTRY}\n[v3.1.2] - 2026\n------\n`,
    ],
  ])('gets the entry: %s', (_, before, after) => {
    expect(insertChangelog(before, ENTRY)).toBe(after)
    expect(insertChangelog(after, ENTRY)).toBe(after)
  })

  it('keeps its Windows line ends', () => {
    const before = `# Changelog\n\n${OLD}`.replaceAll('\n', '\r\n')
    expect(insertChangelog(before, ENTRY)).toBe(`# Changelog\n\n${ENTRY}\n${OLD}`.replaceAll('\n', '\r\n'))
  })

  it.each(['## [3.1.3+001] - yesterday', '## v3.1.3+001', '3.1.3+001\n---------'])(
    'stays as it is when it has %s',
    (heading) => {
      expect(insertChangelog(`# Changelog\n\n${heading}\n`, ENTRY)).toBe(`# Changelog\n\n${heading}\n`)
    },
  )

  it('tells one build from another', () => {
    const second = changelogEntry(releaseOf('3.1.3', '0012'), '2026-11-24', [])
    expect(insertChangelog(`# Changelog\n\n${ENTRY}`, second)).toContain('## 3.1.3+0012')
  })
})

describe('notes that a person wrote', () => {
  const NEXT = releaseOf('3.1.4', '001')

  it('stay as they are, Markdown and all', () => {
    expect(writtenEntry(RELEASE, '2026-11-23', '### Doors\n\n- **better** ones\n')).toBe(
      '## 3.1.3+001 - 2026-11-23\n\n### Doors\n\n- **better** ones\n',
    )
  })

  it('keep no later release from its entry, whatever headings they have', () => {
    const noted = insertChangelog('# Changelog\n', writtenEntry(RELEASE, '2026-11-23', 'Good\n## 3.1.4+001\n# Top'))
    expect(noted).toContain('\n### 3.1.4+001\n### Top\n')
    expect(insertChangelog(noted, changelogEntry(NEXT, '2026-11-24', []))).toContain('## 3.1.4+001 - 2026-11-24')
  })

  it('look like no release in a heading that they underline', () => {
    const written = writtenEntry(RELEASE, '2026-11-23', '3.1.4+001\n---\nDoors\n===\n- one\n---')
    expect(written).toContain('\n### 3.1.4+001\n### Doors\n- one\n---\n')
  })

  it.each([
    ['```', 'Run\n```sh\nharbour', '\n```\n'],
    ['  ~~~~', '- Run\n  ~~~~\n  harbour\n~~~', '\n  ~~~~\n'],
    ['```', '```\na\n```js\nb', '\n```\n'],
  ])('get %s where they leave a code block open, which would swallow the older releases', (_, notes, end) => {
    expect(writtenEntry(RELEASE, '2026-11-23', notes)).toBe(`## 3.1.3+001 - 2026-11-23\n\n${notes}${end}`)
    expect(writtenEntry(RELEASE, '2026-11-23', notes + end)).toBe(`## 3.1.3+001 - 2026-11-23\n\n${notes}${end}`)
  })

  it('show what would be invisible', () => {
    expect(writtenEntry(RELEASE, '2026-11-23', 'a\u202eb\r\nc')).toContain('a\\u202eb\nc')
  })
})
