/** What is said of servers that share an address, and of those that have one of their own. */
import { expect, test } from 'vitest'
import { certificateOf } from '../../src/release/certificate/issue.ts'
import { certificateText } from '../../src/release/certificate/text.ts'
import type { Project } from '../../src/release/project.ts'
import { verificationCard } from '../../src/release/report/matrix.ts'
import { answersInARow, unseenLine } from '../../src/release/served.ts'
import { releaseOf } from '../../src/release/version.ts'
import { textOf } from '../card-text.ts'
import { drive, project as sample } from './sample.ts'

const APP = 'https://app.example'

/** Servers by name, each with its own address or without one. */
function projectWith(servers: Readonly<Record<string, string | undefined>>, app: string | undefined = APP): Project {
  const [host] = sample.vps?.hosts ?? []
  const hosts = Object.entries(servers).map(([name, own]) => ({
    ...host,
    name,
    ...(own !== undefined && { app: own }),
  }))
  return {
    ...sample,
    vps: { ...sample.vps, hosts },
    verify: { ...sample.verify, ...(app !== '' && { app }) },
  } as Project
}

const [NORTH, SOUTH] = ['https://north.example', 'https://south.example']
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`web-${at}`, undefined]))

test.each([
  ['one server', projectWith({ north: undefined }), undefined, 1],
  ['one server with an address besides', projectWith({ north: NORTH }), undefined, 1],
  ['two that are each seen', projectWith({ north: NORTH, south: SOUTH }), undefined, 1],
  [
    'two that share an address',
    projectWith({ north: undefined, south: undefined }),
    'what north and south each serve',
    4,
  ],
  ['two of which one is seen', projectWith({ north: NORTH, south: undefined }), 'what south serves', 4],
  ['fifty that share an address', projectWith(many(50)), 'what web-0, web-1', 20],
  ['no server', { ...sample, vps: undefined } as unknown as Project, undefined, 1],
])('of %s it is said what is not seen, and so many right answers are needed', (_, project, unseen, answers) => {
  const line = unseenLine(project)
  expect(line).toEqual(unseen === undefined ? undefined : expect.stringContaining(`so it is not seen ${unseen}`))
  if (unseen !== undefined)
    expect(line).toMatch(/^The servers share https:\/\/app.example, .* vps\.hosts\[\]\.app mends it/)
  expect(answersInARow(project)).toBe(answers)
})

test('without any address it is not said that they share one', () => {
  expect(unseenLine(projectWith({ north: undefined, south: undefined }, ''))).toMatch(
    /^It is not seen from outside what north and south each serve\. /,
  )
})

const row = { component: 'VPS Web', check: 'Version Endpoint', expected: 'x', found: 'x', verdict: 'pass', command: '' }

test.each([
  ['below the matrix where servers share an address', projectWith({ north: undefined, south: undefined }), true],
  ['nowhere where each is seen', projectWith({ north: NORTH, south: SOUTH }), false],
])('it stands %s', (_, project, isSaid) => {
  const card = textOf(verificationCard(project, releaseOf('3.1.3', '001'), { rows: [row], leftOut: [] }))
  expect(card.includes('not seen what north and south each serve')).toBe(isSaid)
})

test('a certificate names the servers that were not seen one by one, and none of those that were', () => {
  const issued = (project: Project) => certificateOf({ ...drive().now(), project }, 2_000_000)
  const shared = issued(projectWith({ north: NORTH, south: undefined }))
  expect(shared.unseen).toEqual(['south'])
  expect(certificateText(shared)).toContain('Not seen          what south serves\n')
  expect(issued(projectWith({ north: NORTH, south: SOUTH }))).not.toHaveProperty('unseen')
})
