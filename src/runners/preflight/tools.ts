/** preflight.tools: the programs a release starts are here and new enough, and builds can be isolated as configured. */
import { git } from '../../argv/git.ts'
import type { Exit } from '../../ports/shell.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Project } from '../../release/project.ts'
import { installCommand } from '../install-command.ts'
import { outcomeOf } from '../outcome.ts'
import { type Action, type Context, step } from '../step.ts'
import { checkIsolation, describeIsolation } from './isolation.ts'

type Actions = ReturnType<typeof describe>
type Command = Action & { readonly do: 'command' }

export const tools = step({ describe, run })

/** The first git that reads configuration from GIT_CONFIG_COUNT, which the pinned origin of a server needs. */
const OLDEST_GIT = [2, 31] as const

function describe(facts: Facts) {
  const { project } = facts
  const makepkg: Command[] = project.aur ? [{ do: 'command', argv: ['makepkg', '--version'] }] : []
  const ssh: Command = { do: 'command', argv: ['ssh', '-V'] }
  return {
    git: git('/', ['--version']),
    ssh,
    makepkg,
    programs: programsOf(project).map((program): Action => ({ do: 'own', what: `find ${program} on the PATH` })),
    ...describeIsolation(facts, programsOf(project)),
  }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  const { actions, ports } = context
  const gitExit = await context.execute(actions.git)
  const sshExit = await context.execute(actions.ssh)
  const makepkgExits = await Promise.all(actions.makepkg.map((action) => context.execute(action)))
  const programs = await Promise.all(
    programsOf(context.facts.project).map(async (name) => [name, await locate(ports, name)] as const),
  )
  const problems = [
    ...checkGit(gitExit),
    ...(sshExit.ended === 'not-found' ? [missing('ssh')] : []),
    ...(await Promise.all(makepkgExits.map((exit) => checkMakepkg(context, exit)))).flat(),
    ...programs.flatMap(([name, path]) => (path === undefined ? [missing(name)] : [])),
    ...(await checkIsolation(context, actions)),
  ]
  const found = { git: versionOf(gitExit), ssh: firstLine(sshExit) }
  const makepkg = makepkgExits.map((exit): [string, string] => ['makepkg', firstLine(exit)])
  const paths = programs.map(([name, path]): [string, string] => [`program:${name}`, path ?? 'missing'])
  return outcomeOf(context, problems, { ...found, ...Object.fromEntries([...makepkg, ...paths]) })
}

/**
 * First words of what runs on this machine that are looked up on the PATH, also of what runs only once users have the release or
 * something has failed; a path is a file of the repository or of the system.
 */
function programsOf({ build, verify }: Project): readonly string[] {
  const publish = build.publish?.kind === 'command' ? build.publish.run : []
  const later = [...(build.doctor ?? []), ...verify.rows.flatMap(({ run }) => run)]
  const commands = [...build.clean, ...build.targets.flatMap((target) => target.run), ...publish, ...later]
  const names = commands.flatMap(([program]) => (program === undefined || program.startsWith('.') ? [] : [program]))
  return [...new Set(names.filter((name) => name.startsWith('/') || !name.includes('/')))]
}

async function locate({ files, processes }: Context['ports'], program: string): Promise<string | undefined> {
  if (!program.startsWith('/')) return processes.find(program)
  return (await files.exists(program)) ? program : undefined
}

function checkGit(exit: Exit): readonly Problem[] {
  if (exit.code !== 0) return [missing('git')]
  const [major = 0, minor = 0] = versionOf(exit).split('.').map(Number)
  const isNewEnough = (major - OLDEST_GIT[0] || minor - OLDEST_GIT[1]) >= 0
  const values = {
    program: 'git',
    where: 'the machine of the bot',
    found: versionOf(exit),
    needed: OLDEST_GIT.join('.'),
  }
  return isNewEnough ? [] : [problem('preflight.tool-too-old', { ...values, install: installCommand('git') })]
}

/** Pacman's own makepkg refuses root whatever it is asked to do, and needs a bsdtar that Debian's package does not bring. */
async function checkMakepkg({ facts, ports }: Context<Actions>, exit: Exit): Promise<readonly Problem[]> {
  if (exit.code !== 0) return [missing('makepkg')]
  if (!/\(pacman\)/.test(firstLine(exit))) return []
  const asRoot = ports.processes.user.id === 0 && facts.project.build.isolation.kind === 'none'
  const hasBsdtar = (await ports.processes.find('bsdtar')) !== undefined
  return [...(asRoot ? [problem('preflight.makepkg-root', {})] : []), ...(hasBsdtar ? [] : [missing('bsdtar')])]
}

const PURPOSES: Readonly<Record<string, string>> = {
  git: 'Everything a release does begins with git.',
  ssh: 'git reaches the origin and the AUR through ssh.',
  bsdtar: 'makepkg packs and unpacks with it.',
  makepkg: 'The AUR package is built and tested with it before anything is submitted.',
}

function missing(program: string): Problem {
  const purpose = PURPOSES[program] ?? 'A command in slipway.yaml starts with it.'
  return problem('preflight.tool-missing', { program, purpose, install: installCommand(program) })
}

function versionOf({ stdout }: Exit): string {
  return /\d+\.\d+(?:\.\d+)*/.exec(stdout)?.[0] ?? 'unknown'
}

/** ssh prints its version as an error. */
function firstLine({ stdout, stderr }: Exit): string {
  return (stdout.trim() || stderr.trim()).split('\n')[0] ?? ''
}
