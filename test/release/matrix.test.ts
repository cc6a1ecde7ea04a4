/** The success matrix: which rows a project has, and what their readings mean. */
import { describe, expect, it } from 'vitest'
import { type Expected, matrixFor, type Row } from '../../src/release/matrix/rows.ts'
import {
  asksAgainAt,
  judge,
  lagText,
  matrixProblem,
  type Reading,
  rowProblems,
  settleMatrix,
} from '../../src/release/matrix.ts'
import type { Project } from '../../src/release/project.ts'
import { releaseOf } from '../../src/release/version.ts'
import { project } from './sample.ts'

const RELEASE = releaseOf('3.1.3', '001')
const EXPECTED: Expected = {
  commit: 'c'.repeat(40),
  pkgver: '3.1.3',
  packageVersion: '3.1.3-1',
  packageUrl: 'https://files.example/v3.1.3+001/app.tar.gz',
  packageSha256: 'b'.repeat(64),
}
const FULL: Project = {
  ...project,
  version: {
    ...project.version,
    sync: [
      { file: 'assets/version.json', kind: 'json', set: { version: '{version}', build_number: '{build}' } },
      { file: 'aur/PKGBUILD', kind: 'pkgbuild' },
    ],
  },
  verify: {
    app: 'https://app.example/',
    site: 'https://www.example',
    deadlineMinutes: 10,
    rows: [{ name: 'own check', run: [['./check.sh', "it's"]] }],
  },
}
const rows = matrixFor(FULL, RELEASE, EXPECTED)
const rowOf = (id: string): Row => {
  const row = rows.find((one) => one.id === id)
  if (!row) throw new Error(`no row ${id}`)
  return row
}
const allWell = Object.fromEntries(rows.map(({ id, expected }): [string, Reading] => [id, { found: expected }]))
const SOON = { now: 1_000, deadline: Date.UTC(2026, 10, 23, 16, 40) }
const LATE = { now: SOON.deadline, deadline: SOON.deadline }

it.each<[string, Reading, number, number, number | undefined]>([
  ['soon at first', { found: 'old' }, 1, 1_000, 1_500],
  ['later each time', { found: 'old' }, 3, 1_000, 2_125],
  ['after a quarter of a minute at most', { found: 'old' }, 40, 1_000, 16_000],
  ['once more at the deadline', { found: 'old' }, 40, 59_000, 60_000],
  ['no more after it', { found: 'old' }, 40, 60_000, undefined],
  ['no more once it holds', { found: '3.1.3-1' }, 1, 1_000, undefined],
  ['no more where nothing is late', { fault: 'certificate has expired' }, 1, 1_000, undefined],
])('a row is asked again %s', (_, reading, nth, now, at) => {
  expect(asksAgainAt(rowOf('aur'), reading, nth, { now, deadline: 60_000 })).toBe(at)
})

describe('the rows', () => {
  it('are those of the workflow, and those that make them mean something', () => {
    expect(rows.map(({ id, expected }) => `${id} ${expected}`)).toEqual([
      'git 3.1.3+001',
      'assets:assets/version.json 3.1.3+001',
      'pkgbuild 3.1.3',
      'web 3.1.3+001',
      'site HTTP 200',
      'aur 3.1.3-1',
      'srcinfo equal',
      `package ${EXPECTED.packageSha256}`,
      ...['one', 'two', 'three', 'four'].map((name) => `commit:${name} ${EXPECTED.commit}`),
      'unpushed nothing',
      'own:own check exit 0',
    ])
  })

  it('carry commands that can be copied into a shell', () => {
    expect(rowOf('web').command).toBe('curl -s https://app.example/version.json')
    expect(rowOf('aur').command).toBe("curl -gs 'https://localhost/rpc/v5/info?arg[]=harbour'")
    expect(rowOf('git').command).toBe(
      `git fetch --quiet origin master && git show ${EXPECTED.commit}:pubspec.yaml | grep '^version:'`,
    )
    expect(rowOf('commit:one').command).toBe("ssh -p 22 u@one 'git -C /opt/h rev-parse HEAD'")
    expect(rowOf('own:own check').command).toBe("./check.sh 'it'\\''s'")
  })

  it.each([
    ['ssh://aur@aur.archlinux.org/harbour.git', 'https://localhost/harbour.git'],
    ['aur@aur.archlinux.org:harbour.git', 'https://localhost/harbour.git'],
    ['file:///srv/harbour.git', 'file:///srv/harbour.git'],
  ])('of the AUR at %s clone %s, which asks for no key', (url, from) => {
    const own = { ...FULL, aur: { ...FULL.aur, url } } as typeof FULL
    const [row] = matrixFor(own, RELEASE, EXPECTED).filter(({ id }) => id === 'srcinfo')
    expect(row?.command).toMatch(new RegExp(`^git clone --quiet ${from} harbour && cd harbour && makepkg`))
  })

  it('ask with the authority of the project where it has one', () => {
    const own = { ...FULL, verify: { ...FULL.verify, ca: '/etc/own ca.pem' } }
    const commands = matrixFor(own, RELEASE, EXPECTED).map(({ command }) => command)
    expect(commands).toContain("curl -I --cacert '/etc/own ca.pem' https://www.example")
  })

  it('of a server with an address of its own stand beside the shared one, and are looked at there', () => {
    const [first, ...others] = FULL.vps?.hosts ?? []
    const hosts = [{ ...first, app: 'https://one.example/' }, ...others]
    const own = { ...FULL, vps: { ...FULL.vps, hosts }, verify: { ...FULL.verify, ca: '/ca.pem' } } as Project
    const added = matrixFor(own, RELEASE, EXPECTED).filter(({ id }) => !rows.some((row) => row.id === id))
    expect(added).toEqual([
      {
        id: 'served:one',
        component: 'Server one',
        check: 'Version Endpoint',
        expected: '3.1.3+001',
        command: 'curl -s --cacert /ca.pem https://one.example/version.json',
        lag: { of: 'the server', usualMinutes: 1 },
      },
    ])
    const settled = settleMatrix(added, { 'served:one': { found: '3.1.2+001' } }, LATE)
    expect(settleMatrix(added, { 'served:one': { found: '3.1.2+001' } }, SOON).overall).toBe('waiting')
    expect(matrixProblem(settled)).toMatchObject({
      code: 'verify.served',
      what: 'Server one serves 3.1.2+001 at its own address, and 3.1.3+001 was expected.',
      shell: 'curl -s --cacert /ca.pem https://one.example/version.json',
    })
  })

  it('are left out with their part of the configuration', () => {
    const { aur, vps, ...bare } = project
    expect(matrixFor(bare, RELEASE, { commit: EXPECTED.commit }).map(({ id }) => id)).toEqual(['git', 'unpushed'])
    expect([aur, vps]).toHaveLength(2)
  })
})

