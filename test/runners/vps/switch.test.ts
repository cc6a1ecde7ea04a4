import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteLine } from '../../../src/argv/ssh.ts'
import type { Shell } from '../../../src/ports/shell.ts'
import { digestOf } from '../../../src/release/approvals.ts'
import type { Evidence, Outcome } from '../../../src/release/deployment.ts'
import type { GateContent } from '../../../src/release/gate.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { connect } from '../../../src/runners/vps/connect.ts'
import { pull } from '../../../src/runners/vps/pull.ts'
import { record } from '../../../src/runners/vps/record.ts'
import { stage } from '../../../src/runners/vps/stage.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { answering, makeBench } from '../make-context.ts'
import { createWorld, withoutAur } from './server-world.ts'

const world = createWorld()
let ssh = createLocalSsh(world.at('home'))
let left: Record<string, Evidence>
beforeEach(() => {
  world.reset()
  ssh = createLocalSsh(world.at('home'))
  left = { 'build.target:web': { 'output:web': packWeb('new') } }
})
afterAll(() => world.end())

describe('connecting', () => {
  it('finds the branch, the origin and the commit of the checkout', async () => {
    expect(await go(connect, 'vps.connect:one')).toMatchObject({
      ok: true,
      evidence: { 'origin:one': world.at('origin.git'), 'branch:one': 'master', 'checkout:one': world.before },
    })
  })

  it('lists the files that were changed by hand', async () => {
    world.write('home/product/version', 'by hand\n')
    world.git('home/product', 'mv', 'deploy.sh', 'deploy now.sh')
    const problem = problemOf(await go(connect, 'vps.connect:one'))
    expect(problem.code).toBe('vps.dirty')
    expect([...problem.details].sort()).toEqual(['deploy now.sh', 'version'])
  })

  it.each([
    ['is on another branch', ['checkout', '--quiet', '-b', 'hotfix'], 'vps.branch'],
    ['is on no branch', ['checkout', '--quiet', '--detach'], 'vps.branch'],
    ['follows nothing', ['branch', '--unset-upstream'], 'vps.branch'],
    ['has two origins', ['remote', 'set-url', '--add', 'origin', '/other'], 'vps.no-origin'],
  ])('stops where the checkout %s', async (_, args, code) => {
    world.git('home/product', ...args)
    expect(problemOf(await go(connect, 'vps.connect:one')).code).toBe(code)
  })

  it('names a lock that a git left there, before anything is submitted, and the command that is safe to copy', async () => {
    world.write('home/product/.git/index.lock', '')
    const problem = problemOf(await go(connect, 'vps.connect:one'))
    const lock = world.at('home/product/.git/index.lock')
    expect(problem.code).toBe('vps.git-locked')
    expect(problem.shell).toContain(`'pgrep -ax git || rm ${lock}'`)
  })

  it('says how to pin a host whose key is not known', async () => {
    ssh.refuse = { code: 'host-key-unknown', message: 'no', fingerprint: 'SHA256:abc' }
    const problem = problemOf(await go(connect, 'vps.connect:one'))
    expect(problem).toMatchObject({
      code: 'vps.host-key-unknown',
      shell: 'ssh-keyscan -p 22 localhost | tee -a ~/.ssh/known_hosts | ssh-keygen -lf -',
    })
    expect(problem.what).toContain('SHA256:abc')
  })
})

describe('recording', () => {
  beforeEach(() => succeed(connect, 'vps.connect:one'))

  it('keeps what serves now in a folder of its own that only the user can read', async () => {
    const evidence = await succeed(record, 'vps.record:one')
    const job = String(evidence['job:one'])
    expect(job).toMatch(new RegExp(`^${world.at('home')}/.slipway/jobs/harbour-42-\\w{10}$`))
    expect(statSync(job).mode & 0o777).toBe(0o700)
    expect(evidence).toMatchObject({ 'keptCommit:one': world.before, 'keptPaths:one': ['build/web'] })
    expect(readFileSync(join(job, 'kept/build/web/index.html'), 'utf8')).toBe('old')
  })

  it('finds its folder again and keeps what it kept first', async () => {
    const first = await succeed(record, 'vps.record:one')
    writeFileSync(world.at('home/product/build/web/index.html'), 'changed')
    expect(await succeed(record, 'vps.record:one')).toEqual(first)
    expect(readFileSync(join(String(first['kept:one']), 'build/web/index.html'), 'utf8')).toBe('old')
    expect(readdirSync(world.at('home/.slipway/jobs'))).toHaveLength(1)
  })
})

