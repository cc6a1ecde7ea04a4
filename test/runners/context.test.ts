/** The environment of what a step runs: the bot's own git may use the agent, repository content gets only what is named. */
import { expect, test } from 'vitest'
import { git } from '../../src/argv/git.ts'
import { isolate } from '../../src/argv/isolation.ts'
import type { Command } from '../../src/ports/shell.ts'
import type { Isolation } from '../../src/release/project.ts'
import type { Action, Runner } from '../../src/runners/step.ts'
import { project } from '../release/sample.ts'
import { makeBench } from './make-context.ts'
import { realPorts } from './real-ports.ts'

const BOT: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin',
  HOME: '/home/bot',
  SSH_AUTH_SOCK: '/run/agent',
  SLACK_BOT_TOKEN: 'a token',
  FORGE_TOKEN: 'the token of a forge',
  PUB_CACHE: '/cache',
}
const nothing: Runner = { describe: () => ({}), run: async () => ({ ok: true, evidence: {} }) }

/** The environment that a command of a step is started with, by a bot with a full environment of its own. */
async function environmentOf(action: Action & { readonly do: 'command' }) {
  const started: Command[] = []
  const { processes } = realPorts()
  const bench = makeBench({
    project: { build: { ...project.build, environment: ['PUB_CACHE'] } },
    ports: {
      processes: {
        ...processes,
        environment: (names) => Object.fromEntries(names.flatMap((name) => (BOT[name] ? [[name, BOT[name]]] : []))),
      },
      shell: {
        run: async (command) => {
          started.push(command)
          return { code: 0, signal: null, stdout: '', stderr: '', truncated: false, ended: 'itself' }
        },
      },
    },
  })
  await bench.context(nothing, 'build.clean:linux').execute(action)
  return { env: started[0]?.env ?? {}, folders: bench.folders }
}

test("the bot's own git reaches the ssh agent, and nothing of the bot's HOME or tokens", async () => {
  const { env } = await environmentOf(git('/', ['ls-remote'], { access: { agent: true } }))
  expect(env.SSH_AUTH_SOCK).toBe('/run/agent')
  expect(env.GIT_SSH_COMMAND).not.toContain('IdentityAgent')
  expect(env.HOME).not.toBe(BOT.HOME)
  expect(env).not.toHaveProperty('SLACK_BOT_TOKEN')
})

test('what executes repository content gets the named variables, a HOME of its own, and no agent', async () => {
  const { env, folders } = await environmentOf({
    do: 'command',
    argv: ['make'],
    isolated: { writes: '/clone', network: true },
  })
  expect(env).toEqual({ LANG: 'C.UTF-8', PATH: BOT.PATH, PUB_CACHE: '/cache', HOME: folders.home })
})

test('what publishes gets its own variables besides, which nothing else does', async () => {
  const { env } = await environmentOf({
    do: 'command',
    argv: ['gh', 'release', 'create'],
    isolated: { writes: '/clone', network: true },
    variables: ['FORGE_TOKEN'],
  })
  expect(env).toMatchObject({ PUB_CACHE: '/cache', FORGE_TOKEN: 'the token of a forge' })
  expect(env).not.toHaveProperty('SLACK_BOT_TOKEN')
})

const AS_BUILDER = [
  ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  ...['runuser', '-u', 'builder', '--', 'setpriv', '--no-new-privs', 'env', 'HOME=/home', 'make'],
]
test.each([
  ['none', { kind: 'none' }, ['make']],
  ['a user', { kind: 'user', user: 'builder' }, AS_BUILDER],
] as const)('isolation by %s starts what it says', (_, isolation, argv) => {
  expect(isolate(['make'], isolation, { writes: '/clone', network: true }, { home: '/home' })).toEqual(argv)
})

test.skipIf(process.getuid?.() !== 0)(
  'as a user nothing outlives its command, whatever it clears and leaves, and no network is there where none is needed',
  async () => {
    const name = 'sleep 98.76543'
    const daemon = `env -i PATH="$PATH" setsid sh -c '${name} &' </dev/null >/dev/null 2>&1`
    const running = async () => (await shell.run({ argv: ['ps', '-eo', 'args'] })).stdout.includes(name)
    const { shell } = realPorts()
    const start = (script: string) =>
      shell.run({
        argv: isolate(
          ['sh', '-c', script],
          { kind: 'user', user: 'nobody' },
          { writes: '/', network: false },
          { home: '/' },
        ),
      })
    const exit = await start(`${daemon}; ps -eo args; cat /proc/net/dev; exit 7`)
    expect(exit).toMatchObject({ code: 7, signal: null, ended: 'itself' })
    expect(exit.stdout).toContain(name)
    expect(exit.stdout).not.toMatch(/^ *(?!lo:)\w+: /m)
    expect(await running()).toBe(false)
  },
)

test.each([
  ['with its network', true, false],
  ['without any', false, true],
])('bubblewrap starts it %s, with one folder and a HOME to write', (_, network, cut) => {
  const isolation = { kind: 'bubblewrap', read: ['/opt/flutter'] } as const
  const line = isolate(['make'], isolation, { writes: '/clone', network }, { home: '/home/b', cwd: '/clone/web' }).join(
    ' ',
  )
  expect(line.includes('--unshare-net')).toBe(cut)
  expect(line.match(/--bind \S+ \S+/g)).toEqual(['--bind /home/b /home/b', '--bind /clone /clone'])
  expect(line).toContain('--ro-bind /opt/flutter /opt/flutter')
  expect(line).toMatch(/--chdir \/clone\/web -- make$/)
})

test('root is never put into bubblewrap as itself', async () => {
  const { exit, started } = await runAs(0, { kind: 'bubblewrap', read: [] })
  expect([exit.ended, started]).toEqual(['not-started', []])
  expect((await runAs(1000, { kind: 'bubblewrap', read: [] })).started[0]?.[0]).toBe('bwrap')
})

async function runAs(id: number, isolation: Isolation) {
  const { processes } = realPorts()
  const bench = makeBench({
    project: { build: { ...project.build, isolation } },
    ports: {
      processes: { ...processes, user: { id, name: 'bot' } },
      shell: {
        run: async () => ({ code: 0, signal: null, stdout: '', stderr: '', truncated: false, ended: 'itself' }),
      },
    },
  })
  const isolated = { writes: '/clone', network: false }
  const exit = await bench.context(nothing, 'build.clean:linux').execute({ do: 'command', argv: ['make'], isolated })
  return { exit, started: bench.ran }
}
