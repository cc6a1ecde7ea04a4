/** The sandbox's slipway.yaml for the world of real servers: git and every host over ssh, each pinned; Slack and Discord at once. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../../sandbox/configuration.ts'
import { ANA, BEN } from '../discord-server/bot.ts'
import { CHANNEL } from '../slack-server/state.ts'
import type { Sshd } from './sshd.ts'
import { type RealWorld, urlOver } from './world.ts'

export const ANA_IN_SLACK = { id: 'UANA', name: 'Ana' }
/** A channel in Discord where the end of every release is announced. */
export const NEWS = '900000000000000009'

/** As `repository.ssh` and `vps.hosts[].ssh` are written. */
export interface Access {
  key?: string
  knownHosts: string
  agent?: boolean
  jump?: string
}

export type RealConfiguration = ReturnType<typeof realConfiguration>
export type Harbour = RealConfiguration['projects']['harbour']

/** Ana deploys and Ben approves. */
export function realConfiguration(
  { projects: { harbour }, roles }: Configuration,
  real: RealWorld,
  discordChannel: string,
) {
  const { forge, hosts, origin, aur } = real
  const pins = pinAll(real, [forge, ...hosts.map(({ sshd }) => sshd)])
  return {
    projects: {
      harbour: {
        ...harbour,
        repository: { ...harbour.repository, url: urlOver(forge, origin.folder), ssh: accessTo(forge, pins) },
        aur: { ...harbour.aur, url: urlOver(forge, aur.folder), ssh: accessTo(forge, pins) },
        vps: {
          ...harbour.vps,
          restart: ['touch', 'build/restarted'],
          hosts: hosts.map(({ sshd, directory, app }) => ({
            ...placeOf(sshd),
            directory,
            ssh: accessTo(sshd, pins),
            ...(app !== undefined && { app }),
          })),
        },
        approvals: { requesterMayApprove: false },
        access: { ...harbour.access, deploy: ['crew', 'developers'], approve: ['crew', 'managers'] },
        mirror: true,
        channels: { slack: [CHANNEL], discord: [discordChannel] },
        announce: { discord: [NEWS] },
      },
    },
    people: { ana: { slack: ANA_IN_SLACK.id, discord: ANA.id }, ben: { discord: BEN.id } },
    roles: {
      ...roles,
      developers: { slack: { users: [ANA_IN_SLACK.id] } },
      managers: { discord: { users: [BEN.id] } },
    },
  }
}

/** A server as the configuration names it. */
function placeOf({ name, host, port, user }: Pick<Sshd, 'name' | 'host' | 'port' | 'user'>) {
  return { name, host, port, user }
}

function accessTo({ keyFile }: Sshd, knownHosts: string): Access {
  return { key: keyFile, knownHosts }
}

/** One known_hosts file for all of them. */
function pinAll({ folder }: RealWorld, sshds: readonly Sshd[]): string {
  const file = join(folder, 'known_hosts')
  writeFileSync(file, sshds.map(({ pin }) => pin()).join(''), { mode: 0o600 })
  return file
}
