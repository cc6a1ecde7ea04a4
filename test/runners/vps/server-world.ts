/** An origin, the bot's clone of it, and a server's checkout, in one temporary folder; real git in all of them. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Project } from '../../../src/release/project.ts'
import { project } from '../../release/sample.ts'

const ENVIRONMENT = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TEMPLATE_DIR: '',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_AUTHOR_NAME: 'Ana',
  GIT_AUTHOR_EMAIL: 'ana@example.org',
  GIT_COMMITTER_NAME: 'Ana',
  GIT_COMMITTER_EMAIL: 'ana@example.org',
}

export function createWorld() {
  const root = mkdtempSync(join(tmpdir(), 'slipway-world-'))
  const at = (name: string) => join(root, name)
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-C', at(folder), ...args], {
      env: ENVIRONMENT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  const write = (file: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(at(file)), { recursive: true })
    writeFileSync(at(file), text, { mode })
  }
  /** Commits files in the colleague's clone and pushes them; the commit. */
  const push = (message: string, files: Readonly<Record<string, string>>) => {
    git('colleague', 'pull', '--quiet', '--ff-only')
    for (const [name, text] of Object.entries(files))
      write(`colleague/${name}`, text, name.endsWith('.sh') ? 0o755 : 0o644)
    git('colleague', 'add', '--all')
    git('colleague', 'commit', '--quiet', '--message', message)
    git('colleague', 'push', '--quiet')
    return git('colleague', 'rev-parse', 'HEAD')
  }
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=master', at('origin.git')], { env: ENVIRONMENT })
  git('origin.git', 'config', 'receive.autogc', 'false')
  execFileSync('git', ['clone', '--quiet', at('origin.git'), at('colleague')], { env: ENVIRONMENT, stdio: 'ignore' })
  git('colleague', 'checkout', '--quiet', '-B', 'master')
  write('colleague/version', '3.1.2\n')
  write('colleague/.gitignore', 'build/\n')
  write('colleague/deploy.sh', '#!/bin/sh\nset -e\ngit pull --quiet\necho "deployed $(cat version)"\n', 0o755)
  git('colleague', 'add', '--all')
  git('colleague', 'commit', '--quiet', '--message', 'Release 3.1.2')
  git('colleague', 'push', '--quiet', '--set-upstream', 'origin', 'master')
  mkdirSync(at('home'))
  git('.', 'clone', '--quiet', at('origin.git'), at('home/product'))
  mkdirSync(join(at('home/product'), 'build/web'), { recursive: true })
  writeFileSync(at('home/product/build/web/index.html'), 'old')
  const before = git('colleague', 'rev-parse', 'HEAD')
  const commit = push('Release 3.1.3', { version: '3.1.3\n' })
  git('.', 'clone', '--quiet', at('origin.git'), at('data/clones/harbour'))
  const copyAll = (from: string, to: string) => {
    for (const part of readdirSync(from).filter((name) => name !== 'saved')) {
      rmSync(join(to, part), { recursive: true, force: true })
      cpSync(join(from, part), join(to, part), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
    }
  }
  const save = () => {
    mkdirSync(at('saved'), { recursive: true })
    copyAll(root, at('saved'))
  }
  save()
  return {
    root,
    at,
    git,
    write,
    push,
    before,
    commit,
    project: projectOn(at('home/product'), at('origin.git')),
    /** Remembers everything as it is now, for `reset`. */
    save,
    reset: () => copyAll(at('saved'), root),
    end: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** The same without an AUR package: named and undefined, so that no default of a bench brings one back. */
export function withoutAur(project: Project): Project {
  return { ...project, aur: undefined } as unknown as Project
}

function projectOn(directory: string, url: string): Project {
  const { vps, build, ...rest } = project
  if (vps === undefined) throw new Error('the sample has servers')
  const { package: _package, publish: _publish, ...builds } = build
  return {
    ...rest,
    build: builds,
    repository: { ...project.repository, url },
    vps: {
      ...vps,
      hosts: [{ name: 'one', host: 'localhost', port: 22, user: 'u', directory, ssh: { agent: false } }],
      keep: ['build/web', 'missing'],
    },
  }
}