describe('a reading', () => {
  it.each<[string, string, Reading | undefined, typeof SOON, string]>([
    ['as expected', 'web', { found: '3.1.3+001' }, LATE, 'pass'],
    ['of another build', 'web', { found: '3.1.3+002' }, LATE, 'fail'],
    ['of the old version while the AUR may lag', 'aur', { found: '3.1.2-1' }, SOON, 'waiting'],
    ['of the old version when it has had its time', 'aur', { found: '3.1.2-1' }, LATE, 'fail'],
    ['of another version in git', 'git', { found: '3.1.2+001' }, SOON, 'fail'],
    ['that never came', 'web', undefined, SOON, 'unknown'],
    ['that failed', 'web', { fault: 'connection refused' }, SOON, 'unknown'],
    [
      'that failed and may pass',
      'web',
      { fault: 'timeout', lag: { of: 'the server', usualMinutes: 1 } },
      SOON,
      'waiting',
    ],
    [
      'that failed to the end',
      'web',
      { fault: 'timeout', lag: { of: 'the server', usualMinutes: 1 } },
      LATE,
      'unknown',
    ],
  ])('%s makes the row %s read so', (_, id, reading, moment, verdict) => {
    expect(judge(rowOf(id), reading, moment)).toBe(verdict)
  })
})

describe('the matrix', () => {
  const settled = (changes: Readonly<Record<string, Reading>>, moment = LATE) =>
    settleMatrix(rows, { ...allWell, ...changes }, moment)

  it('holds when every row does', () => {
    expect(settled({}).overall).toBe('pass')
    expect(matrixProblem(settled({}))).toBeUndefined()
  })

  it('that is empty, or lacks a reading, has shown nothing', () => {
    expect(settleMatrix([], {}, LATE).overall).toBe('unknown')
    expect(settleMatrix(rows, {}, SOON).overall).toBe('unknown')
    expect(matrixProblem(settleMatrix([], {}, LATE))).toMatchObject({ code: 'verify.failed' })
  })

  it('says for whom it waits and until when', () => {
    const matrix = settled({ aur: { found: '3.1.2-1' } }, SOON)
    expect(matrix.overall).toBe('waiting')
    expect(matrix.rows.find(({ id }) => id === 'aur')?.found).toBe(
      '3.1.2-1; waiting for the AUR, usually 2 min, until 16:40 UTC',
    )
    expect(lagText({ of: 'the server', usualMinutes: 1 }, SOON.deadline)).toBe(
      'waiting for the server, usually 1 min, until 16:40 UTC',
    )
  })

  it('takes its worst row, unknown before waiting', () => {
    const unknown: Reading = { fault: 'no route' }
    expect(settled({ site: unknown, aur: { found: 'x' } }, SOON).overall).toBe('unknown')
    expect(settled({ site: unknown, git: { found: 'x' } }, SOON).overall).toBe('fail')
  })

  it('words one mismatch by itself, with the command to look', () => {
    const matrix = settled({ 'commit:two': { found: 'd'.repeat(40) } })
    expect(matrixProblem(matrix)).toMatchObject({
      code: 'verify.commit',
      what: `Server two is on commit ${'d'.repeat(40)}, and ${EXPECTED.commit} was expected.`,
      shell: rowOf('commit:two').command,
    })
  })

  it('lists several in one problem', () => {
    const matrix = settled({
      web: { found: '3.1.2+001' },
      'own:own check': { found: 'exit 1' },
      site: { fault: 'timeout' },
    })
    expect(matrixProblem(matrix)).toMatchObject({
      code: 'verify.failed',
      what: '3 of 14 checks failed.',
      copy: 'retry',
    })
    expect(rowProblems(matrix).map(({ code }) => code)).toEqual(['verify.web', 'verify.unknown', 'verify.own-check'])
    expect(rowProblems(matrix)[1]).toMatchObject({ copy: 'retry' })
  })
})
