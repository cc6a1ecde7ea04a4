/** What somebody who may not is told: the lines that would grant it are what the configuration reads. */
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Permission, refuseAccess } from '../../src/release/access.ts'
import type { PlatformName } from '../../src/release/actor.ts'
import type { Project } from '../../src/release/project.ts'
import { person, project } from './sample.ts'

type Added = { readonly roles: object; readonly projects?: object }

const EVE: Readonly<Record<PlatformName, object>> = {
  slack: { slack: { users: ['123'] } },
  discord: { discord: { users: ['123'] } },
  terminal: { terminal: ['123'] },
}

test.each<[Permission, PlatformName, string, Added]>([
  ['deploy', 'slack', 'access.not-granted', { roles: { team: EVE.slack } }],
  ['approve', 'discord', 'access.not-granted', { roles: { managers: EVE.discord } }],
  [
    'admin',
    'terminal',
    'access.nobody',
    { roles: { team: EVE.terminal }, projects: { harbour: { access: { admin: ['team'] } } } },
  ],
])('the refusal of %s on %s holds the lines to add', (permission, platform, code, lines) => {
  const refused = refuseAccess(project, permission, person('123', { platform }))
  expect(refused?.code).toBe(code)
  expect(parse(refused?.lines ?? '')).toEqual(lines)
})

test('a role that nobody holds yet is granted by one line', () => {
  const { team: _, ...roles } = project.roles
  const nobody: Project = { ...project, roles: { ...roles, team: EMPTY } }
  const refused = refuseAccess(nobody, 'deploy', person('eve'))
  expect([refused?.code, parse(refused?.lines ?? '')]).toEqual([
    'access.nobody',
    { roles: { team: { terminal: ['eve'] } } },
  ])
})

const EMPTY = { slack: { users: [], groups: [] }, discord: { users: [], roles: [] }, terminal: [] }
