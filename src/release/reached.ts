/** The hosts that a project reaches over ssh, jump hosts among them, and how a person reaches them from a shell. */
import { sshHostOf } from './git-answers.ts'
import type { Project, SshAccess } from './project.ts'

export interface Reached {
  readonly what: string
  /** Where in slipway.yaml its access stands. */
  readonly key: string
  readonly host: string
  readonly port: number
  readonly ssh: SshAccess
}

/** Each with the jump host before it that it lies behind. */
export function reached({ repository, aur, build, vps }: Project): readonly Reached[] {
  const origin = sshHostOf(repository.url)
  const package_ = aur && sshHostOf(aur.url)
  const { publish } = build
  const places: readonly Reached[] = [
    ...(origin ? [{ what: 'the origin', key: 'repository.ssh', ...origin, ssh: repository.ssh }] : []),
    ...(aur && package_ ? [{ what: 'the AUR', key: 'aur.ssh', ...package_, ssh: aur.ssh }] : []),
    ...(publish?.kind === 'sftp' ? [{ what: 'the publishing place', key: 'build.publish.ssh', ...publish }] : []),
    ...(vps?.hosts ?? []).map((host) => ({ ...host, what: `the server ${host.name}`, key: 'vps.hosts[].ssh' })),
  ]
  return places.flatMap((place) => [...jumpOf(place), place])
}

function jumpOf({ what, key, ssh: { jump, ...ssh } }: Reached): readonly Reached[] {
  return jump === undefined ? [] : [{ what: `the jump host of ${what}`, key, host: jump.host, port: jump.port, ssh }]
}

/** A command for a shell, led through the jump host of whom it is for. */
export function throughJumps(project: Project, shell: string): string {
  const places = reached(project)
  const jumpTo = (host: string, port: string) =>
    places.find((place) => place.host === host && place.port === Number(port) && place.ssh.jump)?.ssh.jump
  return shell
    .replace(/\bssh -p (\d+) (\S+)@(\S+)/g, (line, port, user, host) => {
      const jump = jumpTo(host, port)
      return jump ? `ssh -J ${jump.user}@${jump.host}:${jump.port} -p ${port} ${user}@${host}` : line
    })
    .replace(/\bssh-keyscan -p (\d+) (\S+)/g, (line, port, host) => {
      const jump = jumpTo(host, port)
      return jump ? `ssh -p ${jump.port} ${jump.user}@${jump.host} ${line}` : line
    })
}
