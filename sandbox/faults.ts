/**
 * Everything that can be broken on purpose in the sandbox: what breaks, when, whether it is mended on the way, and how the
 * deployment has to end. `npm run demo -- --faults` lists them, `npm run test:faults` plays them all.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration } from './configuration.ts'
import type { Whereabouts, World } from './world.ts'

/** Where a fault happens: the world, and the bot's own data folder. */
export interface Scene {
  readonly world: World
  readonly dataFolder: string
}

type Happening = (scene: Scene) => Promise<unknown> | unknown

export type End = 'complete' | 'rolled back' | 'emergency'

export interface Fault {
  /** What is broken, in one line. */
  readonly breaks: string
  /** The part of the workflow that it tries. */
  readonly tries: 'version' | 'build' | 'aur' | 'vps' | 'network' | 'race' | 'rollback'
  readonly end: End
  readonly configure?: (configuration: Configuration, world: Whereabouts) => void
  /** Called as a step of that name or id begins for the n-th time, counted from 1: `vps.deploy 1`; `vps.deploy` each time. */
  readonly before?: Readonly<Record<string, Happening>>
  readonly after?: Readonly<Record<string, Happening>>
}

const FLAG = 'script-fails'
const OLD = '3.1.2'

const spoil =
  (how: Parameters<World['spoilBuilds']>[0]): Happening =>
  ({ world }) =>
    world.spoilBuilds(how)
const turn =
  (state: Parameters<World['turnServer']>[0]): Happening =>
  ({ world }) =>
    world.turnServer(state)
const pretend =
  (version?: string, build = '001'): Happening =>
  ({ world }) =>
    world.pretendServed(version, build)
const scriptFails =
  (words: string): Happening =>
  ({ world }) =>
    writeFile(join(world.server.home, FLAG), `${words}\n`)
const scriptMended: Happening = ({ world }) => writeFile(join(world.server.home, FLAG), '')
const colleague: Happening = ({ world }) => world.commitToOrigin({ 'docs/NOTES.md': 'A note.\n' }, 'Add a note')

/** Runs the product's script unless a flag on the server says what it fails with. */
function failingScript({ projects: { harbour } }: Configuration, world: Whereabouts): void {
  const flag = join(world.server.home, FLAG)
  const line = 'if [ -s "$1" ]; then cat "$1" >&2; exit 1; fi; shift; exec "$@"'
  harbour.vps.deploy = ['sh', '-c', line, 'deploy', flag, ...harbour.vps.deploy]
}

