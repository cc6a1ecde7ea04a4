/** The rows about what visitors reach, and about the commit each server is on. */
import { SERVER_GIT_ENVIRONMENT, serverGit } from '../../argv/server.ts'
import { remoteLine } from '../../argv/ssh.ts'
import { isSshFault } from '../../ports/ssh.ts'
import type { Facts } from '../../release/facts.ts'
import type { Row } from '../../release/matrix/rows.ts'
import type { Reading } from '../../release/matrix.ts'
import type { Host } from '../../release/project.ts'
import { answersInARow } from '../../release/served.ts'
import { type Served, servedVersion, versionAddress } from '../served-version.ts'
import { webAccess } from '../web-access.ts'
import { noAnswer, programFault, type Reader } from './look.ts'

const ANSWER_MS = 20_000

/** The version and build number that the application serves: several times in a row where any of several servers may answer. */
export const webVersion: Reader = {
  describe: ({ project }) => [{ do: 'request', url: versionAddress(project.verify.app ?? '') }],
  async read({ facts, ports }, { expected }) {
    const { project } = facts
    const wanted = answersInARow(project)
    for (let nth = 1; ; nth += 1) {
      const served = await servedVersion(ports.http, project, project.verify.app ?? '', expected)
      const reading = servedReading(served, 'the server')
      const isRight = 'found' in reading && reading.found === expected
      if (!isRight) return nth === 1 ? reading : nthOf(reading, `answer ${nth} of ${wanted}`)
      if (nth === wanted) return reading
    }
  },
}

/** The same of one server, at the address at which it alone answers. */
export const serverVersion: Reader = {
  describe: (facts, _, row) => [{ do: 'request', url: versionAddress(hostOf(facts, row).app ?? '') }],
  async read({ facts, ports }, row) {
    const { name, app = '' } = hostOf(facts, row)
    return servedReading(await servedVersion(ports.http, facts.project, app, row.expected), name)
  },
}

/** The main site, over TLS that a visitor's browser accepts. */
export const site: Reader = {
  describe: ({ project }) => [{ do: 'request', url: project.verify.site ?? '' }],
  async read({ facts, ports }) {
    const { site: url = '' } = facts.project.verify
    const options = { timeoutMs: ANSWER_MS, ...webAccess(facts.project) }
    const asked = await ports.http.get(url, { ...options, method: 'HEAD' })
    const answer = asked.ok && NO_HEAD.has(asked.status) ? await ports.http.get(url, options) : asked
    if (!answer.ok) return noAnswer(answer, 'the server')
    const secure = answer.url.startsWith('https:')
    return { found: secure ? `HTTP ${answer.status}` : `HTTP ${answer.status} without TLS, at ${answer.url}` }
  },
}

/** The commit a server's checkout is on, asked over ssh. */
export const serverCommit: Reader = {
  describe: (facts, _, row) => {
    const host = hostOf(facts, row)
    return [{ do: 'remote', host: host.name, argv: headOf(host), env: SERVER_GIT_ENVIRONMENT }]
  },
  async read({ facts, ports }, row) {
    const host = hostOf(facts, row)
    const session = await ports.ssh.connect(host)
    if (isSshFault(session)) return noAnswer(session, host.name)
    const line = remoteLine(headOf(host), { env: SERVER_GIT_ENVIRONMENT })
    const exit = await session.exec(line, { timeoutMs: ANSWER_MS })
    if (isSshFault(exit)) return noAnswer(exit, host.name)
    return exit.code === 0 ? { found: exit.stdout.trim() } : { fault: programFault(exit) }
  },
}

/** Servers that answer only to GET say so. */
const NO_HEAD: ReadonlySet<number> = new Set([405, 501])

function servedReading(served: Served, of: string): Reading {
  if (served.release !== undefined || served.fault === undefined) return { found: served.said }
  return noAnswer({ ok: false, code: served.fault, message: served.said }, of)
}

function nthOf(reading: Reading, which: string): Reading {
  if ('found' in reading) return { ...reading, found: `${reading.found} (${which})` }
  return { ...reading, fault: `${reading.fault} (${which})` }
}

function headOf({ directory }: Host): readonly string[] {
  return serverGit(directory, ['rev-parse', 'HEAD'])
}

function hostOf({ project }: Facts, { id }: Row): Host {
  const host = project.vps?.hosts.find(({ name }) => id.endsWith(`:${name}`))
  if (host === undefined) throw new Error(`a row names a host that the configuration lacks: ${id}`)
  return host
}
