/** A package that was published by sftp is set aside there, and only while it is this release's own. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { publish } from '../../../src/runners/rollback/publish.ts'
import { codeOf, go, makeWorld } from '../aur/world.ts'
import { createLocalSsh } from '../local-ssh.ts'
import { temporaryFolder } from '../make-context.ts'

const FILE = 'harbour-3.1.3+001.tar.gz'
const SUM = `${FILE}.sha256`
const ASIDE = [`${SUM}.withdrawn`, `${FILE}.withdrawn`]
const LOST = { code: 'lost', message: 'the connection was lost' } as const

/** The package and its sum lie where an sftp account may write, and the public address shows that folder. */
async function published() {
  const world = await makeWorld()
  const { bench, site, address } = world
  const ssh = createLocalSsh(temporaryFolder())
  const place = {
    kind: 'sftp',
    host: 'files',
    port: 22,
    user: 'u',
    directory: `${site}/`,
    ssh: { agent: false },
  } as const
  Object.assign(bench.project.build, { publish: { ...place, url: `${address}/harbour-{full}.tar.gz` } })
  Object.assign(bench.ports, { ssh })
  const sum = String(bench.deployment.steps['build.package']?.evidence.packageSha256)
  writeFileSync(join(site, SUM), `${sum}  ${FILE}\n`)
  const bytes = readFileSync(join(site, FILE))
  return {
    ...{ world, ssh, site, bytes },
    there: () => readdirSync(site).sort(),
    withdraw: () => go(bench, publish, 'rollback.publish'),
    seen: async () => (await publish.observe?.(bench.context(publish, 'rollback.publish')))?.seen,
  }
}

describe('a package published by sftp', () => {
  it('is set aside with its sum, byte for byte, and only once', async () => {
    const { world, site, bytes, there, withdraw, seen } = await published()
    expect(await seen()).toBe('not-done')
    expect(await withdraw()).toMatchObject({
      ok: true,
      evidence: { withdrawnUrl: `${world.address}/${FILE}` },
      notes: [],
    })
    expect(there()).toEqual(ASIDE)
    expect(readFileSync(join(site, `${FILE}.withdrawn`))).toEqual(bytes)
    expect(await seen()).toBe('done')
    expect(await withdraw()).toMatchObject({ ok: true, notes: [expect.stringContaining('already there')] })
    expect(world.bench.intents).toHaveLength(1)
  })

  it('stays where the address answers other bytes', async () => {
    const { site, there, withdraw } = await published()
    writeFileSync(join(site, FILE), 'theirs')
    expect(await withdraw()).toMatchObject({ ok: true, notes: [expect.stringContaining('nothing of ours')] })
    expect(there()).toEqual([FILE, SUM])
  })

  it('stays where the host cannot be reached, and nobody takes it for done', async () => {
    const { ssh, there, withdraw, seen } = await published()
    ssh.refuse = { code: 'unreachable', message: 'connection refused' }
    expect(codeOf(await withdraw())).toBe('rollback.publish-unreachable')
    expect(await seen()).toBe('unknown')
    expect(there()).toEqual([FILE, SUM])
  })

  it('stays where the place was taken by what was set aside before', async () => {
    const { site, there, withdraw } = await published()
    writeFileSync(join(site, `${FILE}.withdrawn`), 'before')
    expect(codeOf(await withdraw())).toBe('rollback.publish-unreachable')
    expect(there()).toEqual([FILE, ...ASIDE].sort())
    expect(readFileSync(join(site, `${FILE}.withdrawn`), 'utf8')).toBe('before')
  })

  it('that was half set aside when the connection was lost is set aside wholly the second time', async () => {
    const { ssh, there, withdraw, seen } = await published()
    const renamed = () => there().includes(`${SUM}.withdrawn`)
    ssh.trouble = (line) => (line.startsWith('size') && renamed() ? { fault: LOST, when: 'before' } : undefined)
    expect(codeOf(await withdraw())).toBe('rollback.publish-unreachable')
    ssh.trouble = () => undefined
    expect(there()).toEqual([FILE, `${SUM}.withdrawn`].sort())
    expect(await seen()).toBe('not-done')
    expect(await withdraw()).toMatchObject({ ok: true })
    expect(there()).toEqual(ASIDE)
  })

  it.each([
    ['is set aside', undefined, [`${SUM}.withdrawn`]],
    ['stays where it is of another package', `${'0'.repeat(64)}  ${FILE}\n`, [SUM]],
  ])('that never got there leaves its sum alone, which %s', async (_, text, left) => {
    const { site, there, withdraw, seen } = await published()
    rmSync(join(site, FILE))
    if (text !== undefined) writeFileSync(join(site, SUM), text)
    expect(await seen()).toBe(text === undefined ? 'not-done' : 'done')
    expect(await withdraw()).toMatchObject({ ok: true })
    expect(there()).toEqual(left)
    expect(await seen()).toBe('done')
  })

  it.each([
    ['is set aside by its size', undefined, ASIDE],
    ['stays where it has another size', 'theirs', [FILE, SUM]],
  ])('that the address does not show yet %s', async (_, text, left) => {
    const { world, site, there, withdraw } = await published()
    if (text !== undefined) writeFileSync(join(site, FILE), text)
    const { publish: place } = world.bench.project.build
    Object.assign(place ?? {}, { url: `${world.address}/late/harbour-{full}.tar.gz` })
    expect(await withdraw()).toMatchObject({ ok: true })
    expect(there()).toEqual(left)
  })

  it('is told to go on answering where a cache in between has it still', async () => {
    const { world, withdraw } = await published()
    const { http } = world.bench.ports
    const first = Promise.withResolvers<Awaited<ReturnType<typeof http.download>>>()
    const download: typeof http.download = (...asked) => {
      first.resolve(http.download(...asked))
      return first.promise
    }
    Object.assign(world.bench.ports, { http: { ...http, download } })
    expect(await withdraw()).toMatchObject({ ok: true, notes: [expect.stringContaining('still answers')] })
  })
})
