import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMasker } from '../../src/release/redact.ts'
import { createFiles } from '../../src/tools/files.ts'

const files = createFiles({ masker: createMasker([{ name: 'VAULT', value: 'hunter2-hunter2' }]) })
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a written file is there whole, with its mode and in folders of its own, and nothing lies beside it', async () => {
  const path = join(folder, 'deep', 'down', 'note.txt')
  const before = process.umask(0o077)
  await files.write(path, 'one')
  await files.write(path, 'two', 0o644)
  process.umask(before)
  expect(await files.read(path)).toBe('two')
  expect((await stat(path)).mode & 0o777).toBe(0o644)
  expect(await readdir(join(folder, 'deep', 'down'))).toEqual(['note.txt'])
})

test('what is not there reads as nothing', async () => {
  const nowhere = join(folder, 'nowhere')
  expect(await files.read(nowhere)).toBeUndefined()
  expect(await files.exists(nowhere)).toBe(false)
  expect(await files.list(nowhere)).toEqual([])
  expect(await files.tail(nowhere, 5)).toEqual([])
  expect(await files.freeBytes(join(nowhere, 'deeper'))).toBeGreaterThan(0)
})

test('what is no ordinary file is refused, also behind a link, instead of being waited for or read without an end', async () => {
  const [pipe, link] = [join(folder, 'pipe'), join(folder, 'link-to-zero')]
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0)
  await symlink('/dev/zero', link)
  for (const path of [pipe, link, folder]) await expect(files.read(path)).rejects.toThrow('is no ordinary file')
})

