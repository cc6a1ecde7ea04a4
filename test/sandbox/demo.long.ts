/** The demo as a process: what it says where it cannot begin, and that nothing of it stays when it is told to end. */
import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { leave } from '../canary/leave.ts'
import { ANA, BEN } from '../discord-server/bot.ts'
import { createDiscordServer } from '../discord-server/server.ts'
import { createSlackServer, type SlackServer } from '../slack-server/server.ts'
import { APP } from '../slack-server/state.ts'
import { shown } from '../stories/discord-scene.ts'
import * as slack from '../stories/slack-scene.ts'
import { DONE } from '../stories/titles.ts'

const DEMO = join(import.meta.dirname, '..', '..', 'sandbox', 'demo.ts')
const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples')
const MARK = 'SLIPWAY_DEMO_TEST'
/** The kind of answer that opens a form. */
const MODAL = 9

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'))
  await chmod(folder, 0o711)
})

test.each([
  ['a folder for temporary files that is not there', [], { TMPDIR: '/nowhere' }, 'cannot write to /nowhere'],
  ['an option that it does not know', ['--keeep'], {}, 'npm run demo -- --keep'],
  ['Discord without its settings', ['--discord'], {}, '--discord needs DISCORD_TOKEN, DISCORD_APPLICATION_ID and'],
  ['Slack without its settings', ['--slack'], {}, '--slack needs SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or'],
])('%s is told in one sentence', async (_, args, env, words) => {
  const demo = start(args, env)
  expect(await demo.ended).toBe(1)
  expect(demo.said()).toContain(words)
  expect(demo.said()).not.toContain('    at ')
})

test.each([
  ['while its world is being made', 'SIGINT', '', 130],
  ['in the middle of a release', 'SIGTERM', 'Build and package: ', 143],
] as const)(
  'told to end %s, by %s, it leaves no process and says where its folder is',
  async (_, signal, when, code) => {
    const demo = start([], { TMPDIR: folder })
    await demo.hasSaid(when)
    demo.child.kill(signal)
    expect(await demo.ended).toBe(code)
    expect(demo.said()).toContain(`The sandbox has ended. What it made is in ${folder}/slipway-demo-`)
    expect(demo.said()).not.toContain('    at ')
    expect(await marked(demo.mark)).toEqual([])
  },
)

test('in Discord it is asked for and approved there, and ends when it is told to', async () => {
  const server = await createDiscordServer()
  const demo = start(['--discord'], {
    TMPDIR: folder,
    DISCORD_TOKEN: server.token,
    DISCORD_APPLICATION_ID: server.applicationId,
    DISCORD_GUILD_ID: server.guildId,
    DISCORD_API_URL: server.apiUrl,
  })
  await server.until(() => server.state.commands.length > 0)
  await server.gateway.connected()
  server.types(ANA, 'deploy 3.1.3')
  await shown(server, '#1: submit harbour', (text) => text.includes('[Approve'))
  const asked = server.presses(BEN, 'Approve')
  await server.until(() => asked.acknowledged === MODAL)
  server.submits(BEN, asked, '')
  await shown(server, DONE, (text) => text.includes(`<@${ANA.id}>`))
  demo.child.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  expect(demo.said()).not.toContain(server.token)
  expect(await marked(demo.mark)).toEqual([])
  await server.close()
}, 180_000)
test('in Slack it is asked for and approved there, by whoever is there', async () => {
  const server = await createSlackServer(slack.ANA, slack.EVE)
  const demo = start(['--slack'], settingsFor(server))
  await demo.hasSaid('Everybody there may deploy and approve here.')
  await server.types(slack.ANA, '/deploy 3.1.3')
  await slack.shown(server, '#1: submit harbour', (_, message) => slack.labelsOf(message).length > 0)
  await server.presses(slack.EVE, 'Approve')
  await server.until(() => server.state.views.length > 0)
  await server.submits(slack.EVE, '')
  await slack.shown(server, DONE, (_, { thread_ts }) => thread_ts !== undefined)
  demo.child.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  expect(server.refusals).toEqual([])
  expect(await marked(demo.mark)).toEqual([])
  await server.close()
}, 180_000)

test('in Slack it keeps to the roles of one’s own configuration', async () => {
  const ana = { id: 'U012AB3CD', name: 'Ana' }
  const server = await createSlackServer(ana, slack.EVE)
  const file = join(folder, 'slipway.yaml')
  await copyFile(join(EXAMPLES, 'cloudtolocalllm.yaml'), file)
  await chmod(file, 0o600)
  const demo = start(['--slack'], { ...settingsFor(server), SLIPWAY_CONFIG: file })
  await demo.hasSaid(`Who may deploy and approve is as for CloudToLocalLLM in ${file}.`)
  await server.types(slack.EVE, '/deploy 3.1.3')
  await server.until(() => slack.whispered(server, slack.EVE).includes('Eve may not deploy'))
  await server.types(ana, '/deploy 3.1.3')
  await slack.shown(server, '#1: ')
  demo.child.kill('SIGTERM')
  expect(await demo.ended).toBe(143)
  await server.close()
}, 180_000)

function settingsFor(server: SlackServer) {
  server.way = 'socket'
  return { SLACK_BOT_TOKEN: APP.botToken, SLACK_APP_TOKEN: APP.appToken, SLACK_API_URL: server.apiUrl, TMPDIR: folder }
}

function start(args: readonly string[], env: Readonly<Record<string, string>>) {
  const mark = `${process.pid}-${Math.random()}`
  const own = { PATH: process.env.PATH ?? '', HOME: folder, [MARK]: mark }
  const child = spawn(process.execPath, [DEMO, ...args], {
    env: { ...own, ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const heard: (() => void)[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
      for (const tell of heard.splice(0)) tell()
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve)).finally(() =>
    leave('program', said),
  )
  return {
    child,
    mark,
    ended,
    said: () => said,
    hasSaid: async (words: string) => {
      if (words === '') await worldBegins(mark)
      const tooEarly = ended.then(() => Promise.reject(new Error(`it ended: ${said}`)))
      while (!said.includes(words)) await Promise.race([tooEarly, new Promise<void>((told) => heard.push(told))])
      tooEarly.catch(() => undefined)
    },
  }
}

/** The demo and the process of its world are both there. */
async function worldBegins(mark: string): Promise<void> {
  while ((await marked(mark)).length < 2) await new Promise(setImmediate)
}

/** Processes with the mark in their environment. */
async function marked(mark: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      return environment.split('\0').includes(`${MARK}=${mark}`) ? [pid] : []
    }),
  )
  return found.flat()
}
