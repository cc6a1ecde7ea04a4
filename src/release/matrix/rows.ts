/** The rows of the matrix: the workflow's own six, and those without which its six would pass a broken release. */
import type { ProblemCode } from '../problems.ts'
import type { Argv, Project, VersionFile } from '../project.ts'
import { ownApps } from '../served.ts'
import { word, line as words } from '../shell-words.ts'
import type { Release } from '../version.ts'
import { versionText } from '../version-files.ts'

/** Something that comes later than the push that caused it. */
export interface Lag {
  /** Who is late, such as `the AUR`. */
  readonly of: string
  readonly usualMinutes: number
}

export interface Row {
  /** `aur`, `web`, `commit:web-1`: unique in a matrix. */
  readonly id: string
  readonly component: string
  readonly check: string
  readonly expected: string
  /** What a person can copy to look for themselves. */
  readonly command: string
  /** Where another finding can be one of before the release, for a while. */
  readonly lag?: Lag
}

/** What the release is known to be, for the rows that compare with it. */
export interface Expected {
  readonly commit: string
  readonly pkgver?: string
  /** `[epoch:]pkgver-pkgrel`. */
  readonly packageVersion?: string
  readonly packageUrl?: string
  /** Hex, lower case. */
  readonly packageSha256?: string
}

export interface Check {
  readonly problem: Exclude<Extract<ProblemCode, `verify.${string}`>, 'verify.failed'>
  readonly rows: (project: Project, release: Release, expected: Expected) => readonly Row[]
}

/** All rows that the configuration has a part for, in the order of the workflow's table. */
export function matrixFor(project: Project, release: Release, expected: Expected): readonly Row[] {
  return Object.values(CHECKS).flatMap((check) => check.rows(project, release, expected))
}

/** The rows that the project has a part for and that nothing can be compared with: what they expect was not recorded. */
export function leftOutOf(project: Project, release: Release, expected: Expected): readonly Row[] {
  const there = new Set(matrixFor(project, release, expected).map(({ id }) => id))
  const whole = { ...NOT_RECORDED, ...expected }
  return matrixFor(project, release, whole).filter(({ id }) => !there.has(id))
}

const NOT_RECORDED = { packageVersion: 'not recorded', packageSha256: 'not recorded' }

/** The check that a row's id begins with. */
export function checkOf(id: string): Check {
  const name = id.replace(/:.*$/s, '')
  return isCheck(name) ? CHECKS[name] : CHECKS.own
}

const AUR_LAG: Lag = { of: 'the AUR', usualMinutes: 2 }
const SERVER_LAG: Lag = { of: 'the server', usualMinutes: 1 }

