/** A product with an origin, a colleague who pushes to it, and a bench for the steps of a release of it. */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Http, HttpAnswer, HttpFault } from '../../src/ports/http.ts'
import type { Outcome } from '../../src/release/deployment.ts'
import type { Project } from '../../src/release/project.ts'
import { createMasker } from '../../src/release/redact.ts'
import type { Action, Actions, Runner } from '../../src/runners/step.ts'
import { createFiles } from '../../src/tools/files.ts'
import { project as sample } from '../release/sample.ts'
import { type Bench, type BenchOptions, makeBench, temporaryFolder } from './make-context.ts'
import { bareRepository, PKGBUILD, writeFiles } from './product.ts'
import { personGit } from './programs.ts'

export const ADDRESS = 'https://localhost/published'

export const PRODUCT: Readonly<Record<string, string>> = {
  'pubspec.yaml': 'name: harbour\n# one place decides\nversion: 3.1.2+001  # this one\n',
  'assets/version.json':
    '{\n  "version": "3.1.2",\n  "build_number": "001",\n  "build_date": "then",\n  "git_commit": "unknown"\n}\n',
  'lib/app_config.dart': "class AppConfig {\n  static const String appVersion = '3.1.2';\n}\n",
  'scripts/version.sh': '#!/bin/sh\nVERSION="3.1.2"\n',
  'aur/PKGBUILD': PKGBUILD(ADDRESS).replace('pkgver=3.1.3', 'pkgver=3.1.2'),
  'aur/.SRCINFO': 'pkgbase = harbour\n\tpkgver = 3.1.2\n\tpkgrel = 7\n',
  'aur/harbour.desktop': '[Desktop Entry]\n',
  'README.md': 'The newest is 3.1.2.\n',
  'CHANGELOG.md': '3.1.2: a harbour\n',
}

export const VERSION_RULES: Project['version'] = {
  source: { file: 'pubspec.yaml', kind: 'pubspec' },
  sync: [
    {
      file: 'assets/version.json',
      kind: 'json',
      set: { version: '{version}', build_number: '{build}', build_date: '{date}', git_commit: '{commit}' },
    },
    { file: 'lib/app_config.dart', kind: 'pattern', pattern: "appVersion = '{version}'" },
    { file: 'scripts/version.sh', kind: 'pattern', pattern: 'VERSION="{version}"' },
    { file: 'aur/PKGBUILD', kind: 'pkgbuild' },
  ],
  allow: ['CHANGELOG.md'],
  strict: false,
}

export const BEFORE = { version: '3.1.2', build: '001', full: '3.1.2+001' }

export interface World {
  readonly bench: Bench
  readonly origin: string
  /** The colleague's checkout. */
  readonly desk: string
  readonly first: string
  /** Commits files as the colleague and pushes them; the commit. */
  push(files: Readonly<Record<string, string>>, message?: string): string
  /** The commit of the origin's branch. */
  head(): string
  /** The bench of a later deployment, with the same data folder. */
  again(number: number): Bench
  /** The text of a file at the origin's branch. */
  at(file: string): string
}

export interface WorldOptions extends BenchOptions {
  readonly files?: Readonly<Record<string, string>>
}

