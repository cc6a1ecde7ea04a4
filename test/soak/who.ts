/** Who is there: people with an account on each platform, and what each of them may do. */
import { PERSON } from '../../sandbox/configuration.ts'
import type { Person as DiscordPerson } from '../discord-server/server.ts'
import type { Person as SlackPerson } from '../slack-server/state.ts'

export interface Person {
  readonly name: 'Ana' | 'Ben' | 'Otto' | 'Eve'
  readonly slack: SlackPerson
  readonly discord: DiscordPerson
}

/** Ana deploys, Ben approves, Otto may everything, and Eve is nobody. */
export const [ANA, BEN, OTTO] = [person('Ana', 1), person('Ben', 2), person('Otto', 3)]
const EVE = person('Eve', 4)
export const PEOPLE = [ANA, BEN, OTTO, EVE]

const ROLES = { developers: [ANA, OTTO], managers: [BEN, OTTO], admins: [OTTO] }

/** Of every project: who may what. */
export const ACCESS = {
  approvals: { requesterMayApprove: false },
  access: { view: ['developers', 'managers'], deploy: ['developers'], approve: ['managers'], admin: ['admins'] },
  onCall: ['managers'],
}

/** The parts of a configuration that say who everybody is. */
export function everybody() {
  const roles = Object.entries(ROLES).map(([name, members]) => [name, accountsOf(members)] as const)
  const people = PEOPLE.filter((each) => each !== EVE).map(({ name, slack, discord }) => [
    name.toLowerCase(),
    { slack: slack.id, discord: discord.id },
  ])
  return { roles: { ...Object.fromEntries(roles), crew: { terminal: [PERSON] } }, people: Object.fromEntries(people) }
}

function accountsOf(members: readonly Person[]) {
  return {
    slack: { users: members.map(({ slack }) => slack.id) },
    discord: { users: members.map(({ discord }) => discord.id) },
  }
}

function person(name: Person['name'], at: number): Person {
  return {
    name,
    slack: { id: `U${name.toUpperCase()}`, name },
    discord: { id: `70000000000000010${at}`, name, roles: [] },
  }
}
