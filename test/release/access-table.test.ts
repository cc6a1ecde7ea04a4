/** Every cell of the table of access: platform, by account and by group, what was granted, action and state. */
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../commands/table.ts'
import { type Permission, refuseAccess, refuseCancel } from '../../src/release/access.ts'
import type { Actor, PlatformName } from '../../src/release/actor.ts'
import { type PressEvent, refusePress } from '../../src/release/approvals.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import { firstReminderAt } from '../../src/release/gate.ts'
import { refuseUnlock } from '../../src/release/lock.ts'
import type { Project, Role } from '../../src/release/project.ts'
import { ACCESS_TABLE, type AccessRow, HOLDERS, type Holder } from '../access-table.ts'
import { drive, project } from './sample.ts'

const WAYS: readonly (readonly [PlatformName, 'account' | 'group'])[] = [
  ['slack', 'account'],
  ['slack', 'group'],
  ['discord', 'account'],
  ['discord', 'group'],
  ['terminal', 'account'],
]

/** What each was granted. Somebody else than all of them asked, but for `asked`. */
const GRANTS: Readonly<Record<Holder, readonly Permission[]>> = {
  nothing: [],
  deploy: ['deploy'],
  approve: ['approve'],
  admin: ['admin'],
  asked: ['deploy', 'approve'],
}

const accountOf = (holder: Holder | 'somebody') => `U${holder.toUpperCase()}`
const groupOf = (permission: Permission) => `S${permission.toUpperCase()}`

function roleOf(permission: Permission, platform: PlatformName, way: 'account' | 'group'): Role {
  const holders = [...HOLDERS.filter((holder) => GRANTS[holder].includes(permission)), 'somebody' as const]
  const accounts = way === 'account' ? holders.map(accountOf) : []
  const groups = way === 'group' ? [groupOf(permission)] : []
  const on = (name: PlatformName) => (platform === name ? { users: accounts, groups } : { users: [], groups: [] })
  const discord = on('discord')
  return {
    slack: on('slack'),
    discord: { users: discord.users, roles: discord.groups },
    terminal: platform === 'terminal' ? accounts : [],
  }
}

function projectOn(platform: PlatformName, way: 'account' | 'group', alone: boolean, needed: number): Project {
  const permissions: readonly Permission[] = ['deploy', 'approve', 'admin']
  const people = [...HOLDERS, 'somebody' as const].map((holder) => [holder, { [platform]: accountOf(holder) }])
  return {
    ...project,
    approvals: { ...project.approvals, requesterMayApprove: alone, needed },
    access: { view: 'everyone', deploy: ['deploy'], approve: ['approve'], admin: ['admin'] },
    roles: Object.fromEntries(permissions.map((name) => [name, roleOf(name, platform, way)])),
    people: Object.fromEntries(people),
  }
}

function actorOn(platform: PlatformName, way: 'account' | 'group', holder: Holder | 'somebody'): Actor {
  const grants = holder === 'somebody' ? (['deploy', 'approve'] as const) : GRANTS[holder]
  const groups = way === 'group' ? grants.map(groupOf) : []
  return { platform, account: accountOf(holder), name: holder, groups, vouched: true }
}

interface Scene {
  readonly platform: PlatformName
  readonly way: 'account' | 'group'
  readonly holder: Holder
  readonly row: AccessRow
}

/** Whether the rules let this account do what the row says. */
function may({ platform, way, holder, row }: Scene): boolean {
  const actor = actorOn(platform, way, holder)
  const needed = row.action.includes('--revoke') ? 2 : 1
  const configured = projectOn(platform, way, row.state.includes('whoever asked'), needed)
  const requester = holder === 'asked' ? actor : actorOn(platform, way, 'somebody')
  const [verb = '', option = ''] = row.action.split(/[ ,]+/)
  if (verb === 'approve' || verb === 'deny') return mayPress(configured, requester, actor, row, option)
  if (verb === 'unlock') return mayUnlock(configured, requester, actor, row)
  if (verb === 'cancel') return refuseCancel(atGate(configured, requester).now(), actor) === undefined
  const commands = row.action.split(', ') as (keyof typeof COMMANDS)[]
  const answers = commands.map((name) => refuseAccess(configured, COMMANDS[name].permission, actor) === undefined)
  expect(new Set(answers).size).toBe(1)
  return answers[0] ?? false
}

function mayPress(of: Project, requester: Actor, actor: Actor, { action, state }: AccessRow, option: string): boolean {
  const hand = atGate(of, requester)
  const gate = hand.now().gates.at(-1)
  if (gate === undefined) throw new Error('no gate')
  const somebody = { ...actor, account: accountOf('somebody'), groups: ['SAPPROVE'] }
  if (state.includes('closed')) hand.press(somebody, 'deny')
  if (option === '--revoke') hand.press(state.includes('own') ? actor : somebody)
  const late = firstReminderAt(gate)
  const press = {
    ...{ type: 'pressed', gate: gate.id, actor, choice: action === 'deny' ? 'deny' : 'approve' },
    digest: state.includes('older') ? 'another' : gate.digest,
    at: state.startsWith('after') ? late : hand.time(),
    ...(option === '--override' && { override: 'it burns' }),
    ...(option === '--revoke' && { choice: 'revoke' }),
    ...(action.includes('typed') && { typed: '3.1.3+001' }),
  }
  return refusePress(hand.now(), press as PressEvent) === undefined
}

function mayUnlock(of: Project, requester: Actor, actor: Actor, { state }: AccessRow): boolean {
  const by = { ...requester, account: accountOf('somebody') }
  const lock = { id: 'h-1', by, at: 0, ...(state.includes('rollback') && { rollback: 42 }) }
  return refuseUnlock(of, lock, actor) === undefined
}

function atGate(of: Project, requester: Actor) {
  const hand = drive(of, { requester } as Partial<Deployment>)
  hand.start()
  hand.run()
  return hand
}

describe.each(WAYS)('on %s, granted by %s', (platform, way) => {
  test.each(ACCESS_TABLE.map((row) => [row.action, row.state, row] as const))('%s, %s', (_action, _state, row) => {
    const found = Object.fromEntries(HOLDERS.map((holder) => [holder, may({ platform, way, holder, row })]))
    expect(found).toEqual(row.may)
  })
})

test('the table names every command', () => {
  const named = ACCESS_TABLE.flatMap(({ action }) => action.split(', ').map((each) => each.split(' ')[0]))
  expect(Object.keys(COMMANDS).filter((name) => !named.includes(name))).toEqual([])
})