test('what is appended to a log is masked and for the bot alone', async () => {
  const path = join(folder, 'step.log')
  await files.append(path, 'with hunter2-hunter2\n')
  await files.append(path, 'more\n')
  expect(await files.read(path)).toBe('with [VAULT hidden]\nmore\n')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('a file is placed readable by everyone, and never over another one', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')]
  await files.write(from, 'first')
  expect(await files.place(from, to)).toBe(true)
  await files.write(from, 'second')
  expect(await files.place(from, to)).toBe(false)
  expect(await files.read(to)).toBe('first')
  expect((await stat(to)).mode & 0o777).toBe(0o644)
})

test('what a process that was killed left of placing a file goes with the next attempt, and nothing else does', async () => {
  const shown = join(folder, 'shown')
  await mkdir(shown)
  const others = ['other.tar.gz.0123456789ab.part', 'to.tar.gz.part', 'to.tar.gz.sha256']
  for (const name of ['to.tar.gz.0123456789ab.part', ...others]) await writeFile(join(shown, name), 'half')
  await files.write(join(folder, 'from'), 'whole')
  expect(await files.place(join(folder, 'from'), join(shown, 'to.tar.gz'))).toBe(true)
  expect((await readdir(shown)).sort()).toEqual([...others, 'to.tar.gz'].sort())
})

const TAILS = [
  ['fewer lines than asked for', 'a\nb\n', 5, 100, ['a', 'b']],
  ['the last lines', 'a\nb\nc\n', 2, 100, ['b', 'c']],
  ['a last line without an end', 'a\nb', 1, 100, ['b']],
  ['no line that is cut at its beginning', 'long line\nshort\n', 5, 10, ['short']],
  ['nothing of an empty file', '', 5, 100, []],
  ['what a progress bar drew last', '\r  0%\r100%\ndone\r\n', 5, 100, ['100%', 'done']],
] as const
test.each(TAILS)('the tail of a log is %s', async (_, text, lines, bytes, expected) => {
  const path = join(folder, 'tail.log')
  await files.write(path, text)
  expect(await files.tail(path, lines, bytes)).toEqual(expected)
})

test('a folder is handed over with everything in it, and links lead nowhere', async () => {
  const path = join(folder, 'handed')
  await files.write(join(path, 'sub', 'file'), '')
  await symlink('/', join(path, 'link'))
  await files.own(path, userInfo().username)
  await expect(files.own(path, 'no-such-user')).rejects.toThrow('There is no user no-such-user')
})

/** A folder `a` with files in it, or with what is made instead, and a folder of the same names that nobody may reach through it. */
async function twins(name: string, make: (path: string) => Promise<unknown> = (path) => writeFile(path, '')) {
  const [path, other] = [join(folder, name), join(folder, `${name}-other`)]
  for (const each of [join(path, 'a'), other]) {
    await mkdir(each, { recursive: true })
    for (let at = 0; at < 500; at++) await make(join(each, `f${at}`))
  }
  const swap = () => {
    renameSync(join(path, 'a'), join(path, 'away'))
    symlinkSync(other, join(path, 'a'))
  }
  return { path, other, swap }
}

/** Does something as soon as `isTime`, while the work goes on. */
async function meanwhile(work: Promise<void>, isTime: () => boolean, act: () => void): Promise<void> {
  let isDone = false
  const settled = work.catch(() => undefined).finally(() => (isDone = true))
  while (!isDone && !isTime()) await turn()
  if (isTime()) act()
  await settled
}

const isRoot = process.getuid?.() === 0
test.skipIf(!isRoot)(
  'a folder that is handed over is no way to what a link leads to, also when it comes meanwhile',
  async () => {
    const { path, other, swap } = await twins('given')
    const [first = ''] = readdirSync(join(path, 'a'))
    const isTheirs = (at: string) => statSync(at).uid !== 0
    await meanwhile(files.own(path, 'nobody'), () => isTheirs(path) && isTheirs(join(path, 'a', first)), swap)
    expect(statSync(path).uid).not.toBe(0)
    expect(readdirSync(other).filter((name) => isTheirs(join(other, name)))).toEqual([])
  },
)

test.skipIf(!isRoot)('a folder with a user gets this one, and what is in it stays whose it was', async () => {
  const path = join(folder, 'home')
  await files.write(join(path, 'inside'), '')
  await files.folder(path, 0o700, 'nobody')
  expect([path, join(path, 'inside')].map((each) => statSync(each).uid !== 0)).toEqual([true, false])
})

test('what is removed is not what a link leads to, also when it comes meanwhile', async () => {
  const { path, other, swap } = await twins('removed', (each) => mkdir(each))
  const [first = ''] = readdirSync(join(path, 'a'))
  await meanwhile(files.remove(path), () => !existsSync(join(path, 'a', first)), swap)
  expect(readdirSync(other)).toHaveLength(500)
})

test('a folder goes with all that is in it, a link without what it leads to, and what is not there is no matter', async () => {
  const { path, other } = await twins('gone')
  await symlink(other, join(path, 'a', 'link'))
  await files.remove(path)
  await files.remove(path)
  expect(existsSync(path)).toBe(false)
  expect(readdirSync(other)).toHaveLength(500)
})

/** The same content, made at another time, in another order, under another umask. */
async function sample(name: string, umask: number, order: readonly string[]): Promise<string> {
  const path = join(folder, name)
  const before = process.umask(umask)
  await mkdir(join(path, 'lib', 'empty'), { recursive: true })
  for (const file of order) await writeFile(join(path, file), `content of ${file}`)
  await chmod(join(path, 'run'), 0o700)
  await symlink('lib/data', join(path, 'latest'))
  process.umask(before)
  await utimes(join(path, 'run'), umask, umask)
  return path
}

const LONG = `lib/${'n'.repeat(120)}`

test('a folder packs to the same bytes whenever and however it was made', async () => {
  const one = await sample('one', 0o022, ['run', 'lib/data', 'B', 'a', LONG])
  const two = await sample('two', 0o077, [LONG, 'a', 'B', 'lib/data', 'run'])
  const options = { root: 'product-3.1.3', mtime: 1_700_000_000 }
  const first = await files.pack(one, { ...options, to: join(folder, 'one.tar.gz') })
  const second = await files.pack(two, { ...options, to: join(folder, 'out', 'two.tar.gz') })
  expect(second).toEqual(first)
  const bytes = await readFile(join(folder, 'one.tar.gz'))
  expect(first).toEqual({ bytes: bytes.length, sha256: await files.sha256(join(folder, 'one.tar.gz')) })
  expect([...bytes.subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255])
})

test('the packed tarball is one that tar reads: sorted, owned by root, with normal modes', async () => {
  const path = await sample('three', 0o077, ['run', 'lib/data', 'B', 'a', LONG])
  await files.pack(path, { to: join(folder, 'three.tar.gz'), root: 'product', mtime: 0 })
  const { stdout } = spawnSync('tar', ['-tvzf', join(folder, 'three.tar.gz')], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  })
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)),
  ).toMatchObject([
    ['drwxr-xr-x', 'root/root', '0', '1970-01-01', '00:00', 'product/'],
    ['-rw-r--r--', 'root/root', '12', '1970-01-01', '00:00', 'product/B'],
    ['-rw-r--r--', 'root/root', '12', '1970-01-01', '00:00', 'product/a'],
    ['lrwxrwxrwx', 'root/root', '0', '1970-01-01', '00:00', 'product/latest', '->', 'lib/data'],
    ['drwxr-xr-x', 'root/root', '0', '1970-01-01', '00:00', 'product/lib/'],
    ['-rw-r--r--', 'root/root', '19', '1970-01-01', '00:00', 'product/lib/data'],
    ['drwxr-xr-x', 'root/root', '0', '1970-01-01', '00:00', 'product/lib/empty/'],
    ['-rw-r--r--', 'root/root', String(11 + LONG.length), '1970-01-01', '00:00', `product/${LONG}`],
    ['-rwxr-xr-x', 'root/root', '14', '1970-01-01', '00:00', 'product/run'],
  ])
})

