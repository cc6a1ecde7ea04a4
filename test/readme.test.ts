/** What the README, the changelog and the guide for contributors say is what the program does. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessRows } from './access-table.ts'
import { branchRows, commandRows, fixRows, phaseRows, settingRows, variableRows } from './readme-tables.ts'

const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const readme = read('README.md')
const manifest = JSON.parse(read('package.json'))

test.each([
  { heading: 'Commands', rows: commandRows },
  { heading: 'How a release runs', rows: phaseRows },
  { heading: 'What is looked into', rows: branchRows },
  { heading: 'What it fixes', rows: fixRows },
  { heading: 'Who may do what', rows: accessRows },
  { heading: 'Every setting', rows: settingRows },
  { heading: 'Every environment variable', rows: variableRows },
])('the table under "$heading" in the README says what the program says', ({ heading, rows }) => {
  expect(rowsUnder(heading)).toEqual(rows())
})

test('every npm script that the documents name exists, and the README names every public one', () => {
  const scripts = Object.keys(manifest.scripts)
  const named = scriptsIn(`${readme}\n${read('CONTRIBUTING.md')}`)
  expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  const isPublic = (name: string) => !name.includes(':')
  expect(scripts.filter(isPublic).filter((name) => !scriptsIn(readme).includes(name))).toEqual([])
})

test.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])(
  'every file and heading that %s links to is there',
  (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    const broken = links.filter(([, path = '', anchor]) => !isThere(path === '' ? file : path, anchor))
    expect(broken.map(([link]) => link)).toEqual([])
  },
)

test('the changelog has an entry for the version of package.json', () => {
  expect(read('CHANGELOG.md')).toContain(`## [${manifest.version}]`)
})

/** The body of the first table under a heading, line by line. */
function rowsUnder(heading: string): readonly string[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split(/^##/m)[0] ?? ''
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0] ?? ''
  return table.trimEnd().split('\n').slice(2)
}

function scriptsIn(text: string): readonly string[] {
  const commands = [...text.matchAll(/\bnpm (?:run (?:--\w+ )?([\w:]+)|(start|test)\b)/g)]
  return [...new Set(commands.map(([, run, short]) => run ?? short ?? ''))]
}

function isThere(path: string, anchor: string | undefined): boolean {
  if (!existsSync(new URL(path, root))) return false
  return anchor === undefined || headingsOf(read(path)).includes(anchor)
}

/** The anchors of a document's headings, as code hosts make them. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\d\s-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
