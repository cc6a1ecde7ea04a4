/**
 * What works on a release and looks at the world: a third of all files. It is loaded once the chats are heard, so that a bot
 * that comes back answers sooner, and not as late as the first release: by then the files may be those of another version.
 */
import { actionText } from '../runners/action-text.ts'
import { readBaseline } from '../runners/baseline.ts'
import { dryRun } from '../runners/dry-run.ts'
import { inspectCertificate } from '../runners/inspect-certificate.ts'
import { perform } from '../runners/perform.ts'
import { RUNNERS } from '../runners/table.ts'
import { diagnoseNow } from '../runners/troubleshoot/diagnose.ts'
import { verifyRelease } from '../runners/verify/now.ts'

export const WORK = {
  actionText,
  readBaseline,
  dryRun,
  inspectCertificate,
  perform,
  RUNNERS,
  diagnoseNow,
  verifyRelease,
}
