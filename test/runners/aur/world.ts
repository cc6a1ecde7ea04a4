/** A release at the door of the AUR: a published package, the product's PKGBUILD, and an AUR repository of its own. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Shell } from '../../../src/ports/shell.ts'
import type { Outcome } from '../../../src/release/deployment.ts'
import type { Project } from '../../../src/release/project.ts'
import type { Runner } from '../../../src/runners/step.ts'
import { project } from '../../release/sample.ts'
import { type Bench, makeBench, temporaryFolder } from '../make-context.ts'
import { bareRepository, commitAt, commitRelease, PKGBUILD, serve, writeFiles } from '../product.ts'
import { isInstalled, must, personGit } from '../programs.ts'
import { realPorts } from '../real-ports.ts'

export const HAS_MAKEPKG = isInstalled('makepkg') && isInstalled('fakeroot')
/** makepkg packs with bsdtar, which Debian does not bring along. */
export const CAN_PACK = HAS_MAKEPKG && isInstalled('bsdtar')

export interface World {
  readonly bench: Bench
  readonly aur: string
  readonly origin: string
  /** The folder that the public address shows. */
  readonly site: string
  readonly address: string
}

export interface WorldOptions {
  /** What the packaged program prints. */
  readonly says?: string
  readonly pkgbuild?: (address: string) => string
  readonly files?: Readonly<Record<string, string>>
  readonly project?: Partial<Project>
  /** Something stands in for makepkg, so that no packaging tools are needed: what it prints, and what it packs. */
  readonly makepkg?: Partial<StandIn>
  readonly number?: number
  readonly on?: Pick<World, 'aur' | 'site' | 'address'>
}

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const folder = temporaryFolder()
  const site = options.on?.site ?? join(folder, 'site')
  const aur = options.on?.aur ?? bareRepository(join(folder, 'aur.git'))
  mkdirSync(site, { recursive: true })
  const address = options.on?.address ?? (await serve(site))
  const origin = join(folder, 'origin.git')
  const bench = makeBench({
    folder,
    ...(options.number === undefined ? {} : { number: options.number }),
    project: projectAt({ address, site, aur, origin }, options.project),
    ...(options.makepkg && { ports: { shell: standIn({ ...STAND_IN, ...options.makepkg }) } }),
  })
  const { pkgbuild = PKGBUILD, files = {} } = options
  commitRelease(bench, {
    'aur/PKGBUILD': pkgbuild(address),
    'aur/.SRCINFO': 'pkgbase = harbour\n\tpkgver = 3.0.3\n',
    'aur/harbour.desktop': '[Desktop Entry]\nName=Harbour\n',
    ...files,
  })
  personGit(bench.folders.clone, 'push', '--quiet', bareRepository(origin), 'HEAD:master')
  publishPackage(bench, site, options.says ?? 'harbour 3.1.3+001')
  return { bench, aur, origin, site, address }
}

function projectAt(
  { address, site, aur, origin }: Omit<World, 'bench'>,
  more: Partial<Project> = {},
): Partial<Project> {
  const url = `${address}/harbour-{full}.tar.gz`
  const isRoot = process.getuid?.() === 0
  const { vps: _, ...rest } = project
  return {
    ...rest,
    ...({ vps: undefined } as object),
    repository: { ...project.repository, url: origin },
    build: {
      ...project.build,
      isolation: isRoot ? { kind: 'user', user: 'nobody' } : { kind: 'none' },
      publish: { kind: 'directory', directory: site, url },
    },
    aur: {
      package: 'harbour',
      directory: 'aur',
      url: aur,
      web: address,
      ssh: { agent: false },
      makepkg: { args: ['--nodeps'] },
      smoke: ['usr/bin/harbour', '--version'],
    },
    ...more,
  }
}

/** Packs the program, publishes it, and leaves the evidence that the build phase would. */
function publishPackage(bench: Bench, site: string, says: string): void {
  const folder = join(bench.folders.builds, 'package')
  writeFiles(join(folder, 'harbour'), { harbour: `#!/bin/sh\necho '${says}'\n` })
  chmodSync(join(folder, 'harbour', 'harbour'), 0o755)
  const file = join(folder, 'harbour-3.1.3+001.tar.gz')
  const same = ['--sort=name', '--owner=0', '--group=0', '--mtime=@1700000000', '--use-compress-program=gzip -n']
  must('tar', [...same, '--create', '--file', file, 'harbour'], folder)
  copyFileSync(file, join(site, 'harbour-3.1.3+001.tar.gz'))
  const packageSha256 = must('sha256sum', [file], '/').slice(0, 64)
  bench.leave('build.package', { packageFile: file, packageSha256, packageBytes: readFileSync(file).length })
}

