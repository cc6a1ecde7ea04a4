/** Every probe and fix of the troubleshooting tree, and the runner that carries it out. */
import type { FixName, ProbeName } from '../../release/recovery.ts'
import type { Runner } from '../step.ts'
import { addressFamily } from './fixes/address-family.ts'
import { rebuild, regenerate, sync } from './fixes/local.ts'
import { pull } from './fixes/pull.ts'
import { redeploy } from './fixes/redeploy.ts'
import { restart } from './fixes/restart.ts'
import { wait } from './fixes/wait.ts'
import { aurHead, publicPackage } from './probes/aur.ts'
import { disk, serverDisk } from './probes/disk.ts'
import { clock, connection, names, reach } from './probes/network.ts'
import { pkgbuild, srcinfo, sums } from './probes/pkgbuild.ts'
import { script, serverGit, serverLog, serverStatus, ssh } from './probes/server.ts'
import { certificate, serverSite, site } from './probes/site.ts'
import { dependencies, doctor } from './probes/toolchain.ts'
import { versions } from './probes/versions.ts'

export const TROUBLESHOOTING: Readonly<Record<ProbeName | FixName, Runner>> = {
  'probe.versions': versions,
  'probe.disk': disk,
  'probe.doctor': doctor,
  'probe.dependencies': dependencies,
  'probe.pkgbuild': pkgbuild,
  'probe.public-package': publicPackage,
  'probe.sums': sums,
  'probe.srcinfo': srcinfo,
  'probe.aur-head': aurHead,
  'probe.server-log': serverLog,
  'probe.ssh': ssh,
  'probe.server-disk': serverDisk,
  'probe.server-git': serverGit,
  'probe.script': script,
  'probe.server-status': serverStatus,
  'probe.certificate': certificate,
  'probe.server-site': serverSite,
  'probe.site': site,
  'probe.connection': connection,
  'probe.names': names,
  'probe.reach': reach,
  'probe.clock': clock,
  'fix.wait': wait,
  'fix.address-family': addressFamily,
  'fix.rebuild': rebuild,
  'fix.sync': sync,
  'fix.regenerate': regenerate,
  'fix.restart': restart,
  'fix.pull': pull,
  'fix.redeploy': redeploy,
}
