/** From the checked file to the projects of the house: names, minutes and absolute paths filled in. */
import { posix } from 'node:path'
import type { BuildRules, Isolation, Project, Publish, SshAccess, StepBounds, Vps } from '../release/project.ts'
import type { WrittenConfiguration, WrittenProject } from './schema.ts'
import { commandList, jumpOf, minutesOf } from './words.ts'

/** Where the file lies and whose it is, both absolute, so that every path can be made absolute. */
export interface Surroundings {
  readonly file: string
  readonly home: string
}

type WrittenAccess = WrittenProject['repository']['ssh']
type Resolve = (path: string) => string

/** The projects in the order of the file. */
export function projectsOf(written: WrittenConfiguration, where: Surroundings): readonly Project[] {
  const resolve: Resolve = (path) =>
    path.startsWith('~/') ? posix.join(where.home, path.slice(2)) : posix.resolve(posix.dirname(where.file), path)
  return Object.entries(written.projects).map(([name, project]) => projectOf(name, project, written, resolve))
}

function projectOf(name: string, written: WrittenProject, file: WrittenConfiguration, resolve: Resolve): Project {
  const { aur, vps, verify, repository, ...plain } = written
  return {
    ...plain,
    name,
    title: written.title ?? name,
    repository: { ...repository, ssh: sshOf(repository.ssh, resolve) },
    build: buildOf(written.build, resolve),
    ...(aur === undefined ? {} : { aur: { ...aur, ssh: sshOf(aur.ssh, resolve) } }),
    ...(vps === undefined ? {} : { vps: vpsOf(vps, resolve) }),
    verify: verifyOf(verify, resolve),
    deadlines: boundsOf(written.deadlines),
    roles: file.roles,
    people: file.people,
  }
}

/** The packed target stands first, so that what others wait for is built first. */
function buildOf(written: WrittenProject['build'], resolve: Resolve): BuildRules {
  const { publish, targets, clean, doctor, isolation, ...plain } = written
  const first = written.package?.target
  const named = Object.entries(targets).map(([name, { run, ...target }]) => ({
    ...target,
    name,
    run: commandList(run),
  }))
  return {
    ...plain,
    isolation: isolationOf(isolation, resolve),
    clean: commandList(clean),
    ...(doctor === undefined ? {} : { doctor: commandList(doctor) }),
    targets: [...named.filter(({ name }) => name === first), ...named.filter(({ name }) => name !== first)],
    ...(publish === undefined ? {} : { publish: publishOf(publish, resolve) }),
  }
}

function isolationOf(written: WrittenProject['build']['isolation'], resolve: Resolve): Isolation {
  if (written?.kind !== 'bubblewrap') return written ?? { kind: 'none' }
  return { ...written, read: written.read.map(resolve) }
}

function publishOf(written: NonNullable<WrittenProject['build']['publish']>, resolve: Resolve): Publish {
  switch (written.kind) {
    case 'directory':
      return { ...written, directory: resolve(written.directory) }
    case 'sftp':
      return { ...written, ssh: sshOf(written.ssh, resolve) }
    case 'command':
      return { ...written, run: commandList(written.run) }
    case 'tag':
      return written
  }
}

function vpsOf(written: NonNullable<WrittenProject['vps']>, resolve: Resolve): Vps {
  const hosts = written.hosts.map((host) => ({ ...host, ssh: sshOf(host.ssh, resolve) }))
  return { ...written, hosts, stage: commandList(written.stage) }
}

function verifyOf(written: WrittenProject['verify'], resolve: Resolve): Project['verify'] {
  const { ca, deadline, rows, ...plain } = written
  return {
    ...plain,
    ...(ca === undefined ? {} : { ca: resolve(ca) }),
    deadlineMinutes: minutesOf(deadline),
    rows: rows.map(({ name, run }) => ({ name, run: commandList(run) })),
  }
}

function sshOf(written: WrittenAccess, resolve: Resolve): SshAccess {
  const { key, knownHosts, agent, jump } = written
  return {
    agent,
    ...(key === undefined ? {} : { key: resolve(key) }),
    ...(knownHosts === undefined ? {} : { knownHosts: resolve(knownHosts) }),
    ...(jump === undefined ? {} : { jump: jumpOf(jump) }),
  }
}

/** A bare number is the minutes a step may take. */
function boundsOf(written: WrittenProject['deadlines']): Project['deadlines'] {
  const bounds = Object.entries(written).flatMap(([step, value]): [string, StepBounds][] => {
    if (value === undefined) return []
    if (typeof value === 'number') return [[step, { minutes: value }]]
    const { minutes, quiet } = value
    return [[step, { ...(minutes !== undefined && { minutes }), ...(quiet !== undefined && { quiet }) }]]
  })
  return Object.fromEntries(bounds)
}
