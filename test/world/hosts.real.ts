/** Three servers, one of them broken: those that were not reached yet are not touched. */
import { readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git } from '../../sandbox/git.ts'
import { type Grounds, openStage } from './stage.ts'
import type { Host } from './world.ts'

const HOSTS = ['pier', 'quay', 'mole']

const restarted = ({ real }: Grounds, name: string) => join(hostOf(real.hosts, name).directory, 'build', 'restarted')

/** Nothing can be started there: the script fails where it restarts. */
async function breakHost(scene: Grounds, name: string): Promise<void> {
  await rm(restarted(scene, name))
  await symlink('/nonexistent/restarted', restarted(scene, name))
}

async function mendHost(scene: Grounds, name: string): Promise<void> {
  await rm(restarted(scene, name))
  await writeFile(restarted(scene, name), '')
}

function hostOf(hosts: readonly Host[], name: string): Host {
  const host = hosts.find(({ sshd }) => sshd.name === name)
  if (host === undefined) throw new Error(`there is no server ${name}`)
  return host
}

interface Standing {
  readonly commit: string
  readonly served: string
  readonly restartedAt: number
  readonly reflog: string
}

/** What would tell that a server was switched, even where it was switched back. */
async function standingOf({ directory }: Host): Promise<Standing> {
  const [commit, reflog, served, { mtimeMs }] = await Promise.all([
    git(directory, ['rev-parse', 'HEAD']),
    git(directory, ['reflog', 'show', 'HEAD']),
    readFile(join(directory, 'build/web/version.json'), 'utf8'),
    stat(join(directory, 'build/restarted')),
  ])
  return { commit, reflog, served, restartedAt: mtimeMs }
}

/** With batches of two, only the rule of the first alone keeps the second from being switched beside it. */
test.each([
  ['the first', 'pier', 2, ['quay', 'mole']],
  ['the second', 'quay', 1, ['mole']],
] as const)(
  '%s of three servers is broken: those after it are not touched, and all are as before',
  async (_, name, batch, untouched) => {
    const stage = await openStage({
      hosts: HOSTS,
      change: ({ vps }) => Object.assign(vps, { batch }),
      before: {
        [`vps.deploy:${name} 1`]: (scene) => breakHost(scene, name),
        [`rollback.server:${name}`]: (scene) => mendHost(scene, name),
      },
    })
    const others = untouched.map((each) => hostOf(stage.real.hosts, each))
    const before = await Promise.all(others.map(standingOf))
    await stage.asks()
    await stage.approves()
    expect(await stage.ends('rolled back')).toEqual([])
    expect(await Promise.all(others.map(standingOf))).toEqual(before)
  },
)

test('the second of three servers serves the old version although its script ended well: it is seen at its own address', async () => {
  const stale = (scene: Grounds) => join(hostOf(scene.real.hosts, 'quay').directory, 'build/web/version.json')
  let old = ''
  const stage = await openStage({
    hosts: HOSTS,
    change: (harbour) => Object.assign(harbour, { deadlines: { 'vps.status': 0.2 } }),
    before: {
      'vps.pull:quay 1': async (scene) => {
        old = await readFile(stale(scene), 'utf8')
      },
      'vps.status:quay': (scene) => writeFile(stale(scene), old),
    },
  })
  const mole = hostOf(stage.real.hosts, 'mole')
  const before = await standingOf(mole)
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('rolled back')).toEqual([])
  expect(await stage.told('just deployed on quay')).toContain('serves 3.1.2+001; 3.1.3+001 was just deployed on quay')
  expect(await standingOf(mole)).toEqual(before)
})