const CHECKS = {
  git: {
    problem: 'verify.git-version',
    rows: ({ version, repository }, release, { commit, pkgver }) => [
      {
        id: 'git',
        component: 'Git Repository',
        check: 'Version',
        expected: versionText(version.source, { release, pkgver: pkgver ?? release.version }),
        command: `git fetch --quiet origin ${word(repository.branch)} && ${show(commit, version.source)}`,
      },
    ],
  },
  assets: {
    problem: 'verify.version-file',
    rows: ({ version }, release, { commit, pkgver }) => {
      const files = version.sync.filter(({ kind }) => kind === 'json')
      return files.map((file) => ({
        id: `assets:${file.file}`,
        component: 'Assets',
        check: files.length > 1 ? file.file : 'Version File',
        expected: versionText(file, { release, pkgver: pkgver ?? release.version }),
        command: show(commit, file),
      }))
    },
  },
  pkgbuild: {
    problem: 'verify.pkgbuild',
    rows: ({ version }, _, { commit, pkgver }) => {
      const file = version.sync.find(({ kind }) => kind === 'pkgbuild')
      if (!file || pkgver === undefined) return []
      return [
        { id: 'pkgbuild', component: 'AUR Package', check: 'PKGBUILD', expected: pkgver, command: show(commit, file) },
      ]
    },
  },
  web: {
    problem: 'verify.web',
    rows: ({ verify: { app, ca } }, { full }) =>
      app === undefined ? [] : [{ id: 'web', component: 'VPS Web', ...versionEndpoint(app, ca), expected: full }],
  },
  served: {
    problem: 'verify.served',
    rows: (project, { full }) =>
      ownApps(project).map(({ name, app }) => ({
        id: `served:${name}`,
        component: `Server ${name}`,
        ...versionEndpoint(app, project.verify.ca),
        expected: full,
      })),
  },
  site: {
    problem: 'verify.site',
    rows: ({ verify: { site, ca } }) =>
      site === undefined
        ? []
        : [
            {
              id: 'site',
              component: 'VPS Main',
              check: 'Accessibility',
              expected: 'HTTP 200',
              command: words(['curl', '-I', ...authority(ca), site]),
              lag: SERVER_LAG,
            },
          ],
  },
  aur: {
    problem: 'verify.aur',
    rows: ({ aur, verify: { ca } }, _, { packageVersion }) =>
      aur === undefined || packageVersion === undefined
        ? []
        : [
            {
              id: 'aur',
              component: 'AUR Live',
              check: 'Package Version',
              expected: packageVersion,
              command: words(['curl', '-gs', ...authority(ca), `${base(aur.web)}/rpc/v5/info?arg[]=${aur.package}`]),
              lag: AUR_LAG,
            },
          ],
  },
  srcinfo: {
    problem: 'verify.srcinfo',
    rows: ({ aur }) =>
      aur === undefined
        ? []
        : [
            {
              id: 'srcinfo',
              component: 'AUR Live',
              check: '.SRCINFO equals PKGBUILD',
              expected: 'equal',
              command: `${words(cloneOf(aur))} && cd ${word(aur.package)} && makepkg --printsrcinfo | diff - .SRCINFO`,
              lag: AUR_LAG,
            },
          ],
  },
  package: {
    problem: 'verify.package',
    rows: ({ verify: { ca } }, _, { packageUrl, packageSha256 }) =>
      packageUrl === undefined || packageSha256 === undefined
        ? []
        : [
            {
              id: 'package',
              component: 'Package',
              check: 'Digest, PKGBUILD and download',
              expected: packageSha256,
              command: `${words(['curl', '-sL', ...authority(ca), packageUrl])} | sha256sum`,
            },
          ],
  },
  commit: {
    problem: 'verify.commit',
    rows: ({ vps }, _, { commit }) =>
      (vps?.hosts ?? []).map(({ name, host, port, user, directory }) => ({
        id: `commit:${name}`,
        component: `Server ${name}`,
        check: 'Commit',
        expected: commit,
        command: words(['ssh', '-p', String(port), `${user}@${host}`, `git -C ${word(directory)} rev-parse HEAD`]),
      })),
  },
  unpushed: {
    problem: 'verify.unpushed',
    rows: ({ repository }, _, { commit }) => [
      {
        id: 'unpushed',
        component: 'Git Repository',
        check: 'Nothing unpushed',
        expected: 'nothing',
        command: `git fetch --quiet origin ${word(repository.branch)} && git log --oneline FETCH_HEAD..${word(commit)}`,
      },
    ],
  },
  own: {
    problem: 'verify.own-check',
    rows: ({ verify }) =>
      verify.rows.map(({ name, run }) => ({
        id: `own:${name}`,
        component: 'Project',
        check: name,
        expected: 'exit 0',
        command: run.map(words).join(' && '),
      })),
  },
} as const satisfies Record<string, Check>

function versionEndpoint(app: string, ca: string | undefined) {
  const command = words(['curl', '-s', ...authority(ca), `${base(app)}/version.json`])
  return { check: 'Version Endpoint', command, lag: SERVER_LAG }
}

function isCheck(name: string): name is keyof typeof CHECKS {
  return Object.hasOwn(CHECKS, name)
}

/** Prints the lines of a file of a commit that name its version. */
function show(commit: string, file: VersionFile): string {
  const line = { pubspec: '^version:', json: '', pkgbuild: '^pkgver=', pattern: '' }[file.kind]
  const command = words(['git', 'show', `${commit}:${file.file}`])
  return line === '' ? command : `${command} | grep ${word(line)}`
}

/** Over https, which asks nobody for a key; from where it is pushed to, where that is no ssh. */
function cloneOf(aur: NonNullable<Project['aur']>): Argv {
  const isSsh = /^(?:ssh:|[^/:]+@)/.test(aur.url)
  return ['git', 'clone', '--quiet', isSsh ? `${base(aur.web)}/${aur.package}.git` : aur.url, aur.package]
}

function authority(ca: string | undefined): Argv {
  return ca === undefined ? [] : ['--cacert', ca]
}

function base(address: string): string {
  return address.replace(/\/+$/, '')
}
