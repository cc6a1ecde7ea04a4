/** preflight.credentials: each key is tried on what it will have to do, without doing it. */
import { type GitCommand, git } from '../../argv/git.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Outcome } from '../../release/deployment.ts'
import type { Facts } from '../../release/facts.ts'
import { readGitAnswer } from '../../release/git-answers.ts'
import { type Problem, problem } from '../../release/problems.ts'
import type { Publish } from '../../release/project.ts'
import { outcomeOf } from '../outcome.ts'
import { type Remote, remoteProblem } from '../remote-problem.ts'
import { type Action, type Context, step } from '../step.ts'

type Actions = ReturnType<typeof describe>
type Sftp = Publish & { readonly kind: 'sftp' }

export const credentials = step({ describe, run })

const MINUTE = 60_000

function describe({ folders, project: { repository, aur, build } }: Facts) {
  const { url, branch, ssh } = repository
  const push = ['push', '--dry-run', '--porcelain', '--', url, `HEAD:refs/heads/${branch}`]
  const aurLook: GitCommand[] = aur ? [git('/', ['ls-remote', '--', aur.url], { access: aur.ssh })] : []
  const sftp = sftpOf(build.publish).map(
    ({ user, host, port }): Action => ({
      do: 'own',
      what: `connect to ${user}@${host}:${port} with sftp, change nothing`,
    }),
  )
  return { push: git(folders.clone, push, { access: ssh }), aur: aurLook, sftp }
}

async function run(context: Context<Actions>): Promise<Outcome> {
  if (context.dryRun) return untried(context)
  const { build } = context.facts.project
  const tried = await Promise.all([
    mayPush(context),
    reachesAur(context),
    ...sftpOf(build.publish).map((to) => mayUpload(context, to)),
  ])
  const names = ['origin', ...(context.facts.project.aur ? ['aur'] : []), ...sftpOf(build.publish).map(() => 'sftp')]
  const later =
    build.publish?.kind === 'command'
      ? ['the publish command brings its own credentials, which only running it can try']
      : []
  return outcomeOf(context, tried.flat(), { credentials: names }, later)
}

function untried({ facts: { project } }: Context<Actions>): Outcome {
  const keys = [
    'push to the origin',
    ...(project.aur ? ['the AUR'] : []),
    ...(project.build.publish ? ['the publishing place'] : []),
  ]
  return {
    ok: true,
    evidence: { credentials: [] },
    notes: [`not tried, since a dry run needs no write key: ${keys.join(', ')}`],
  }
}

/** A push that would be refused only because the branch moved on was allowed to push. */
async function mayPush(context: Context<Actions>): Promise<readonly Problem[]> {
  const { url, ssh } = context.facts.project.repository
  const exit = await context.execute(context.actions.push, { timeoutMs: MINUTE })
  const isAllowed = exit.code === 0 || readGitAnswer(`${exit.stdout}\n${exit.stderr}`) === 'moved'
  return isAllowed ? [] : [remoteProblem({ name: 'the origin', url, ssh }, exit)]
}

/** The AUR lets nobody read over ssh without a registered key. */
async function reachesAur(context: Context<Actions>): Promise<readonly Problem[]> {
  const { aur } = context.facts.project
  const [action] = context.actions.aur
  if (aur === undefined || action === undefined) return []
  const exit = await context.execute(action, { timeoutMs: MINUTE })
  const remote: Remote = { name: 'the AUR', url: aur.url, ssh: aur.ssh }
  return exit.code === 0 ? [] : [remoteProblem(remote, exit)]
}

async function mayUpload({ ports }: Context<Actions>, to: Sftp): Promise<readonly Problem[]> {
  const { host, user, directory } = to
  const session = await ports.ssh.connect({ ...to, name: host })
  if (isSshFault(session)) return [problem('preflight.sftp-unusable', { host, user, message: session.message })]
  if (directory.includes('{')) return []
  const size = await session.size(directory)
  if (isSshFault(size)) return [problem('preflight.sftp-unusable', { host, user, message: size.message })]
  return size === undefined ? [problem('preflight.sftp-folder-missing', { directory, host })] : []
}

function sftpOf(publish: Publish | undefined): readonly Sftp[] {
  return publish?.kind === 'sftp' ? [publish] : []
}
