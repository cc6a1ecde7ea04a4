/** Every command there is, one row each. A request without its row is a type error. */
import type { RequestKind } from '../src/release/request.ts'
import { acknowledge } from './acknowledge.ts'
import { approve } from './approve.ts'
import { cancel } from './cancel.ts'
import { certificate } from './certificate.ts'
import type { Command } from './command.ts'
import { deny } from './deny.ts'
import { deploy } from './deploy.ts'
import { diagnose } from './diagnose.ts'
import { fix } from './fix.ts'
import { help } from './help.ts'
import { history } from './history.ts'
import { incident } from './incident.ts'
import { lock } from './lock.ts'
import { logs } from './logs.ts'
import { retry } from './retry.ts'
import { rollback } from './rollback.ts'
import { status } from './status.ts'
import { timeline } from './timeline.ts'
import { unlock } from './unlock.ts'
import { verify } from './verify.ts'

export const COMMANDS: { readonly [K in RequestKind]: Command<K> } = {
  deploy,
  verify,
  status,
  timeline,
  history,
  logs,
  certificate,
  retry,
  cancel,
  approve,
  deny,
  fix,
  rollback,
  diagnose,
  incident,
  acknowledge,
  lock,
  unlock,
  help,
}
