/** What people do: they deploy, answer, mend, change their minds, press too late or twice; and in the end they only help. */
import { nextMove } from '../../sandbox/fault-play.ts'
import type { Deployment } from '../../src/release/deployment.ts'
import type { Dice } from '../random.ts'
import type { ChatRoom, Sent, ShownButton } from './chats.ts'
import type { Ground, Place } from './ground.ts'
import { openIn } from './open.ts'
import { ANA, BEN, OTTO, PEOPLE, type Person } from './who.ts'

export interface People {
  readonly sent: readonly Sent[]
  /** One thing that somebody does; `mayDeploy`: new deployments are wanted. */
  move(mayDeploy: boolean): Promise<void>
  /** Everybody answers what waits and lets go of what does not go on; true while anything is open. */
  help(): Promise<boolean>
}

/** Somebody waits so long for an answer before they ask again, ms. */
const PATIENCE_MS = 3_000
/** Deployments of a project at once, of which all but one wait for their turn. */
const MOST_OPEN = 2
/** Buttons that were seen, and may still be pressed long after. */
const REMEMBERED = 200

export function createPeople(
  ground: Ground,
  rooms: readonly ChatRoom[],
  dice: Dice,
  log: (line: string) => void,
): People {
  const sent: Sent[] = []
  const seen: ShownButton[] = []
  const asked = new Map<string, number>()
  const deployed = new Map<Place, number>()
  const { places, dataFolder } = ground

  const send = async (going: Promise<Sent | undefined> | undefined): Promise<void> => {
    const one = await going
    if (one === undefined) return
    sent.push(one)
    log(`${one.what} (${one.acknowledgedAt() === undefined ? 'not acknowledged yet' : 'acknowledged'})`)
    if (dice.chance(0.12)) await one.again()
  }

  const types = (person: Person, place: Place, line: string) => send(dice.pick(rooms)?.types(person, place, line))

  const pressAny = async (person: Person, place: Place, fits: RegExp): Promise<void> => {
    const all = dice.pick(rooms)?.buttons(place) ?? []
    const fitting = all.filter(({ title, label }) => fits.test(`${title} ${label}`))
    seen.push(...fitting)
    seen.splice(0, seen.length - REMEMBERED)
    await send(dice.pick(fitting)?.press(person))
  }

  const answer = async ({ number, gates }: Deployment, place: Place) => {
    const gate = gates.find(({ status }) => status === 'open')
    const person = dice.chance(0.75) ? BEN : (dice.pick(PEOPLE) ?? BEN)
    const choice = dice.weighed({ approve: 26, deny: 2, cancel: 1 })
    if (choice === 'cancel') return types(ANA, place, `cancel #${number}`)
    const label = choice === 'deny' ? 'Deny' : gate?.name === 'rollback' ? '(Roll back|Approve)' : 'Approve'
    if (dice.chance(0.7)) return pressAny(person, place, new RegExp(`#${number}\\b.* ${label}`))
    const plan = choice === 'approve' && gate?.options[0] !== undefined ? ` --plan ${gate.options[0].name}` : ''
    return types(person, place, `${choice} #${number}${plan}`)
  }

  const mend = async (deployment: Deployment, place: Place) => {
    const { number } = deployment
    const choice = dice.weighed({ next: 12, retry: 4, rollback: 2, cancel: 1 })
    if (choice !== 'next') return types(ANA, place, `${choice} #${number}`)
    return types(OTTO, place, nextMove(deployment).text)
  }

  const goOn = (deployment: Deployment, place: Place) =>
    deployment.gates.some(({ status }) => status === 'open') ? answer(deployment, place) : mend(deployment, place)

  const MOVES = {
    deploy: async (place: Place) => types(dice.chance(0.9) ? ANA : BEN, place, 'deploy patch'),
    look: async (place: Place) => {
      const line = dice.pick(['status', 'history', 'help', 'timeline', 'logs']) ?? 'status'
      return types(dice.pick(PEOPLE) ?? ANA, place, line)
    },
    lock: async (place: Place) => types(OTTO, place, 'lock'),
    unlock: async (place: Place) => types(OTTO, place, 'unlock'),
    late: async () => send(dice.pick(seen)?.press(dice.pick([ANA, BEN, OTTO]) ?? BEN)),
    cancel: async (place: Place) => types(ANA, place, 'cancel'),
    back: async (place: Place) => types(OTTO, place, 'rollback'),
  }

  const openOf = (open: readonly Deployment[], place: Place) =>
    open.filter(({ project }) => project.name === place.name)
  const isWaiting = ({ status, emergency }: Deployment) =>
    status === 'waiting' || status === 'stopped' || (status === 'emergency' && emergency?.answered === undefined)

  const move: People['move'] = async (mayDeploy) => {
    const place = dice.pick(places)
    if (place === undefined) return
    const open = openOf(
      (await openIn(dataFolder)).map(({ deployment }) => deployment),
      place,
    )
    const waiting = open.find(isWaiting)
    if (waiting !== undefined && dice.chance(0.75)) return goOn(waiting, place)
    const isQuiet = Date.now() - (deployed.get(place) ?? 0) > PATIENCE_MS
    const isWanted = mayDeploy && isQuiet && open.length < MOST_OPEN && (open.length === 0 || dice.chance(0.3))
    if (isWanted) deployed.set(place, Date.now())
    if (isWanted && dice.chance(0.4)) await MOVES.unlock(place)
    if (isWanted) return MOVES.deploy(place)
    await MOVES[dice.weighed({ look: 20, late: 8, lock: 1, unlock: 2, cancel: 1, back: 1, deploy: 0 })](place)
  }

  /** Nobody says the same of the same state twice within their patience. */
  const say = async (person: Person, place: Place, line: string, state: string) => {
    const key = `${place.name} ${line} ${state}`
    if (Date.now() - (asked.get(key) ?? 0) < PATIENCE_MS) return
    asked.set(key, Date.now())
    await types(person, place, line)
  }

  const help: People['help'] = async () => {
    const open = (await openIn(dataFolder)).map(({ deployment }) => deployment)
    for (const place of places)
      for (const deployment of openOf(open, place)) {
        const { number, status, head } = deployment
        if (status === 'queued') await say(ANA, place, `cancel #${number}`, head)
        if (isWaiting(deployment)) await say(OTTO, place, nextMove(deployment).text, head)
      }
    return open.length > 0
  }

  return { sent, move, help }
}
