import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Project } from '../../../src/release/project.ts'
import { disk } from '../../../src/runners/preflight/disk.ts'
import { hosts } from '../../../src/runners/preflight/hosts.ts'
import { project as sample } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { temporaryFolder } from '../make-context.ts'
import { personGit } from '../programs.ts'
import { makeWorld, problemOf, take } from '../world.ts'

/** Servers whose checkout is a clone of the origin: one, where no more are named. */
function server(names: readonly string[] = ['one']) {
  const folder = temporaryFolder()
  const { origin } = makeWorld({ folder })
  const directory = join(folder, 'server')
  personGit(folder, 'clone', '--quiet', origin, directory)
  const all = names.map((name) => ({ name, host: name, port: 22, user: 'u', directory, ssh: { agent: false } }))
  const vps = { ...sample.vps, hosts: all } as Project['vps'] & object
  const ssh = createLocalSsh(folder)
  const { bench } = makeWorld({ folder: join(folder, 'bot'), project: { vps }, ports: { ssh } })
  return { folder, directory, ssh, bench, run: () => take(bench, hosts, 'preflight.hosts') }
}

describe('a server', () => {
  test('that answers with a clean checkout passes, by the very lines that a dry run prints', async () => {
    const { ssh, bench, run } = server()
    expect(await run()).toMatchObject({ ok: true, evidence: { 'branch:one': 'master', 'pins:one': [] } })
    const actions = Object.values(bench.context(hosts, 'preflight.hosts', { dryRun: true }).actions).flat()
    expect(ssh.lines).toHaveLength(actions.length)
  })

  test('whose shell changes what it is sent is refused', async () => {
    const { ssh, run } = server()
    const connect = ssh.connect
    ssh.connect = async (host) => {
      const session = await connect(host)
      return 'exec' in session
        ? { ...session, exec: (line, options) => session.exec(`echo Welcome; ${line}`, options) }
        : session
    }
    expect(await problemOf(run())).toMatchObject({
      code: 'preflight.host-shell',
      details: [expect.any(String), expect.stringContaining('Welcome')],
    })
  })

  describe.each(['bash', 'zsh', 'fish'])('whose login shell is %s', (shell) => {
    test.skipIf(spawnSync(shell, ['-c', ':']).status !== 0)(`passes (needs ${shell})`, async () => {
      const { ssh, run } = server()
      ssh.shell = shell
      expect(await run()).toMatchObject({ ok: true })
    })
  })

  test.each([
    ['a script cannot be started', "'setsid' 'nohup'", 'sh: 1: setsid: not found'],
    ['nobody can see how one stands', 'rc=$rc', 'no answer that can be read'],
  ])('on which %s is refused before anything is done', async (_, part, why) => {
    const { ssh, run } = server()
    const connect = ssh.connect
    const absent = 'echo "sh: 1: setsid: not found" >&2; exit 127'
    ssh.connect = async (host) => {
      const session = await connect(host)
      if (!('exec' in session)) return session
      return { ...session, exec: (line, options) => session.exec(line.includes(part) ? absent : line, options) }
    }
    expect(await problemOf(run())).toMatchObject({
      code: 'preflight.host-jobs',
      details: [expect.stringContaining(why)],
    })
  })

  test('that shares its address with another one passes, with a word on what is not seen', async () => {
    expect(await server(['one', 'two']).run()).toMatchObject({
      ok: true,
      notes: [
        expect.stringContaining('not seen from outside what one and two each serve. In slipway.yaml, vps.hosts[].app'),
      ],
    })
    expect(await server().run()).toMatchObject({ ok: true, notes: [] })
  })

  test('that was changed by hand is told with its files', async () => {
    const { directory, run } = server()
    writeFileSync(join(directory, 'pubspec.yaml'), 'by hand')
    expect(await problemOf(run())).toMatchObject({
      code: 'vps.dirty',
      details: expect.arrayContaining(['pubspec.yaml']),
    })
  })

  test('whose checkout lacks its history is refused until it was fetched', async () => {
    const { folder, directory, run } = server()
    const origin = personGit(directory, 'config', 'remote.origin.url')
    personGit(directory, 'commit', '--quiet', '--allow-empty', '--message', 'Another')
    personGit(directory, 'push', '--quiet')
    rmSync(directory, { recursive: true })
    personGit(folder, 'clone', '--quiet', '--depth', '1', `file://${origin}`, directory)
    const { code, shell } = await problemOf(run())
    expect([code, shell]).toEqual(['vps.shallow', `ssh -p 22 u@one 'git -C ${directory} fetch --unshallow'`])
    personGit(directory, 'fetch', '--quiet', '--unshallow')
    expect(await run()).toMatchObject({ ok: true })
  })

  test('on which a script of an earlier deployment still runs is refused until it is gone', async () => {
    const { folder, run } = server()
    const job = join(folder, '.slipway/jobs/harbour-41-abc')
    mkdirSync(join(job, 'deploy'), { recursive: true })
    writeFileSync(join(job, 'deployment'), 'harbour 41 0 c1\n')
    const script = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    onTestFinished(() => void script.kill('SIGKILL'))
    writeFileSync(join(job, 'deploy/started'), `${script.pid}\n`)
    expect(await problemOf(run())).toMatchObject({
      code: 'vps.script-runs',
      what: expect.stringContaining(String(script.pid)),
    })
    script.kill('SIGKILL')
    await once(script, 'exit')
    expect(await run()).toMatchObject({ ok: true })
  })

  test('whose key is not pinned is told with the fingerprint', async () => {
    const { ssh, run } = server()
    ssh.refuse = { code: 'host-key-unknown', message: 'unknown', fingerprint: 'SHA256:abc' }
    expect((await problemOf(run())).code).toBe('vps.host-key-unknown')
  })

  test('says how much space it has', async () => {
    const { bench } = server()
    const outcome = await take(bench, disk, 'preflight.disk')
    expect(outcome.ok && Number(outcome.evidence['free:one'])).toBeGreaterThan(0)
  })

  /** A `df` that knows of 200 MB in one folder, and of 40 GB elsewhere. */
  const small = (folder: string, small: string) => {
    const free = `case $3 in ${small}) echo 204800 ;; *) echo 41943040 ;; esac`
    const script = `echo "Filesystem 1024-blocks Used Available Capacity Mounted on"\necho "/dev/x 51200000 0 $(${free}) 1% /"`
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/df'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return `PATH=${folder}/bin:$PATH; `
  }

  test.each([
    ['its checkout', (_: string, directory: string) => directory],
    ['what is kept', (folder: string) => join(folder, '.slipway')],
  ])('with too small a disk for %s is refused', async (_, which) => {
    const { folder, directory, ssh, bench } = server()
    mkdirSync(join(folder, '.slipway'))
    const full = which(folder, directory)
    ssh.before = small(folder, full)
    expect((await problemOf(take(bench, disk, 'preflight.disk'))).what).toBe(
      `Too little disk space on one: 200 MB are free in ${full}, 500 MB are needed.`,
    )
  })
})

test('every server is asked, and all that is wrong stands on one card', async () => {
  const folder = temporaryFolder()
  const { origin } = makeWorld({ folder })
  const all = ['one', 'two'].map((name) => ({
    name,
    host: name,
    port: 22,
    user: 'u',
    directory: join(folder, name),
    ssh: { agent: false },
  }))
  for (const { directory } of all) {
    cpSync(origin, join(directory, '.git'), { recursive: true })
    personGit(directory, 'config', 'core.bare', 'false')
  }
  const ssh = createLocalSsh(folder)
  const vps = { ...sample.vps, hosts: all } as Project['vps'] & object
  const { bench } = makeWorld({ folder: join(folder, 'bot'), project: { vps }, ports: { ssh } })
  const problem = await problemOf(take(bench, hosts, 'preflight.hosts'))
  expect(problem.what).toContain('one')
  expect(problem.details.join('\n')).toMatch(/Also: .*two/)
})