interface StandIn {
  readonly srcinfo: (pkgbuild: string) => string
  /** The pkgver that the package says it is. */
  readonly pkgver: string
  /** The package says so through a link. */
  readonly linked?: boolean
  /** Where the link in usr/bin leads. */
  readonly link: string
}

/** The shell as it is, but for makepkg. */
function standIn(makepkg: StandIn): Shell {
  const { shell } = realPorts()
  return {
    run: async (command, options) => {
      if (!command.argv.includes('makepkg')) return shell.run(command, options)
      const text = readFileSync(join(String(command.cwd), 'PKGBUILD'), 'utf8')
      const isPrinting = command.argv.includes('--printsrcinfo')
      const stdout = isPrinting ? makepkg.srcinfo(text) : await build(text, makepkg, String(command.env?.PKGDEST))
      return { code: 0, signal: null, stdout, stderr: '', truncated: false, ended: 'itself' }
    },
  }
}

/** Downloads the source that the PKGBUILD names and packs what the product's package() would. */
async function build(pkgbuild: string, { pkgver, link, linked }: StandIn, to: string): Promise<string> {
  const folder = temporaryFolder()
  const got = await fetch(sourceIn(pkgbuild))
  writeFileSync(join(folder, 'source.tar.gz'), Buffer.from(await got.arrayBuffer()))
  const share = join(folder, 'usr/share/harbour')
  mkdirSync(share, { recursive: true })
  mkdirSync(join(folder, 'usr/bin'))
  must('tar', ['-xzf', 'source.tar.gz', '-C', share, '--strip-components=1'], folder)
  symlinkSync(link, join(folder, 'usr/bin/harbour'))
  if (linked) symlinkSync('usr/info', join(folder, '.PKGINFO'))
  writeFileSync(join(folder, linked ? 'usr/info' : '.PKGINFO'), `pkgname = harbour\npkgver = ${pkgver}\n`)
  must('tar', ['-czf', join(to, 'harbour-debug-3.1.3-1-any.pkg.tar.gz'), '.PKGINFO'], folder)
  must('tar', ['-czf', join(to, 'harbour-3.1.3-1-any.pkg.tar.gz'), '.PKGINFO', 'usr'], folder)
  return '==> Finished making: harbour\n'
}

const sourceIn = (pkgbuild: string) => /"(http[^"]*tar.gz)"/.exec(pkgbuild)?.[1] ?? 'none'

/** What makepkg prints for the product's PKGBUILD. */
export function printed(pkgbuild: string): string {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(pkgbuild)?.[1]?.replace(/["']/g, '') ?? ''
  const sum = /'([0-9a-f]{64})'/.exec(pkgbuild)?.[1]
  const lines = [
    ...['pkgdesc', 'pkgver', 'pkgrel', 'url'].map((name) => `${name} = ${value(name)}`),
    ...['arch = any', 'license = MIT', `source = ${sourceIn(pkgbuild)}`, 'source = harbour.desktop'],
    ...[`sha256sums = ${sum}`, 'sha256sums = SKIP'],
  ]
  return `pkgbase = harbour\n${lines.map((line) => `\t${line}\n`).join('')}\npkgname = harbour\n`
}

const STAND_IN: StandIn = { srcinfo: printed, pkgver: '3.1.3-1', link: '/usr/share/harbour/harbour' }

/** Runs a step and keeps what it leaves. */
export async function go(bench: Bench, runner: Runner, step: string): Promise<Outcome> {
  const outcome = await runner.run(bench.context(runner, step))
  if (outcome.ok) bench.leave(step, outcome.evidence)
  return outcome
}

export const codeOf = (outcome: Outcome) => (!outcome.ok && 'problem' in outcome ? outcome.problem.code : outcome)

/** Somebody pushes to the AUR by hand; returns the new head. */
export function pushByHand(world: World, files: Readonly<Record<string, string>>, message = 'By hand'): string {
  return commitAt(world.aur, files, message)
}

/** Refuses pushes with a text of the AUR's. */
export function refusePushes(world: World, text: string): void {
  const hook = join(world.aur, 'hooks', 'update')
  mkdirSync(join(world.aur, 'hooks'), { recursive: true })
  writeFileSync(hook, `#!/bin/sh\necho '${text}' >&2\nexit 1\n`)
  chmodSync(hook, 0o755)
}

export const headOf = ({ aur }: World) => personGit(aur, 'rev-parse', 'refs/heads/master')