/** 3.1.2+001 is released at the first commit, and 3.1.3+001 is on its way. */
export function makeWorld(options: WorldOptions = {}): World {
  const folder = options.folder ?? temporaryFolder()
  const origin = join(folder, 'origin.git')
  const desk = join(folder, 'desk')
  cpSync(released(), folder, { recursive: true })
  const push = (files: Readonly<Record<string, string>>, message = 'Work of a colleague') => {
    personGit(desk, 'pull', '--quiet', '--rebase', 'origin', 'master')
    writeFiles(desk, files)
    personGit(desk, 'add', '--all')
    personGit(desk, 'commit', '--quiet', '--message', message)
    personGit(desk, 'push', '--quiet', 'origin', 'HEAD:master')
    return personGit(desk, 'rev-parse', 'HEAD')
  }
  if (options.files) push(options.files, 'Version 3.1.2+001')
  const first = personGit(desk, 'rev-parse', 'HEAD')
  const repository = { ...sample.repository, url: origin }
  const publish = { kind: 'directory', directory: '/published', url: `${ADDRESS}/harbour-{full}.tar.gz` } as const
  const build = { ...sample.build, publish }
  const again = (number: number) =>
    makeBench({
      previous: { release: BEFORE, commit: first },
      ...options,
      number,
      folder,
      project: { repository, version: VERSION_RULES, build, ...options.project },
      ports: { files: createFiles({ masker: createMasker([]) }), ...options.ports },
    })
  const bench = again(options.number ?? 42)
  const head = () => personGit(origin, 'rev-parse', 'refs/heads/master')
  return { bench, again, origin, desk, first, push, head, at: (file) => personGit(origin, 'show', `master:${file}`) }
}

/** Origin and desk at 3.1.2+001, made once. */
let template: string | undefined
function released(): string {
  if (template !== undefined) return template
  const folder = mkdtempSync(join(tmpdir(), 'slipway-released-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  bareRepository(join(folder, 'origin.git'))
  const desk = join(folder, 'desk')
  writeFiles(desk, PRODUCT)
  chmodSync(join(desk, 'scripts/version.sh'), 0o755)
  personGit(desk, 'init', '--quiet', '--initial-branch=master')
  personGit(desk, 'remote', 'add', 'origin', '../origin.git')
  personGit(desk, 'add', '--all')
  personGit(desk, 'commit', '--quiet', '--message', 'Version 3.1.2+001')
  personGit(desk, 'push', '--quiet', 'origin', 'HEAD:master')
  for (const hooks of ['origin.git/hooks', 'desk/.git/hooks'])
    rmSync(join(folder, hooks), { recursive: true, force: true })
  template = folder
  return folder
}

/** Runs a step as the machine does: what it leaves is there for the next one. */
export async function take(
  bench: Bench,
  runner: Runner,
  step: string,
  more: { frozen?: boolean } = {},
): Promise<Outcome> {
  const context = bench.context(runner, step)
  const outcome = await runner.run({ ...context, deployment: { ...context.deployment, ...more } })
  if (outcome.ok) bench.leave(step, outcome.evidence)
  return outcome
}

/** The evidence of a step that has to go well. */
export async function must(bench: Bench, runner: Runner, step: string) {
  const outcome = await take(bench, runner, step)
  if (!outcome.ok) throw new Error(`${step}: ${JSON.stringify(outcome, null, 1)}`)
  return outcome
}

/** The code of the problem a step ends with, or what it left. */
export async function problemOf(outcome: Outcome | Promise<Outcome>) {
  const ended = await outcome
  if (ended.ok || !('problem' in ended)) throw new Error(`no problem: ${JSON.stringify(ended)}`)
  return ended.problem
}

/** The argument lists of the local commands among described actions, in order. */
export function commandsOf(actions: Actions): readonly (readonly string[])[] {
  const all: readonly Action[] = Object.values(actions).flat()
  return all.flatMap((action) => (action.do === 'command' ? [action.argv] : []))
}

/** Answers from a table; what is not in it is refused. */
export function answers(
  table: Readonly<Record<string, Partial<HttpAnswer> | HttpFault>>,
): Http & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    get: async (url, options) => {
      asked.push(`${options?.method ?? 'GET'} ${url}`)
      const answer = table[url] ?? { ok: false, code: 'refused', message: 'connection refused' }
      if (answer.ok === false) return answer as HttpFault
      return { ok: true, status: 200, body: '', truncated: false, headers: {}, url, ...answer }
    },
    download: async () => ({ ok: false, code: 'refused', message: 'connection refused' }),
  }
}