/** A file of the working copy that the AUR's package is tested from. */
function workingPkgbuild(change: (text: string) => string): Happening {
  return async ({ dataFolder }) => {
    const file = join(dataFolder, 'builds', 'harbour', '1', 'package-test', 'source', 'PKGBUILD')
    await writeFile(file, change(await readFile(file, 'utf8')))
  }
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  'version-stale-build-once': {
    breaks: 'the build compiles the old version into the program once, as from a stale cache',
    tries: 'version',
    end: 'complete',
    before: { 'build.target 1': spoil({ version: OLD }), 'fix.rebuild': spoil({}) },
  },
  'version-stale-build': {
    breaks: 'the build compiles the old version into the program each time; nothing asks it before it is packed',
    tries: 'version',
    end: 'rolled back',
    configure: ({ projects: { harbour } }) => {
      for (const target of Object.values<{ smoke?: unknown }>(harbour.build.targets)) delete target.smoke
    },
    before: { 'build.target': spoil({ version: OLD }) },
  },
  'build-fails-once': {
    breaks: 'a build fails once, as after a broken cache',
    tries: 'build',
    end: 'complete',
    before: {
      'build.target:linux 1': spoil({ words: 'Error: the cache is corrupt', target: 'linux' }),
      'fix.rebuild': spoil({}),
    },
  },
  'build-fails-always': {
    breaks: 'the build fails each time',
    tries: 'build',
    end: 'rolled back',
    before: { 'build.target': spoil({ words: 'lib/main.dart:1:1: Error: Expected an identifier' }) },
  },
  'builder-disk-full': {
    breaks: 'the build finds no space left on this machine',
    tries: 'build',
    end: 'rolled back',
    before: {
      'build.target': spoil({
        words: 'FileSystemException: writeFrom failed (OS Error: No space left on device, errno = 28)',
      }),
    },
  },
  'aur-checksum': {
    breaks: 'the sum in the PKGBUILD is not that of our package',
    tries: 'aur',
    end: 'complete',
    before: { 'aur.test-package 1': workingPkgbuild((text) => text.replace(/[0-9a-f]{64}/, '0'.repeat(64))) },
  },
  'aur-pkgbuild-syntax': {
    breaks: 'the PKGBUILD has a syntax error when the package is tested',
    tries: 'aur',
    end: 'rolled back',
    before: { 'aur.test-package 1': workingPkgbuild((text) => `${text}\n)\n`) },
  },
  'aur-public-file-replaced': {
    breaks: 'somebody replaces the published package before it is tested',
    tries: 'aur',
    end: 'rolled back',
    before: {
      'aur.test-package 1': ({ world }) =>
        writeFile(join(world.published.folder, 'harbour-3.1.3-001-x86_64.tar.gz'), 'not what was built'),
    },
  },
  'aur-refuses-push': {
    breaks: 'the AUR refuses every push until it is done again',
    tries: 'aur',
    end: 'complete',
    before: {
      'aur.submit 1': ({ world }) => world.aurMaintenance(true),
      'fix.wait': ({ world }) => world.aurMaintenance(false),
      'fix.regenerate': ({ world }) => world.aurMaintenance(false),
    },
  },
  'aur-head-moved': {
    breaks: 'a fellow maintainer pushes to the AUR between the question and the submit',
    tries: 'race',
    end: 'complete',
    before: { 'aur.submit 2': ({ world }) => world.commitToAur({ NOTES: 'hand edit\n' }, 'A change by hand') },
  },
  'aur-rpc-lags': {
    breaks: 'the AUR shows the old version for a while after the submit',
    tries: 'network',
    end: 'complete',
    before: { 'aur.submit': ({ world }) => world.aurLag(6) },
  },
  'aur-rpc-down': {
    breaks: 'the page and the RPC of the AUR answer 503 after the submit, for a while',
    tries: 'network',
    end: 'complete',
    before: { 'aur.submit': ({ world }) => world.aurWebDown(true), 'fix.wait': ({ world }) => world.aurWebDown(false) },
  },
  'origin-moved': {
    breaks: 'a colleague pushes between the fetch and the push of the release commit',
    tries: 'race',
    end: 'complete',
    before: { 'version.push 1': colleague },
  },
  'pushed-after-commit': {
    breaks: 'a colleague pushes after the release commit; it must not reach the server',
    tries: 'race',
    end: 'complete',
    before: { 'build.package 1': colleague },
  },
  'server-away': {
    breaks: 'the server refuses connections while the release begins to use it',
    tries: 'network',
    end: 'complete',
    before: { 'vps.connect 1': turn('away'), 'fix.wait': turn('well') },
  },
  'server-silent': {
    breaks: 'the server takes connections and says nothing',
    tries: 'network',
    end: 'complete',
    before: { 'vps.connect 1': turn('silent'), 'fix.wait': turn('well') },
  },
  'server-cut': {
    breaks: 'every connection is cut while the deployment script runs',
    tries: 'vps',
    end: 'complete',
    configure: ({ projects: { harbour } }) => {
      harbour.vps.deploy = ['sh', '-c', 'sleep 1; exec "$@"', 'deploy', ...harbour.vps.deploy]
    },
    before: { 'vps.deploy 1': ({ world }) => void setTimeout(world.loseConnections, 700) },
  },
  'server-other-key': {
    breaks: 'the server shows another host key when it is to be switched',
    tries: 'vps',
    end: 'rolled back',
    before: { 'vps.pull 1': turn('other-key') },
  },
  'server-dirty': {
    breaks: 'somebody has edited a file of the checkout on the server by hand',
    tries: 'vps',
    end: 'rolled back',
    before: { 'vps.pull 1': ({ world }) => writeFile(join(world.server.directory, 'README.md'), 'edited by hand\n') },
  },
  'server-script-fails-once': {
    breaks: 'the deployment script fails once',
    tries: 'vps',
    end: 'complete',
    configure: failingScript,
    before: {
      'vps.deploy 1': scriptFails('docker: connection refused'),
      'fix.redeploy': scriptMended,
      'fix.restart': scriptMended,
    },
  },
  'server-script-fails': {
    breaks: 'the deployment script fails each time',
    tries: 'rollback',
    end: 'rolled back',
    configure: failingScript,
    before: { 'vps.deploy': scriptFails('Error: migration 14 failed') },
  },
  'server-disk-full': {
    breaks: 'the deployment script finds no space left on the server',
    tries: 'vps',
    end: 'rolled back',
    configure: failingScript,
    before: { 'vps.deploy': scriptFails('cp: error writing build/web/main.dart.js: No space left on device') },
  },
  'server-serves-old-once': {
    breaks: 'the deployment script ends well and the site serves the old version; running it again helps',
    tries: 'vps',
    end: 'complete',
    before: { 'vps.deploy 1': pretend(OLD), 'vps.deploy 2': pretend() },
  },
  'server-serves-old': {
    breaks: 'the deployment script ends well and the site serves the old version, whatever is done',
    tries: 'rollback',
    end: 'rolled back',
    before: { 'vps.deploy': pretend(OLD), 'rollback.server': pretend() },
  },
  'server-wrong-build': {
    breaks: 'the site serves the right version with the wrong build number; running the script again helps',
    tries: 'vps',
    end: 'complete',
    before: { 'vps.deploy 1': pretend('3.1.3', '000'), 'vps.deploy 2': pretend() },
  },
  'site-down-once': {
    breaks: 'the site answers 403 after the deployment script; a restart helps',
    tries: 'vps',
    end: 'complete',
    before: { 'vps.deploy 1': ({ world }) => world.breakSite() },
    after: { 'fix.restart': ({ world }) => world.mendSite(), 'fix.redeploy': ({ world }) => world.mendSite() },
  },
  'site-down': {
    breaks: 'the site answers 403 after the deployment script, and goes on doing so after the rollback',
    tries: 'rollback',
    end: 'emergency',
    before: { 'vps.deploy': ({ world }) => world.breakSite() },
  },
  'certificate-expired': {
    breaks: 'the certificate of the site expires during the release',
    tries: 'vps',
    end: 'emergency',
    before: { 'vps.status': ({ world }) => world.expireCertificate(true) },
  },
  'rollback-aur-fails': {
    breaks: 'the deployment script fails, and the AUR refuses the push of the rollback',
    tries: 'rollback',
    end: 'emergency',
    configure: failingScript,
    before: {
      'vps.deploy': scriptFails('Error: migration 14 failed'),
      'rollback.aur': ({ world }) => world.aurMaintenance(true),
    },
  },
  'rollback-moved-origin': {
    breaks:
      'the deployment script fails, and a colleague has pushed on top of the release commit: reverts, not a reset',
    tries: 'rollback',
    end: 'rolled back',
    configure: failingScript,
    before: { 'vps.deploy 1': colleague, 'vps.deploy': scriptFails('Error: migration 14 failed') },
  },
}

/** The configuration of the world for a fault: waits that are minutes in earnest are seconds here. */
export function configureFor(
  { configure }: Fault,
  world: Whereabouts,
): (configuration: Configuration) => Configuration {
  return (configuration) => {
    const { harbour } = configuration.projects
    Object.assign(harbour, { deadlines: { 'vps.status': { minutes: 0.1 } } })
    Object.assign(harbour.vps, { restart: ['touch', 'build/restarted'] })
    harbour.verify.deadline = '8s'
    configure?.(configuration, world)
    return configuration
  }
}

/** Lets the fault happen around the n-th beginning of a step. */
export async function happen<S>(
  happenings: Readonly<Record<string, (scene: S) => unknown>> | undefined,
  scene: S,
  { step, name }: { readonly step: string; readonly name: string },
  count: number,
): Promise<void> {
  for (const each of new Set([step, name])) {
    await happenings?.[each]?.(scene)
    await happenings?.[`${each} ${count}`]?.(scene)
  }
}
