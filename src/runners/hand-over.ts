/** What the user that builds may write: folders are handed over whole, and nothing else is. */
import { dirname } from 'node:path'
import { builderOf } from '../argv/isolation.ts'
import type { Folders } from '../release/facts.ts'
import type { Context, Ports } from './step.ts'

interface Hands {
  readonly facts: Pick<Context['facts'], 'project' | 'folders'>
  readonly ports: Pick<Ports, 'files'>
}

/** Gives a folder to the user that executes repository content, and makes sure that this user has a HOME. */
export async function handOver(hands: Hands, folder: string): Promise<void> {
  await prepareHome(hands)
  await give(hands, folder, 0o755)
}

/** The isolated user needs a HOME of its own and a way to it, and sees nothing else of the data folder. */
export async function prepareHome(hands: Hands): Promise<void> {
  await give(hands, hands.facts.folders.home, 0o700)
}

async function give({ facts, ports }: Hands, folder: string, mode: number): Promise<void> {
  const user = builderOf(facts.project.build.isolation)
  await ports.files.folder(folder, mode)
  if (user === undefined) return
  await openWay(facts.folders, ports, folder)
  await ports.files.own(folder, user)
}

/** Lets other users pass through the data folder to the one that is theirs, and list nothing on the way. */
export async function openWay(folders: Folders, { files }: Hands['ports'], folder: string): Promise<void> {
  const data = dirname(dirname(folders.logs))
  for (let each = dirname(folder); each.startsWith(data); each = dirname(each)) await files.folder(each, 0o711)
}
