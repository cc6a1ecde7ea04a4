/** What the user that builds may write: folders are handed over whole, and nothing else is. */
import type { Context } from './step.ts'

/** Gives a folder to the user that executes repository content, and makes sure that this user has a HOME. */
export async function handOver({ facts, ports }: Pick<Context, 'facts' | 'ports'>, folder: string): Promise<void> {
  const { isolation } = facts.project.build
  const { home } = facts.folders
  await ports.files.folder(home, 0o700)
  await ports.files.folder(folder, 0o755)
  if (isolation.kind !== 'user') return
  await ports.files.own(home, isolation.user)
  await ports.files.own(folder, isolation.user)
}