describe('staging', () => {
  beforeEach(async () => {
    await succeed(connect, 'vps.connect:one')
    await succeed(record, 'vps.record:one')
  })

  it('brings the release commit and the web, and changes nothing that serves', async () => {
    const evidence = await succeed(stage, 'vps.stage:one')
    expect(evidence).toEqual({ 'pinCommit:one': world.commit, 'staged:one': left['build.target:web']?.['output:web'] })
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
    expect(world.git('home/product', 'status', '--porcelain')).toBe('')
    expect(readFileSync(world.at('home/product/build/web/index.html'), 'utf8')).toBe('old')
    await succeed(stage, 'vps.stage:one')
  })

  it('stops before the submit where a commit was made on the server', async () => {
    world.write('home/product/version', 'mine\n')
    world.git('home/product', 'commit', '--quiet', '--all', '--message', 'By hand')
    delete left['vps.record:one']
    left['vps.record:one'] = {
      ...(await succeed(record, 'vps.record:one')),
      'keptCommit:one': world.git('home/product', 'rev-parse', 'HEAD'),
    }
    expect(problemOf(await go(stage, 'vps.stage:one')).code).toBe('vps.diverged')
  })

  it.each([
    ['was not started', { ended: 'not-started', stderr: 'EAGAIN' }],
    ['was ended', { ended: 'aborted', stderr: 'EAGAIN' }],
    ['cannot read its clone', { code: 128, stderr: 'EAGAIN' }],
  ] as const)('does not say that somebody committed on the server where git here %s', async (_, exit) => {
    const made = bench({ shell: answering('merge-base', exit) })
    const problem = problemOf(await go(stage, 'vps.stage:one', made))
    expect(problem).toMatchObject({ code: 'vps.bundle-failed', details: ['EAGAIN'] })
  })

  it('stops before the submit where the server is ahead of the release', async () => {
    left['vps.record:one'] = { ...left['vps.record:one'], 'keptCommit:one': world.commit }
    expect(problemOf(await go(stage, 'vps.stage:one', bench({ commit: world.before }))).code).toBe('vps.diverged')
  })

  it('stops before the submit where an unknown file stands in the way', async () => {
    world.push('Add notes', { notes: 'theirs' })
    world.git('data/clones/harbour', 'pull', '--quiet')
    world.write('home/product/notes', 'lies here')
    const problem = problemOf(
      await go(stage, 'vps.stage:one', bench({ commit: world.git('colleague', 'rev-parse', 'HEAD') })),
    )
    expect(problem.code).toBe('vps.in-the-way')
    expect(problem.details.join()).toContain("'notes'")
  })

  it('stops where what arrived is not what was built', async () => {
    left['build.target:web'] = { 'output:web': 'f'.repeat(64) }
    expect(problemOf(await go(stage, 'vps.stage:one')).code).toBe('vps.staged-changed')
  })

  it('stages a release commit that the server has already', async () => {
    world.git('home/product', 'pull', '--quiet')
    left['vps.record:one'] = { ...left['vps.record:one'], 'keptCommit:one': world.commit }
    await succeed(stage, 'vps.stage:one')
    expect(await succeed(pull, 'vps.pull:one')).toMatchObject({ 'serverCommit:one': world.commit })
  })
})

it('what is staged is noted by its folder, and never as a script that runs there', async () => {
  await succeed(connect, 'vps.connect:one')
  const { 'job:one': folder } = await succeed(record, 'vps.record:one')
  const made = bench()
  expect(await stage.run(made.context(stage, 'vps.stage:one'))).toMatchObject({ ok: true })
  expect(made.intents).toEqual([{ host: 'one', folder, commit: world.commit }])
})

