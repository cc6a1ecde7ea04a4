/** `npm run demo -- --fault NAME`: a release that something goes wrong in, played to its end on the screen. */
import { join } from 'node:path'
import { createTerminal } from '../adapters/terminal/terminal.ts'
import { PERSON } from './configuration.ts'
import { playFault } from './fault-play.ts'
import { FAULTS } from './faults.ts'
import { createWorld } from './world.ts'

/** One name a line, with what it breaks and how the release ends. */
export function listFaults(): readonly string[] {
  const widest = Math.max(...Object.keys(FAULTS).map((name) => name.length))
  return Object.entries(FAULTS).map(([name, { breaks, end }]) => `${name.padEnd(widest)}  ${breaks} (ends ${end})`)
}

export function isFault(name: string): boolean {
  return Object.hasOwn(FAULTS, name)
}

/** Plays the fault in a world below the folder; 0 where it ends as it has to, otherwise 1. `say` writes a line. */
export async function playedFault(folder: string, name: string, say: (line: string) => void): Promise<number> {
  const fault = FAULTS[name]
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  const world = await createWorld({ folder: join(folder, 'world') })
  try {
    say(`Slipway demo: a release of Harbour from 3.1.2 to 3.1.3 in which ${fault.breaks}.`)
    for (const fact of world.facts()) say(`- ${fact}`)
    say('- A stand-in: the person on call, who approves, presses the fix that is offered, and otherwise rolls back.')
    const options = { input: process.stdin, output: process.stdout, isTty: false, user: PERSON }
    const terminal = createTerminal({ ...options, now: Date.now, columns: () => 100, env: process.env })
    const deployment = await playFault({
      fault,
      world,
      dataFolder: join(folder, 'data'),
      scratchFolder: folder,
      chat: terminal,
      said: (line) => say(`\n> ${line}`),
      log: (line) => say(line),
    })
    const isRight = deployment.status === fault.end
    say(`\nIt ended ${deployment.status}${isRight ? ', as it has to.' : `; it has to end ${fault.end}.`}`)
    return isRight ? 0 : 1
  } finally {
    await world.close()
  }
}
