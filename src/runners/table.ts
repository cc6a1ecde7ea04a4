/** Every step of the plan and the runner that carries it out. A step without one is a type error. */
import type { StepName } from '../release/plan.ts'
import { pkgbuild as aurPkgbuild } from './aur/pkgbuild.ts'
import { srcinfo } from './aur/srcinfo.ts'
import { submit } from './aur/submit.ts'
import { testPackage } from './aur/test-package.ts'
import { archive } from './build/archive.ts'
import { clean } from './build/clean.ts'
import { download } from './build/download.ts'
import { pack } from './build/package.ts'
import { publish } from './build/publish.ts'
import { tag as buildTag } from './build/tag.ts'
import { target } from './build/target.ts'
import { certificate } from './finish/certificate.ts'
import { documentation } from './finish/documentation.ts'
import { push as finishPush } from './finish/push.ts'
import { tag as finishTag } from './finish/tag.ts'
import { access } from './preflight/access.ts'
import { address } from './preflight/address.ts'
import { aur } from './preflight/aur.ts'
import { credentials } from './preflight/credentials.ts'
import { disk } from './preflight/disk.ts'
import { hosts } from './preflight/hosts.ts'
import { origin } from './preflight/origin.ts'
import { pkgbuild } from './preflight/pkgbuild.ts'
import { rollback } from './preflight/rollback.ts'
import { tools } from './preflight/tools.ts'
import { version } from './preflight/version.ts'
import { aur as rollbackAur } from './rollback/aur.ts'
import { build as rollbackBuild } from './rollback/build.ts'
import { choose } from './rollback/choose.ts'
import { branch } from './rollback/git.ts'
import { incident } from './rollback/incident.ts'
import { publish as rollbackPublish } from './rollback/publish.ts'
import { server } from './rollback/server.ts'
import { tag as rollbackTag } from './rollback/tag.ts'
import { verify } from './rollback/verify.ts'
import type { Runner } from './step.ts'
import { TROUBLESHOOTING } from './troubleshoot/table.ts'
import { matrix } from './verify/matrix.ts'
import { commit } from './version/commit.ts'
import { push } from './version/push.ts'
import { search } from './version/search.ts'
import { set } from './version/set.ts'
import { sync } from './version/sync.ts'
import { connect } from './vps/connect.ts'
import { deploy } from './vps/deploy.ts'
import { pull } from './vps/pull.ts'
import { record } from './vps/record.ts'
import { stage } from './vps/stage.ts'
import { status } from './vps/status.ts'

export type RunnerTable = { readonly [S in StepName]: Runner }

export const RUNNERS: RunnerTable = {
  'preflight.origin': origin,
  'preflight.tools': tools,
  'preflight.credentials': credentials,
  'preflight.disk': disk,
  'preflight.version': version,
  'preflight.pkgbuild': pkgbuild,
  'preflight.aur': aur,
  'preflight.address': address,
  'preflight.hosts': hosts,
  'preflight.access': access,
  'preflight.rollback': rollback,
  'version.set': set,
  'version.sync': sync,
  'version.search': search,
  'version.commit': commit,
  'version.push': push,
  'build.clean': clean,
  'build.target': target,
  'build.package': pack,
  'build.tag': buildTag,
  'build.publish': publish,
  'build.archive': archive,
  'build.download': download,
  'aur.pkgbuild': aurPkgbuild,
  'aur.test-package': testPackage,
  'aur.srcinfo': srcinfo,
  'aur.submit': submit,
  'vps.connect': connect,
  'vps.record': record,
  'vps.stage': stage,
  'vps.pull': pull,
  'vps.deploy': deploy,
  'vps.status': status,
  'verify.matrix': matrix,
  'finish.tag': finishTag,
  'finish.documentation': documentation,
  'finish.push': finishPush,
  'finish.certificate': certificate,
  ...TROUBLESHOOTING,
  'rollback.choose': choose,
  'rollback.tag': rollbackTag,
  'rollback.server': server,
  'rollback.aur': rollbackAur,
  'rollback.publish': rollbackPublish,
  'rollback.build': rollbackBuild,
  'rollback.git': branch,
  'rollback.verify': verify,
  'rollback.incident': incident,
}
