/** The sum beside the public package is that of this package, whatever an attempt before has left there. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Publish } from '../../../src/release/project.ts'
import { download } from '../../../src/runners/build/download.ts'
import { publish } from '../../../src/runners/build/publish.ts'
import { project } from '../../release/sample.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { fakeClock, makeBench, temporaryFolder } from '../make-context.ts'
import { serve } from '../product.ts'
import { problemOf, take } from '../world.ts'

const NAME = 'harbour-3.1.3+001.tar.gz'
const SUM = `${NAME}.sha256`
const LOST = { code: 'lost', message: 'the connection was lost' } as const
/** As long as that of any other package. */
const OLD = `${'0'.repeat(64)}  ${NAME}\n`

/** A package was made, and is to be published in a folder that the public address shows. */
async function packed(kind: Exclude<Publish['kind'], 'tag'>) {
  const site = temporaryFolder()
  const url = `${await serve(site)}/harbour-{full}.tar.gz`
  const sftp = { host: 'files', port: 22, user: 'u', ssh: { agent: false } } as const
  const places: Readonly<Record<typeof kind, Publish>> = {
    directory: { kind: 'directory', directory: site, url },
    sftp: { kind: 'sftp', ...sftp, directory: site, url },
    command: { kind: 'command', run: [['cp', '{file}', site]], url },
  }
  const [ssh, clock] = [createLocalSsh(site), fakeClock()]
  const bench = makeBench({ project: { build: { ...project.build, publish: places[kind] } }, ports: { ssh, clock } })
  const packageFile = join(bench.folders.builds, 'package', NAME)
  mkdirSync(join(packageFile, '..'))
  const make = (text: string) => {
    const packageSha256 = createHash('sha256').update(text).digest('hex')
    writeFileSync(packageFile, text)
    writeFileSync(`${packageFile}.sha256`, `${packageSha256}  ${NAME}\n`)
    bench.leave('build.package', { packageFile, packageSha256, packageBytes: text.length })
    return `${packageSha256}  ${NAME}\n`
  }
  return {
    ...{ bench, ssh, clock, make, sum: make('a package'), packageFile },
    there: () => Object.fromEntries(readdirSync(site).map((name) => [name, readFileSync(join(site, name), 'utf8')])),
    lay: (text: string) => writeFileSync(join(site, SUM), text),
    publish: () => take(bench, publish, 'build.publish'),
    download: () => take(bench, download, 'build.download'),
    observe: () => publish.observe?.(bench.context(publish, 'build.publish')),
  }
}

describe('a sum without its package', () => {
  test('that an upload left when the connection was lost gives way to that of the package made next', async () => {
    const world = await packed('sftp')
    let looks = 0
    world.ssh.trouble = (line) => {
      looks += line.startsWith('size') && line.endsWith(NAME) ? 1 : 0
      return looks === 2 ? { fault: LOST, when: 'before' } : undefined
    }
    expect(await problemOf(world.publish())).toMatchObject({ code: 'build.publish-unreachable' })
    expect(world.there()).toEqual({ [SUM]: world.sum })
    const sum = world.make('b package')
    expect(await world.publish()).toMatchObject({ ok: true })
    expect(world.there()).toEqual({ [NAME]: 'b package', [SUM]: sum })
    expect(await world.download()).toMatchObject({ ok: true })
  })

  test('gives way in a directory too', async () => {
    const world = await packed('directory')
    world.lay(OLD)
    expect(await world.publish()).toMatchObject({ ok: true })
    expect(world.there()).toEqual({ [NAME]: 'a package', [SUM]: world.sum })
  })
})

describe('beside a package that is public', () => {
  test.each(['directory', 'sftp', 'command'] as const)('the sum of another is told, by %s', async (kind) => {
    const world = await packed(kind)
    await world.publish()
    world.lay(OLD)
    const told = {
      code: 'build.sum-differs',
      what: expect.stringContaining(SUM),
      why: expect.stringContaining('0'.repeat(64)),
      remedy: expect.stringContaining(`${world.packageFile}.sha256`),
    }
    expect(await problemOf(world.download())).toMatchObject(told)
    expect(await world.observe()).toMatchObject({ seen: 'unknown', cause: told })
    expect(await problemOf(world.publish())).toMatchObject(told)
    expect(world.there()[SUM]).toBe(OLD)
    expect(world.clock.slept).toEqual([])
  })

  test.each([
    ['none', undefined],
    ['its own in other letters, as other tools write them', (sum: string) => sum.slice(0, 64).toUpperCase()],
    ['a page that holds no sum', () => '<h1>Not found</h1>'],
  ])('that a command put there, there may be %s', async (_, text) => {
    const world = await packed('command')
    await world.publish()
    if (text) world.lay(text(world.sum))
    expect(await world.download()).toMatchObject({ ok: true })
    expect(await world.observe()).toMatchObject({ seen: 'done' })
  })

  test('a sum that says nothing is not one', async () => {
    const world = await packed('sftp')
    await world.publish()
    world.lay('')
    expect(await problemOf(world.download())).toMatchObject({
      code: 'build.sum-differs',
      why: expect.stringContaining('no sum at all'),
    })
  })

  test('the sum that was put there is waited for, until the deadline', async () => {
    const world = await packed('sftp')
    await world.publish()
    const { http } = world.bench.ports
    const get: typeof http.get = async (url) => ({
      ok: true,
      status: 404,
      body: '',
      truncated: false,
      headers: {},
      url,
    })
    Object.assign(world.bench.ports, { http: { ...http, get } })
    expect(await problemOf(world.download())).toMatchObject({ code: 'build.sum-not-public', passing: true })
    expect(world.clock.slept.length).toBeGreaterThan(20)
    expect(await world.observe()).toMatchObject({ seen: 'done' })
  })
})
