/** What lies staged on a server, as whoever relies on it asks for it, and what is wrong with a server that cannot take it. */
import { SERVER_GIT_ENVIRONMENT, serverGit } from '../../argv/server.ts'
import { evidenceOf } from '../../release/evidence.ts'
import type { Facts } from '../../release/facts.ts'
import { isProblem, type Problem, problem } from '../../release/problems.ts'
import type { Context } from '../step.ts'
import { type Remote, remote, type Server } from './server.ts'
import { stagingOf } from './staging.ts'

/** The head of the pinned origin. */
export function pinnedHead(facts: Facts): Remote {
  const head = ['rev-parse', '--verify', `refs/heads/${facts.project.repository.branch}^{commit}`]
  return remote(facts, serverGit(stagingOf(facts).pin, head), { env: SERVER_GIT_ENVIRONMENT })
}

/** The sum of the tarball on the server. */
export function stagedSum(facts: Facts): readonly Remote[] {
  return facts.project.vps?.upload ? [remote(facts, ['sha256sum', stagingOf(facts).tarball])] : []
}

/** The sum that the build left for what is uploaded. */
export function expectedSum({ facts, deployment }: Context): string | undefined {
  const target = facts.project.vps?.upload?.target
  const sum = target === undefined ? undefined : evidenceOf(deployment)[`output:${target}`]
  return typeof sum === 'string' ? sum : undefined
}

/** The hex sum that `sha256sum` printed before the file's name. */
export async function sumOf(server: Server, action: Remote): Promise<string | Problem> {
  const answer = await server.tell(action)
  return isProblem(answer) ? answer : answer.replace(/^\\/, '').slice(0, 64)
}

/** The server has a commit that the release does not contain, so a pull could not fast-forward. */
export function diverged(facts: Facts, server: Server): Problem {
  const { name, user, host: address, port, directory } = server.host
  const [found, commit] = [facts.known.keptCommit.slice(0, 12), facts.known.commit.slice(0, 12)]
  return problem('vps.diverged', { name, user, address, port, directory, found, commit })
}
