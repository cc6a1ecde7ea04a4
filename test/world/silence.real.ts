/** Servers and links that fall silent: nobody says no, and nobody says anything else. */
import { appendFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Link, openLink } from './link.ts'
import { openStage, type Stage, type StageOptions } from './stage.ts'
import { until } from './until.ts'

const LONG_MS = 120_000

test('a server whose sshd hangs without a banner is waited for, and released to once it answers', async () => {
  const stage = await openStage({
    before: {
      'vps.connect:pier 1': ({ real }) => real.turnServer('silent'),
      'fix.wait': ({ real }) => real.turnServer('well'),
    },
  })
  await stage.asks()
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})

/** A stage whose server is reached over a link of ours, on which it is pinned too. */
function openLinkedStage(more: Pick<StageOptions<Link>, 'change' | 'before'>): Promise<Stage<Link>> {
  return openStage<Link>({
    prepare: async ({ real }) => {
      const link = await openLink(real.address(), real.server)
      onTestFinished(link.close)
      return link
    },
    ...more,
    change: (harbour, scene) => {
      const { host, port } = scene.prepared
      for (const { sshd } of scene.real.hosts)
        appendFileSync(harbour.repository.ssh.knownHosts, sshd.pin({ host, port }))
      for (const server of harbour.vps.hosts) Object.assign(server, { host, port })
      more.change?.(harbour, scene)
    },
  })
}

/** The script says each time that it has begun, and waits for a sign; at most a minute. */
const WAITING =
  'echo begun >>"$1/running"; n=0; until [ -e "$1/go" ] || [ $n = 600 ]; do sleep 0.1; n=$((n + 1)); done; shift; exec "$@"'

const saidIn = (file: string) => readFile(file, 'utf8').catch(() => '')

test('a link that vanishes while the deployment script runs, without a word, costs time and nothing else', async () => {
  const stage = await openLinkedStage({
    change: ({ vps }, { folder }) => {
      vps.deploy = ['sh', '-c', WAITING, 'deploy', folder, ...vps.deploy]
    },
  })
  const { folder, prepared: link } = stage
  await stage.asks()
  await stage.approves()
  const running = join(folder, 'running')
  await until(() => saidIn(running), { what: 'the deployment script runs', withinMs: LONG_MS })
  link.vanish()
  await writeFile(join(folder, 'go'), '')
  link.comeBack()
  expect(await stage.ends('complete')).toEqual([])
  expect(await saidIn(running)).toBe('begun\n')
})

/** Bytes of a web build that take their time on a slow link. */
const LARGE = 3_000_000

test('a slow upload takes its time, and people are answered meanwhile', async () => {
  const stage = await openLinkedStage({
    change: ({ build }) => {
      build.targets.web.run.push(['sh', '-c', `head -c ${LARGE} /dev/urandom >build/web/picture.bin`])
    },
    before: { 'vps.stage:pier 1': ({ prepared }) => prepared.slow(LARGE / 30) },
  })
  const { prepared: link } = stage
  await stage.asks()
  await until(async () => link.passed() > LARGE / 10, { what: 'the upload is under way', withinMs: LONG_MS })
  await stage.asks('/slipway status')
  await stage.slack.until(() => stage.slack.messages().filter(({ thread_ts }) => thread_ts === undefined).length === 2)
  expect(link.passed()).toBeLessThan(LARGE)
  link.slow(Number.POSITIVE_INFINITY)
  await stage.approves()
  expect(await stage.ends('complete')).toEqual([])
})
