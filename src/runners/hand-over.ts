/** What the user that builds may write: folders are handed over whole, and nothing else is. */
import { dirname } from 'node:path'
import type { Context } from './step.ts'

type Hands = Pick<Context, 'facts' | 'ports'>

/** Gives a folder to the user that executes repository content, and makes sure that this user has a HOME. */
export async function handOver({ facts, ports }: Hands, folder: string): Promise<void> {
  const { isolation } = facts.project.build
  const { home } = facts.folders
  await ports.files.folder(home, 0o700)
  await ports.files.folder(folder, 0o755)
  if (isolation.kind !== 'user') return
  for (const each of [home, folder]) await openWay({ facts, ports }, each)
  await ports.files.own(home, isolation.user)
  await ports.files.own(folder, isolation.user)
}

/** Lets other users pass through the data folder to the one that is theirs, and list nothing on the way. */
async function openWay({ facts, ports }: Hands, folder: string): Promise<void> {
  const data = dirname(dirname(facts.folders.logs))
  for (let each = dirname(folder); each.startsWith(data); each = dirname(each)) await ports.files.folder(each, 0o711)
}