test('a folder below the given one is packed alone', async () => {
  const path = await sample('five', 0o022, ['run', 'lib/data'])
  const to = join(folder, 'five.tar.gz')
  await files.pack(path, { to, below: './lib', root: 'product', mtime: 0 })
  const { stdout } = spawnSync('tar', ['-tzf', to], { encoding: 'utf8' })
  expect(stdout).toBe('product/\nproduct/data\nproduct/empty/\n')
})

test('nothing is packed that only a link leads to', async () => {
  const { path, other } = await twins('linked')
  await symlink(other, join(path, 'b'))
  const options = { to: join(folder, 'linked.tar.gz'), root: 'p', mtime: 0 }
  await expect(files.pack(join(path, 'b'), options)).rejects.toThrow('ENOTDIR')
  await expect(files.pack(path, { ...options, below: 'b' })).rejects.toThrow('ENOTDIR')
  await symlink(path, join(folder, 'way'))
  await expect(files.pack(folder, { ...options, below: 'way/a' })).rejects.toThrow(
    `ENOTDIR: not a directory, open '${folder}/way'`,
  )
})

test('what a link leads to that comes meanwhile is not packed', async () => {
  const { path, other, swap } = await twins('raced')
  for (const name of await readdir(other)) await writeFile(join(other, name), 'SECRET')
  const to = join(folder, 'raced', 'out', 'raced.tar.gz')
  const packing = files.pack(path, { to, below: 'a', root: 'p', mtime: 0 }).then(() => undefined)
  await meanwhile(packing, () => existsSync(join(path, 'out')) && readdirSync(join(path, 'out')).length > 0, swap)
  const packed = spawnSync('tar', ['-xzOf', to], { encoding: 'utf8' })
  expect(packed.stdout).toBe('')
})

test('what cannot be packed leaves nothing behind', async () => {
  const path = await sample('four', 0o022, ['run'])
  const socket = createServer().listen(join(path, 'socket'))
  await once(socket, 'listening')
  await expect(files.pack(path, { to: join(folder, 'four', 'x.tar.gz'), root: 'p', mtime: 0 })).rejects.toThrow(
    'neither a file nor a folder',
  )
  socket.close()
  expect((await readdir(path)).filter((name) => name.startsWith('x.'))).toEqual([])
})
