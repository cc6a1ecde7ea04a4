/** The undo steps that change something, by their names: what a choice would do is read off them. */
import type { UndoName } from '../../release/recovery.ts'
import type { Runner } from '../step.ts'
import { aur } from './aur.ts'
import { build } from './build.ts'
import { branch } from './git.ts'
import { publish } from './publish.ts'
import { server } from './server.ts'
import { tag } from './tag.ts'

export const UNDO_STEPS = {
  'rollback.tag': tag,
  'rollback.server': server,
  'rollback.aur': aur,
  'rollback.publish': publish,
  'rollback.build': build,
  'rollback.git': branch,
} as const satisfies Readonly<Partial<Record<UndoName, Runner>>>