describe('pulling', () => {
  beforeEach(async () => {
    await succeed(connect, 'vps.connect:one')
    await succeed(record, 'vps.record:one')
    await succeed(stage, 'vps.stage:one')
  })
  const job = () => String(left['vps.record:one']?.['job:one'])

  it("switches to the release commit, and a colleague's later push does not come along", async () => {
    world.push('Not released', { version: '4.0.0-unfinished\n' })
    expect(await succeed(pull, 'vps.pull:one')).toEqual({
      'serverCommit:one': world.commit,
      'switchedFrom:one': world.before,
    })
    expect(readFileSync(world.at('home/product/version'), 'utf8')).toBe('3.1.3\n')
    expect(readFileSync(world.at('home/product/build/web/index.html'), 'utf8')).toBe('new')
    expect(readFileSync(join(job(), 'kept/build/web/index.html'), 'utf8')).toBe('old')
    expect(readdirSync(world.at('home/product/build'))).toEqual(['web'])
  })

  it('is seen as done only once both commit and web are there', async () => {
    const seen = async () => (await pull.observe?.(context(pull, 'vps.pull:one')))?.seen
    expect(await seen()).toBe('not-done')
    world.git('home/product', 'pull', '--quiet')
    expect(await seen()).toBe('not-done')
    await succeed(pull, 'vps.pull:one')
    expect(await seen()).toBe('done')
  })

  it('can be repeated after it was cut between the two renames', async () => {
    execFileSync('mv', [world.at('home/product/build/web'), world.at('home/product/build/web.slipway-old')])
    await succeed(pull, 'vps.pull:one')
    expect(readFileSync(world.at('home/product/build/web/index.html'), 'utf8')).toBe('new')
    expect(readdirSync(world.at('home/product/build'))).toEqual(['web'])
  })

  it('can be repeated after it was cut behind the two renames', async () => {
    cpSync(world.at('home/product/build/web'), world.at('home/product/build/web.slipway-old'), { recursive: true })
    await succeed(pull, 'vps.pull:one')
    expect(readFileSync(world.at('home/product/build/web/index.html'), 'utf8')).toBe('new')
    expect(readdirSync(world.at('home/product/build'))).toEqual(['web'])
  })

  it.each([
    [
      'the pinned commit',
      () =>
        world.git(
          'data/clones/harbour',
          'push',
          '--quiet',
          '--force',
          join(job(), 'pin'),
          `${world.before}:refs/heads/master`,
        ),
    ],
    ['the staged web', () => writeFileSync(join(job(), 'web.tar.gz'), 'other')],
  ])('switches nothing when somebody changed %s', async (_, change) => {
    change()
    expect(problemOf(await go(pull, 'vps.pull:one')).code).toBe('vps.staged-changed')
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
  })

  it('voids an approval whose content is no longer what would happen', async () => {
    const content = await asked()
    expect(content.bound).toMatchObject({ 'staged commit on one': world.commit, releaseCommit: world.commit })
    const approved = approvedFor(content)
    writeFileSync(join(job(), 'web.tar.gz'), 'other')
    const outcome = await go(pull, 'vps.pull:one', approved)
    expect(outcome).toMatchObject({ ok: false, changed: { bound: { 'staged commit on one': world.commit } } })
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
  })

  it('does not switch without an approval', async () => {
    expect(await go(pull, 'vps.pull:one', bench({ gated: true }))).toMatchObject({ ok: false, changed: {} })
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
  })

  it('switches nothing once the release commit was taken off its branch after the approval', async () => {
    const approved = approvedFor(await asked())
    world.git('origin.git', 'update-ref', 'refs/heads/master', world.before)
    expect(problemOf(await go(pull, 'vps.pull:one', approved)).code).toBe('version.withdrawn')
    expect(world.git('home/product', 'rev-parse', 'HEAD')).toBe(world.before)
  })

  it('goes on under the same approval where the branch only moved on', async () => {
    const approved = approvedFor(await asked())
    world.push('Not released', { version: '4.0.0-unfinished\n' })
    expect(await go(pull, 'vps.pull:one', approved)).toMatchObject({ ok: true })
  })

  it('goes on under an approval of exactly what lies there', async () => {
    expect(await go(pull, 'vps.pull:one', approvedFor(await asked()))).toMatchObject({ ok: true })
  })

  it.each([
    ['a file changed by hand meanwhile', () => world.write('home/product/version', 'x'), 'vps.dirty'],
    [
      'a commit made there meanwhile',
      () => world.git('home/product', 'commit', '--quiet', '--allow-empty', '-m', 'x'),
      'vps.diverged',
    ],
    [
      'a lock left by a git that was ended meanwhile',
      () => world.write('home/product/.git/index.lock', ''),
      'vps.git-locked',
    ],
  ])('stops at %s', async (_, change, code) => {
    change()
    expect(problemOf(await go(pull, 'vps.pull:one')).code).toBe(code)
    expect(readFileSync(world.at('home/product/build/web/index.html'), 'utf8')).toBe('old')
  })
})

