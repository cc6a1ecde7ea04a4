/** Whether what the repository executes can be kept away from the bot's keys, as `build.isolation` says: proved by doing it. */
import { dirname } from 'node:path'
import { becoming, builderOf, isolate } from '../../argv/isolation.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { openWay } from '../hand-over.ts'
import type { Action, Context } from '../step.ts'

type Command = Action & { readonly do: 'command' }
export type IsolationActions = ReturnType<typeof describeIsolation>

/** `programs` are the ones that builds start; a dry run has other folders, which its builder may not be able to enter. */
export function describeIsolation({ project, folders }: Facts, programs: readonly string[]) {
  const { isolation } = project.build
  const builder = builderOf(isolation)
  const reach = { writes: folders.home, network: false }
  const asBuilder = (argv: readonly string[]): Command[] =>
    builder === undefined ? [] : [{ do: 'command', argv: [...becoming(builder, folders.home), ...argv] }]
  const apart: Command = { do: 'command', argv: isolate(['true'], isolation, reach, { home: folders.home }) }
  const words = [...closed(project, folders).map((path) => `key:${path}`), ...programs.map((name) => `program:${name}`)]
  const look: Command = { do: 'command', argv: ['sh', '-c', LOOK, 'sh', ...words], isolated: reach }
  return {
    builder: builder === undefined ? [] : [{ do: 'command', argv: ['id', '-u', '--', builder] } satisfies Command],
    asBuilder: asBuilder(['id', '-u']),
    apart: isolation.kind === 'user' ? [apart] : [],
    enter: asBuilder(['test', '-x', folders.builds]),
    look: isolation.kind === 'none' ? [] : [look],
  }
}

/** Looks around from inside, and names each key that can be read and each program that cannot be found. */
const LOOK = [
  'for each do case $each in',
  'key:*) [ ! -r "${each#key:}" ] || echo "$each";;',
  'program:*) command -v "${each#program:}" >/dev/null || echo "$each";;',
  'esac done',
].join('\n')

/** What nothing that is isolated may read. */
function closed({ repository, aur, build, vps }: Project, { logs, signingKey }: Facts['folders']): readonly string[] {
  const published = build.publish?.kind === 'sftp' ? [build.publish.ssh] : []
  const accesses = [
    repository.ssh,
    ...(aur ? [aur.ssh] : []),
    ...published,
    ...(vps?.hosts ?? []).map(({ ssh }) => ssh),
  ]
  return [...new Set([...accesses.flatMap(({ key }) => key ?? []), `${dirname(dirname(logs))}/open`, logs, signingKey])]
}

/** Nothing where the isolation holds; otherwise why not, each with the command that helps. */
export async function checkIsolation(context: Context, actions: IsolationActions): Promise<readonly Problem[]> {
  const { isolation } = context.facts.project.build
  const builder = builderOf(isolation)
  if (isolation.kind === 'bubblewrap' && builder === undefined && context.ports.processes.user.id === 0)
    return [problem('preflight.isolation-root', {})]
  const failed = builder === undefined ? [] : await checkBuilder(context, actions, builder)
  if (failed.length > 0) return failed
  return context.dryRun && builder !== undefined ? [] : lookAround(context, actions.look)
}

/** The builder exists, can be switched to, is kept apart, and can enter the folder it builds in. */
async function checkBuilder(context: Context, actions: IsolationActions, user: string): Promise<readonly Problem[]> {
  const wanted = await numberOf(context, actions.builder)
  if (wanted === undefined) return [problem('preflight.isolation-user-missing', { user })]
  const { id, name: self } = context.ports.processes.user
  const got = id === 0 ? await numberOf(context, actions.asBuilder) : undefined
  if (got !== wanted) return [problem('preflight.isolation-no-switch', { user, self })]
  const together = await keptApart(context, actions.apart)
  return context.dryRun || together.length > 0 ? together : canEnter(context, actions.enter, user)
}

async function keptApart(context: Context, [action]: readonly Command[]): Promise<readonly Problem[]> {
  const exit = action && (await context.execute(action))
  return exit === undefined || exit.code === 0 ? [] : [problem('preflight.isolation-together', {}, lastWords(exit))]
}

async function canEnter(context: Context, [action]: readonly Command[], user: string): Promise<readonly Problem[]> {
  const { builds: folder, home } = context.facts.folders
  await openWay(context.facts.folders, context.ports, home)
  const exit = action && (await context.execute(action))
  return exit?.code === 0 ? [] : [problem('preflight.isolation-no-way-in', { user, folder })]
}

async function numberOf(context: Context, [action]: readonly Command[]): Promise<string | undefined> {
  const exit = action && (await context.execute(action))
  return exit?.code === 0 ? exit.stdout.trim() : undefined
}

async function lookAround(context: Context, [look]: readonly Command[]): Promise<readonly Problem[]> {
  if (look === undefined) return []
  const exit = await context.execute(look)
  if (exit.code !== 0) return [await cannotStart(context, exit)]
  const said = exit.stdout.split('\n')
  const after = (mark: string) => said.flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []))
  const keys = after('key:').map((path) => problem('preflight.isolation-key', { path }))
  const hidden = await Promise.all(after('program:').map((name) => hiddenProgram(context, name)))
  return [...keys, ...hidden.flat()]
}

/** One that is nowhere on this machine is told by another check. */
async function hiddenProgram({ ports, facts }: Context, program: string): Promise<readonly Problem[]> {
  const path = await ports.processes.find(program)
  if (path === undefined) return []
  const { isolation } = facts.project.build
  const told = problem('preflight.isolation-program', { program, path })
  if (isolation.kind !== 'bubblewrap') return [told]
  const folder = dirname(path).replace(/(?<=.)\/s?bin$/, '')
  const user = isolation.user === undefined ? '' : `user: ${isolation.user}, `
  const read = [...isolation.read, folder].map((each) => JSON.stringify(each)).join(', ')
  return [{ ...told, lines: `build:\n  isolation: { kind: bubblewrap, ${user}read: [${read}] }` }]
}

/** Where a machine keeps its users from what bubblewrap needs, and how to allow it. */
const SWITCHES = [
  ['/proc/sys/kernel/unprivileged_userns_clone', '0', 'sysctl -w kernel.unprivileged_userns_clone=1'],
  [
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    '1',
    'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
  ['/proc/sys/user/max_user_namespaces', '0', 'sysctl -w user.max_user_namespaces=15000'],
] as const

async function cannotStart({ facts, ports }: Context, exit: Exit): Promise<Problem> {
  const words = lastWords(exit)
  if (facts.project.build.isolation.kind !== 'bubblewrap')
    return problem('preflight.isolation-refused', { code: exit.code ?? exit.ended }, words)
  if (exit.ended === 'not-found' || /bwrap.*No such file/.test(exit.stderr))
    return problem('preflight.bubblewrap-missing', {})
  for (const [file, off, shell] of SWITCHES)
    if ((await ports.files.read(file))?.trim() === off) return problem('preflight.bubblewrap-refused', { shell }, words)
  const shell = 'bwrap --ro-bind / / --unshare-user --unshare-pid --proc /proc true  # has to end without a word'
  return problem('preflight.bubblewrap-refused', { shell }, words)
}

function lastWords({ stderr }: Exit): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-3)
}
