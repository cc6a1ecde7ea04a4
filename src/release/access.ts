/** Who may do what: roles of the configuration against what the platform says of an account now. Not granted is refused. */
import type { Actor, PlatformName } from './actor.ts'
import type { Deployment } from './deployment.ts'
import { type Problem, problem } from './problems.ts'
import type { Access, Project, Role } from './project.ts'

export type Permission = keyof Access

/** Whether the account holds the permission through one of the roles that the configuration grants it to. */
export function mayDo(project: Project, permission: Permission, actor: Actor): boolean {
  const grant = project.access[permission]
  if (grant === 'everyone') return true
  return grant.some((name) => {
    const role = project.roles[name]
    return role !== undefined && holds(role, actor)
  })
}

/** Whether the account is named by the role, or in one of its groups, on the actor's own platform. */
function holds(role: Role, actor: Actor): boolean {
  switch (actor.platform) {
    case 'slack':
      return role.slack.users.includes(actor.account) || role.slack.groups.some((group) => actor.groups.includes(group))
    case 'discord':
      return role.discord.users.includes(actor.account) || role.discord.roles.some((id) => actor.groups.includes(id))
    case 'terminal':
      return role.terminal.includes(actor.account)
  }
}

/**
 * One name for one person on every platform: the name in `people`, or `platform:account` for an account that is not listed.
 */
export function personOf(project: Project, actor: Pick<Actor, 'platform' | 'account'>): string {
  const listed = Object.entries(project.people).find(([, accounts]) => accounts[actor.platform] === actor.account)
  return listed?.[0] ?? `${actor.platform}:${actor.account}`
}

/** Whether the configuration knows whose account it is: only then it can be told from other accounts of the same person. */
export function isListed(project: Project, actor: Pick<Actor, 'platform' | 'account'>): boolean {
  return Object.values(project.people).some((accounts) => accounts[actor.platform] === actor.account)
}

/** The accounts and groups that hold a permission, as a person reads them: `ana`, `members of managers (S0RELEASE)`. Slack shows no names of groups. `on`: from which platforms it counts. */
export function whoMay(project: Project, permission: Permission, on = PLATFORMS): readonly string[] {
  const grant = project.access[permission]
  if (grant === 'everyone') return ['everyone']
  return [...new Set(grant.flatMap((name) => namesOf(project, name, on)))]
}

const PLATFORMS: readonly PlatformName[] = ['terminal', 'slack', 'discord']

function namesOf(project: Project, roleName: string, on: readonly PlatformName[]): readonly string[] {
  const role = project.roles[roleName]
  if (role === undefined) return []
  const { terminal, slack, discord } = role
  const accounts = { terminal, slack: slack.users, discord: discord.users }
  const groups = {
    terminal: [],
    slack: slack.groups.map((group) => `members of ${roleName} (${group})`),
    discord: discord.roles.map((group) => `members of ${group}`),
  }
  const people = (platform: PlatformName) =>
    accounts[platform].map((account) => readable(personOf(project, { platform, account })))
  const meant = PLATFORMS.filter((platform) => on.includes(platform))
  return [...meant.flatMap(people), ...meant.flatMap((platform) => groups[platform])]
}

function readable(person: string): string {
  return person.startsWith('terminal:') ? person.slice('terminal:'.length) : person
}

const ACTIONS: Readonly<Record<Permission, string>> = {
  view: 'look at',
  deploy: 'deploy',
  approve: 'approve releases of',
  admin: 'administer',
}

/** The refusal of an account without the permission, with the lines that would grant it; undefined where it has it. */
export function refuseAccess(project: Project, permission: Permission, actor: Actor): Problem | undefined {
  if (mayDo(project, permission, actor)) return undefined
  const { name, platform, account } = actor
  const action = ACTIONS[permission]
  const lines = linesToAdd(project, permission, actor)
  const others = whoMay(project, permission)
  const where = { action, project: project.title, permission, platform, account }
  if (others.length === 0) return { ...problem('access.nobody', where), lines }
  const values = { ...where, name, roles: rolesOf(project, permission).join(', '), others: others.join(', ') }
  return { ...problem('access.not-granted', values), lines }
}

function rolesOf(project: Project, permission: Permission): readonly string[] {
  const grant = project.access[permission]
  return grant === 'everyone' ? [grant] : grant
}

/** What to write into slipway.yaml so that this account may: beside those who hold the first role that may, or as a role of its own. */
export function linesToAdd(project: Project, permission: Permission, { platform, account }: Actor): string {
  const [role] = rolesOf(project, permission)
  const added = JSON.stringify(account)
  const holder = platform === 'terminal' ? `terminal: [${added}]` : `${platform}: { users: [${added}] }`
  const granted = ['projects:', `  ${project.name}:`, `    access: { ${permission}: [team] }`]
  const beside = whoMay(project, permission).length === 0 ? '' : '  # beside those who are there'
  const lines = ['roles:', `  ${role ?? 'team'}: { ${holder} }${beside}`]
  return [...lines, ...(role === undefined ? granted : [])].join('\n')
}

/** Who may cancel: its requester, an approver or an admin. */
export function refuseCancel(deployment: Deployment, actor: Actor): Problem | undefined {
  const { project, number, requester } = deployment
  const isRequester = personOf(project, actor) === personOf(project, requester)
  if (isRequester || mayDo(project, 'approve', actor) || mayDo(project, 'admin', actor)) return undefined
  const others = [...new Set([requester.name, ...whoMay(project, 'approve'), ...whoMay(project, 'admin')])].join(', ')
  const { name, platform, account } = actor
  return problem('access.cancel', { name, number, requester: requester.name, platform, account, others })
}
