/** What the user that builds may write: folders are handed over whole, and nothing else is. */
import { dirname } from 'node:path'
import { builderOf } from '../argv/isolation.ts'
import type { Folders } from '../release/facts.ts'
import type { Context, Ports } from './step.ts'

interface Hands {
  readonly facts: Pick<Context['facts'], 'project' | 'folders'>
  readonly ports: Pick<Ports, 'files'>
}

/** Gives a folder that is newly made to the user that executes repository content, and makes sure that this user has a HOME. */
export async function handOver(hands: Hands, folder: string): Promise<void> {
  await prepareHome(hands)
  await hands.ports.files.folder(folder, 0o755)
  const user = builderOf(hands.facts.project.build.isolation)
  if (user === undefined) return
  await openWay(hands.facts.folders, hands.ports, folder)
  await hands.ports.files.own(folder, user)
}

/**
 * The isolated user needs a HOME of its own and a way to it, and sees nothing else of the data folder. Only the folder is
 * given: what is in it may be in use, by other commands of the same user.
 */
export async function prepareHome({ facts, ports }: Hands): Promise<void> {
  const user = builderOf(facts.project.build.isolation)
  if (user !== undefined) await openWay(facts.folders, ports, facts.folders.home)
  await ports.files.folder(facts.folders.home, 0o700, user)
}

/** Lets other users pass through the data folder to the one that is theirs, and list nothing on the way. */
export async function openWay(folders: Folders, { files }: Hands['ports'], folder: string): Promise<void> {
  const data = dirname(dirname(folders.logs))
  for (let each = dirname(folder); each.startsWith(data); each = dirname(each)) await files.folder(each, 0o711)
}
