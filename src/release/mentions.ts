/** Whom a card calls: the accounts and groups that hold a permission, by platform, and nobody else. */
import { personOf } from './access.ts'
import type { Actor } from './actor.ts'
import type { Mentioned, Mentions } from './card.ts'
import type { Project, Role } from './project.ts'

/** Everybody who holds one of the roles that the gate asks for; `except` is left out under each of their accounts. */
export function approversToCall(project: Project, except?: Actor): Mentions {
  const grant = project.access.approve
  const roles = grant === 'everyone' ? [] : grant.flatMap((name) => project.roles[name] ?? [])
  const left = except === undefined ? {} : accountsOf(project, except)
  const called = (platform: Platform) => {
    const accounts = roles.flatMap((role) => role[platform].users).filter((account) => account !== left[platform])
    return { accounts: unique(accounts), groups: unique(roles.flatMap((role) => groupsOf(role, platform))) }
  }
  return { slack: called('slack'), discord: called('discord') }
}

/** Everybody of these roles. */
export function rolesToCall(project: Project, names: readonly string[]): Mentions {
  const roles = names.flatMap((name) => project.roles[name] ?? [])
  const called = (platform: Platform) => ({
    accounts: unique(roles.flatMap((role) => role[platform].users)),
    groups: unique(roles.flatMap((role) => groupsOf(role, platform))),
  })
  return { slack: called('slack'), discord: called('discord') }
}

/** One person under each of their accounts. */
export function personToCall(project: Project, actor: Actor): Mentions {
  const accounts = accountsOf(project, actor)
  return { slack: account(accounts.slack), discord: account(accounts.discord) }
}

type Platform = 'slack' | 'discord'

function accountsOf(project: Project, actor: Actor): Readonly<Partial<Record<string, string>>> {
  return project.people[personOf(project, actor)] ?? { [actor.platform]: actor.account }
}

function groupsOf(role: Role, platform: Platform): readonly string[] {
  return platform === 'slack' ? role.slack.groups : role.discord.roles
}

function account(id: string | undefined): Mentioned {
  return { accounts: id === undefined ? [] : [id], groups: [] }
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)]
}