it('runs nothing that a dry run does not print, but for what only the run can know', async () => {
  const steps: [Runner, string][] = [
    [connect, 'vps.connect:one'],
    [record, 'vps.record:one'],
    [stage, 'vps.stage:one'],
    [pull, 'vps.pull:one'],
  ]
  for (const [runner, id] of steps) {
    const dry = bench({ left: {} }).context(runner, id, { dryRun: true }).actions
    const made = bench()
    ssh.lines.length = 0
    await succeed(runner, id, made)
    const known = {
      '<commit that serves now>': world.before,
      '<job folder>': left['vps.record:one']?.['job:one'],
      '<origin of the checkout>': world.at('origin.git'),
    }
    const filled = (value: string) =>
      Object.entries(known).reduce((text, [name, real]) => text.replaceAll(name, String(real)), value)
    const printed = Object.values(dry).flat()
    const commands = printed.flatMap((action) => (action.do === 'command' ? [action.argv.map(filled)] : []))
    const lines = printed.flatMap((action) =>
      action.do === 'remote'
        ? [
            filled(
              remoteLine(action.argv, {
                ...(action.cwd && { cwd: action.cwd }),
                ...(action.env && { env: action.env }),
              }),
            ),
          ]
        : [],
    )
    expect(commands).toEqual(expect.arrayContaining(made.ran))
    expect(lines).toEqual(expect.arrayContaining(ssh.lines))
  }
})

function packWeb(text: string): string {
  const folder = world.at('data/builds/harbour/42/output')
  mkdirSync(join(folder, 'output'), { recursive: true })
  writeFileSync(join(folder, 'output/index.html'), text)
  execFileSync('tar', ['-czf', join(folder, 'web.tar.gz'), '-C', folder, 'output'])
  return createHash('sha256')
    .update(readFileSync(join(folder, 'web.tar.gz')))
    .digest('hex')
}

/** A bench in which the earlier steps left what they left. */
function bench(
  more: { readonly commit?: string; readonly left?: typeof left; readonly gated?: true; readonly shell?: Shell } = {},
) {
  const made = makeBench({
    folder: world.root,
    project: more.gated ? withoutAur(world.project) : world.project,
    ports: { ssh, ...(more.shell && { shell: more.shell }) },
  })
  made.leave('version.commit', { commit: more.commit ?? world.commit })
  for (const [step, evidence] of Object.entries(more.left ?? left)) made.leave(step, evidence)
  return made
}

function context(runner: Runner, step: string, made = bench()) {
  return made.context(runner, step)
}

function go(runner: Runner, step: string, made = bench()): Promise<Outcome> {
  return runner.run(made.context(runner, step))
}

async function succeed(runner: Runner, step: string, made = bench()): Promise<Evidence> {
  const outcome = await go(runner, step, made)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome))
  left[step] = outcome.evidence
  return outcome.evidence
}

function problemOf(outcome: Outcome) {
  if (outcome.ok || 'changed' in outcome) throw new Error(`no problem: ${JSON.stringify(outcome)}`)
  return outcome.problem
}

async function asked(): Promise<GateContent> {
  const content = await pull.ask?.(context(pull, 'vps.pull:one', bench({ gated: true })))
  if (content === undefined || 'what' in content) throw new Error(`nothing to ask: ${JSON.stringify(content)}`)
  return content
}

function approvedFor({ bound }: GateContent) {
  const made = bench({ gated: true })
  made.approve('vps.pull:one', bound, digestOf(bound))
  return made
}
