import { readFileSync } from 'node:fs'
import { chown, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookAround } from '../../sandbox/machine.ts'
import { createWorld, type World } from '../../sandbox/world.ts'
import { type Attempt, attempt, newFolder } from './attempt.ts'

const { makepkg: realMakepkg } = await lookAround()
const isRoot = process.getuid?.() === 0
const NOBODY = Number(/^nobody:[^:]*:(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[1] ?? 65_534)

let folder: string
let world: World
let count = 0

beforeAll(async () => {
  folder = await newFolder()
  world = await createWorld({ folder: join(folder, 'world') })
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const place = () => join(folder, `place-${count++}`)
const program = (name: string) => join(import.meta.dirname, '../../sandbox/stand-ins', name)

/** The product as its origin has it. */
async function checkout(): Promise<string> {
  const clone = place()
  await attempt(['git', 'clone', '--quiet', world.origin.url, clone])
  return clone
}

describe('the stand-in for flutter', () => {
  const flutter = (cwd: string, line: string) => attempt([join(world.bin, 'flutter'), ...line.split(' ')], { cwd })
  const sums = async (cwd: string) =>
    (await attempt(['sh', '-c', 'find build -type f | sort | xargs sha256sum'], { cwd })).stdout

  test('says that it is one', async () => {
    for (const line of ['--version', 'doctor', 'build web --release'])
      expect((await flutter(await checkout(), line)).stdout).toContain('flutter (sandbox stand-in)')
  })

  test('builds the same bytes from the same sources, wherever they are', async () => {
    const built = async () => {
      const clone = await checkout()
      for (const line of ['clean', 'pub get', 'build linux --release', 'build web --release'])
        expect(await flutter(clone, line)).toMatchObject({ code: 0 })
      return sums(clone)
    }
    const [first, second] = [await built(), await built()]
    expect(first).toContain('build/linux/x64/release/bundle/harbour')
    expect(first).toContain('build/web/index.html')
    expect(second).toBe(first)
  })

  test('compiles the version into the program, so that an old program is known by what it says', async () => {
    const clone = await checkout()
    await flutter(clone, 'build linux --release')
    await writeFile(join(clone, 'pubspec.yaml'), 'name: harbour\nversion: 9.9.9+009\n')
    const { stdout } = await attempt([join(clone, 'build/linux/x64/release/bundle/harbour'), '--version'])
    expect(stdout).toBe('Harbour 3.1.2+001\n')
  })

  test('fails like a compiler on a marked line, and without a project', async () => {
    const clone = await checkout()
    await writeFile(join(clone, 'lib/ship.dart'), '\n#error Undefined name anchor.\n')
    const failed = await flutter(clone, 'build linux --release')
    expect(failed.stderr).toContain('lib/ship.dart:2:1: Error: Undefined name anchor.')
    expect(failed.code).toBe(1)
    expect((await flutter(folder, 'build web --release')).stderr).toContain('No pubspec.yaml file found.')
  })
})

interface Tool {
  readonly name: string
  run(cwd: string, args: readonly string[], asRoot?: boolean): Promise<Attempt>
}

const STAND_IN: Tool = {
  name: 'the stand-in',
  run: (cwd, args, asRoot) => makepkg(program('makepkg'), cwd, args, asRoot),
}
const REAL: Tool = { name: 'the real one', run: (cwd, args, asRoot) => makepkg('makepkg', cwd, args, asRoot) }

/** As whoever runs the tests, or as nobody where that is root. The stand-in is copied to where nobody can read it. */
async function makepkg(path: string, cwd: string, args: readonly string[], asRoot = false): Promise<Attempt> {
  const tool = path.includes('/') ? join(folder, 'makepkg-stand-in') : path
  if (tool !== path) await cp(path, tool)
  const env = { ...world.environment, LC_ALL: 'C', SOURCE_DATE_EPOCH: '1790000000' }
  const before = isRoot && !asRoot ? ['runuser', '-u', 'nobody', '--'] : []
  return attempt([...before, tool, ...args], { cwd, env })
}

/** The AUR's files in a folder that the builder may write. */
async function packageFolder(change: (pkgbuild: string) => string = (pkgbuild) => pkgbuild): Promise<string> {
  const clone = place()
  await attempt(['git', 'clone', '--quiet', world.aur.gitUrl, clone])
  const pkgbuild = await readFile(join(clone, 'PKGBUILD'), 'utf8')
  await writeFile(join(clone, 'PKGBUILD'), change(pkgbuild))
  if (isRoot) await chown(clone, NOBODY, NOBODY)
  return clone
}

async function contents(file: string): Promise<string> {
  const root = place()
  await mkdir(root)
  await attempt(['tar', '-xf', file, '-C', root])
  const { stdout } = await attempt(
    ['sh', '-c', 'find usr .INSTALL \\( -type f -o -type l \\) -printf "%p %m %l\\n" | sort'],
    { cwd: root },
  )
  const { stdout: said } = await attempt([join(root, 'usr/bin/harbour'), '--version'])
  return `${stdout}${said}`
}

const PACKAGE = 'harbour-3.1.2-1-x86_64.pkg.tar.gz'

/** All were compared with the real one; as that is slow to start, it is asked for the first only. */
const REFUSED: readonly [what: string, change: (pkgbuild: string) => string, text: string, code: number][] = [
  [
    'CRLF line ends',
    (text) => text.replaceAll('\n', '\r\n'),
    'PKGBUILD contains CRLF characters and cannot be sourced.',
    12,
  ],
  [
    'a wrong sum',
    (text) => text.replace(/'[0-9a-f]{64}'/, `'${'0'.repeat(64)}'`),
    'One or more files did not pass the validity check!',
    1,
  ],
  ['a missing sum', (text) => text.replace(/'[0-9a-f]{64}'\n/, '\n'), 'differ in size from the source array.', 1],
  ['an address without a file', (text) => text.replace('-001-', '-002-'), 'Failure while downloading https://', 1],
  [
    'a failing package()',
    (text) => text.replace('install -dm755', 'false; install -dm755'),
    'A failure occurred in package().',
    4,
  ],
  [
    'an install file that is not there',
    (text) => text.replace('harbour.install', 'gone.install'),
    'install file (gone.install) does not exist',
    12,
  ],
  [
    'a pkgver with a hyphen',
    (text) => text.replace('pkgver=3.1.2', 'pkgver=3.1-2'),
    'pkgver is not allowed to contain',
    12,
  ],
]

describe.each([
  { tool: STAND_IN, isHere: true },
  { tool: REAL, isHere: realMakepkg !== undefined },
])('makepkg, $tool.name', ({ tool, isHere }) => {
  test.runIf(isHere)('prints the .SRCINFO that the AUR begins with, to the byte', async () => {
    const cwd = await packageFolder()
    const { code, stdout } = await tool.run(cwd, ['--printsrcinfo'])
    expect(stdout).toBe(await readFile(join(cwd, '.SRCINFO'), 'utf8'))
    expect(code).toBe(0)
  })

  test.runIf(isHere)('downloads, checks and builds the package, and its program runs', async () => {
    const cwd = await packageFolder()
    const built = await tool.run(cwd, ['-f', '--nodeps', '--noconfirm', '--ignorearch'])
    expect(built).toMatchObject({ code: 0 })
    expect(await contents(join(cwd, PACKAGE))).toBe(
      [
        '.INSTALL 644 ',
        'usr/bin/harbour 777 ../lib/harbour/harbour',
        'usr/lib/harbour/data/flutter_assets/version.json 644 ',
        'usr/lib/harbour/harbour 755 ',
        'usr/lib/harbour/lib/libapp.so 644 ',
        'usr/share/applications/harbour.desktop 644 ',
        'Harbour 3.1.2+001\n',
      ].join('\n'),
    )
    const { stdout } = await attempt(['tar', '-xOf', join(cwd, PACKAGE), '.PKGINFO'])
    expect(stdout).toMatch(
      /^pkgname = harbour$[\s\S]*^pkgver = 3\.1\.2-1$[\s\S]*^arch = x86_64$[\s\S]*^depend = bash$/m,
    )
    expect((await tool.run(cwd, ['--nodeps', '--ignorearch'])).stderr).toContain('A package has already been built.')
  })

  const asked = tool === REAL ? REFUSED.slice(0, 1) : REFUSED
  test.runIf(isHere).each(asked)('refuses %s', async (_what, change, text, code) => {
    const refused = await tool.run(await packageFolder(change), ['-f', '--nodeps', '--ignorearch'])
    expect(refused.stderr).toContain('==> ERROR: ')
    expect(refused.stderr).toContain(text)
    expect(refused.code).toBe(code)
  })

  test.runIf(isHere && isRoot)('refuses root', async () => {
    const { code, stderr } = await tool.run(await packageFolder(), ['--printsrcinfo'], true)
    expect(stderr).toContain('Running makepkg as root is not allowed')
    expect(code).toBe(10)
  })
})

test('the stand-in for makepkg says that it is one before anything else, and not among its answers', async () => {
  const { stdout, stderr } = await STAND_IN.run(await packageFolder(), ['--printsrcinfo'])
  expect(stderr).toMatch(/^makepkg \(sandbox stand-in\)/)
  expect(stdout).not.toContain('stand-in')
  expect((await attempt([program('makepkg'), '--version'])).stdout).toContain('sandbox stand-in')
})

test.runIf(realMakepkg !== undefined)(
  'both write the same .SRCINFO for a PKGBUILD with every kind of field',
  async () => {
    const rich = (pkgbuild: string) =>
      pkgbuild
        .replace("pkgdesc='A small program", "pkgdesc='  A   small\tprogram")
        .replace(
          'pkgrel=1',
          'pkgrel=2\nepoch=1\ngroups=(port)\nprovides=(pier)\nconflicts=(pier)\nreplaces=(quay old-quay)',
        )
        .replace(
          "license=('MIT')",
          "license=(MIT 'custom: sea')\nmakedepends=('git>=2')\nbackup=(etc/harbour.conf)\nnoextract=(a.zip)",
        )
        .concat("source_x86_64=('https://example.invalid/a.zip')\nsha256sums_x86_64=(SKIP)\ndepends_x86_64=(glibc)\n")
    const [standIn, real] = [
      await STAND_IN.run(await packageFolder(rich), ['--printsrcinfo']),
      await REAL.run(await packageFolder(rich), ['--printsrcinfo']),
    ]
    expect(real.code).toBe(0)
    expect(standIn.stdout).toBe(real.stdout)
  },
)
