/** Who may import whom: the table of the design as an object, held against every import of every file. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** A room by the folder or file it lives in, the longest match first, and what it may import beside itself. */
const ROOMS: Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] | 'any' }> = {
  'src/release': { rooms: [], packages: ['semver', 'node:crypto', 'node:path'] },
  'src/argv': { rooms: ['src/release'], packages: ['node:path', 'node:crypto', 'semver'] },
  'src/ports': { rooms: ['src/release'], packages: [] },
  'src/config': { rooms: ['src/release'], packages: ['zod', 'yaml', 'node:path'] },
  'src/tools': { rooms: ['src/ports', 'src/release'], packages: 'any' },
  'src/queue': { rooms: ['src/ports', 'src/release'], packages: ['p-queue'] },
  'src/runners': { rooms: ['src/ports', 'src/argv', 'src/release'], packages: ['node:path', 'node:crypto'] },
  'src/bot': { rooms: ['src/ports', 'src/release'], packages: [] },
  'src/init': { rooms: ['src/config', 'src/release'], packages: ['yaml'] },
  'src/doctor': { rooms: ['src/config', 'src/ports', 'src/release'], packages: ['node:crypto'] },
  commands: { rooms: ['src/ports', 'src/release'], packages: [] },
  'adapters/socket': { rooms: ['src/ports', 'src/release'], packages: [] },
  'adapters/layout': { rooms: ['src/release'], packages: ['string-width', 'wrap-ansi'] },
  'adapters/terminal': { rooms: ['adapters/layout', 'src/ports', 'src/release'], packages: 'any' },
  'adapters/slack': { rooms: ['adapters/layout', 'src/ports', 'src/release'], packages: 'any' },
  'adapters/discord': { rooms: ['adapters/layout', 'src/ports', 'src/release'], packages: 'any' },
  sandbox: { rooms: ['src/ports', 'src/argv', 'src/release'], packages: 'any' },
}

/** Files that put things together, and so may import everything. Nobody imports them but each other. */
const TOPS = [
  'src/main.ts',
  'src/compile-cache.ts',
  'src/doctor.ts',
  'src/init.ts',
  'src/slipway.ts',
  'src/certificate.ts',
  'src/look-again.ts',
  'src/audit.ts',
  'src/compose.ts',
  'src/compose/ports.ts',
  'src/compose/work.ts',
  'src/compose/world.ts',
  'src/platforms.ts',
  'src/env-file.ts',
  'src/exit.ts',
  'src/setup.ts',
  'sandbox/demo.ts',
  'sandbox/demo-chat.ts',
  'sandbox/fault-demo.ts',
  'sandbox/introduction.ts',
  'sandbox/fault-play.ts',
  'src/config/write-schema.ts',
]

/** Rooms whose work is to reach the outside world; everywhere else these are refused. */
const EFFECTS = [
  'node:fs',
  'node:fs/promises',
  'node:child_process',
  'node:net',
  'node:tls',
  'node:http',
  'node:https',
  'execa',
  'ssh2',
  'node-ssh',
  'lowdb',
]

interface Import {
  readonly from: string
  readonly to: string
}

const files = sources()
const imports = files.flatMap(importsOf)

describe('the house', () => {
  test('sees its own files', () => {
    expect(files.length).toBeGreaterThan(80)
    expect(imports.length).toBeGreaterThan(200)
    for (const room of Object.keys(ROOMS).filter((name) => existsRoom(name))) {
      expect(files.filter((file) => roomOf(file) === room).length, room).toBeGreaterThan(0)
    }
  })

  test('every file is in a room of the table', () => {
    expect(files.filter((file) => roomOf(file) === undefined && !TOPS.includes(file))).toEqual([])
  })

  test('nobody imports what the table does not allow', () => {
    expect(
      imports.filter((each) => !TOPS.includes(each.from) && !isAllowed(each)).map(({ from, to }) => `${from} -> ${to}`),
    ).toEqual([])
  })

  test('main is imported by nobody, and the rooms do not know who put them together', () => {
    expect(imports.filter(({ to }) => to === 'src/main.ts' || to === 'sandbox/demo.ts')).toEqual([])
    expect(imports.filter(({ from, to }) => TOPS.includes(to) && !TOPS.includes(from))).toEqual([])
  })

  test('the core has no clock, no randomness, no process and no network', () => {
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|setInterval|fetch\(|randomUUID|randomBytes)/
    const pure = files.filter((file) => file.startsWith('src/release/') || file.startsWith('src/argv/'))
    expect(pure.filter((file) => impure.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))))).toEqual([])
  })

  test('only the tools and the sandbox reach the outside world, and only the shell spawns', () => {
    const reaching = imports.filter(({ from, to }) => EFFECTS.includes(to) && !TOPS.includes(from))
    const elsewhere = reaching.filter(({ from }) => !from.startsWith('src/tools/') && !from.startsWith('sandbox/'))
    expect(elsewhere).toEqual([])
    const spawning = reaching.filter(
      ({ from, to }) => (to === 'execa' || to === 'node:child_process') && from.startsWith('src/'),
    )
    expect([...new Set(spawning.map(({ from }) => from))]).toEqual(['src/tools/shell.ts'])
  })

  test('no drawer is called utils, helpers, common or manager, and nothing is exported by default', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|managers?)(\/|\.ts|-)/.test(file))).toEqual([])
    expect(files.filter((file) => /^export default/m.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
  })
})

function isAllowed({ from, to }: Import): boolean {
  const room = ROOMS[roomOf(from) ?? '']
  if (room === undefined) return false
  const target = roomOf(to)
  if (target !== undefined) return target === roomOf(from) || room.rooms.includes(target) || isTypeOfBot(from, to)
  return room.packages === 'any' || room.packages.includes(to)
}

/** The bot knows queue and runners by their types alone; it is handed the real ones. */
function isTypeOfBot(from: string, to: string): boolean {
  return roomOf(from) === 'src/bot' && to === 'src/runners/step.ts'
}

function roomOf(path: string): string | undefined {
  if (path === 'src/bot.ts') return 'src/bot'
  return Object.keys(ROOMS)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(join(ROOT, file), 'utf8'))
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    ),
  ]
  return found.map((match) => {
    const named = match[1] ?? match[2] ?? match[3] ?? ''
    const to = named.startsWith('.') ? relative(ROOT, normalize(join(ROOT, dirname(file), named))) : named
    return { from: file, to }
  })
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

function sources(): string[] {
  return ['src', 'commands', 'adapters', 'sandbox']
    .flatMap((folder) => under(folder))
    .filter((file) => file.endsWith('.ts'))
}

function under(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

function existsRoom(room: string): boolean {
  return statSync(join(ROOT, room), { throwIfNoEntry: false }) !== undefined
}
