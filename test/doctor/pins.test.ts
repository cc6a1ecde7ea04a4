import { describe, expect, test } from 'vitest'
import { type Hands, mendAll } from '../../src/doctor/mend.ts'
import type { Mendable } from '../../src/doctor/mendable.ts'
import { checkPins, isPublished, pinLines, scannedKeys } from '../../src/doctor/pins.ts'
import type { Exit } from '../../src/ports/shell.ts'
import { project } from '../release/sample.ts'

/** GitHub's own key, and its fingerprint, as GitHub publishes both. */
const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
const PRINT = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'
const PRINTED = `# github.com:22 SSH-2.0-x\ngithub.com ssh-dss AAAA\n[a]:22 ssh-ed25519 ${KEY}\nnot a key\n`

test('the keys of a host are read from what ssh-keyscan printed, with the fingerprint that ssh shows', () => {
  expect(scannedKeys(PRINTED)).toEqual([{ type: 'ssh-ed25519', base64: KEY, fingerprint: PRINT }])
})

test('a published fingerprint counts for the host that published it, and for no other', () => {
  const [key = { type: '', base64: '', fingerprint: '' }] = scannedKeys(PRINTED)
  expect([isPublished('github.com', key), isPublished('aur.archlinux.org', key)]).toEqual([true, false])
})

test.each([
  [22, 'host ssh-ed25519'],
  [2222, '[host]:2222 ssh-ed25519'],
])('a pin for port %s is a line that ssh finds', (port, begins) => {
  expect(pinLines({ what: '', host: 'host', port, file: '' }, scannedKeys(PRINTED))).toBe(`${begins} ${KEY}\n`)
})

test('a file of pins that cannot be read is not said to lack any, and nothing is pinned in it', async () => {
  const what = 'The pinned keys in /pins cannot be read: EACCES.'
  const hosts = (project.vps?.hosts ?? []).map((host) => ({ ...host, ssh: { ...host.ssh, knownHosts: '/pins' } }))
  const served = { ...project, ...(project.vps && { vps: { ...project.vps, hosts } }) }
  const [found] = await checkPins(served, async () => ({ code: 'failed', message: what }))
  expect(found).toMatchObject({ standing: 'bad', what })
  expect(found).not.toHaveProperty('mend')
})

test('every host that a project reaches over ssh is looked up once', async () => {
  const asked: string[] = []
  const pins = async ({ host, port }: { host: string; port: number }) => {
    asked.push(`${host}:${port}`)
    return []
  }
  const found = await checkPins(project, pins)
  expect(found.every(({ standing }) => standing === 'bad')).toBe(true)
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(asked).size).toBe(asked.length)
})

test('a host behind a jump host is asked for its key from there, by hand; the jump host itself can be pinned at once', async () => {
  const jump = { user: 'slip', host: 'bastion.example', port: 2200 }
  const ssh = { agent: false, knownHosts: '/pins', jump }
  const repository = { ...project.repository, url: 'git@git.example:harbour.git', ssh }
  const found = await checkPins({ ...project, repository }, async () => [])
  const about = (what: string) => found.find((one) => one.what.startsWith(what))
  expect(about('the jump host of the origin')?.mend).toMatchObject({ place: { host: 'bastion.example', port: 2200 } })
  expect(about('the origin')).not.toHaveProperty('mend')
  expect(about('the origin')?.command).toBe(
    'ssh -p 2200 slip@bastion.example ssh-keyscan -p 22 git.example | tee -a /pins | ssh-keygen -lf -',
  )
})

describe('mending a pin', () => {
  const place = (host: string): Mendable => ({
    about: '',
    standing: 'bad',
    what: '',
    mend: { do: 'pin', place: { what: 'a place', host, port: 22, file: '/pins' } },
  })

  async function mended(host: string, more: Partial<Hands>, printed = PRINTED) {
    const written: string[] = []
    const said: string[] = []
    let questions = 0
    const exit = { code: 0, stdout: printed, stderr: '' } as Exit
    const files = { read: async () => 'before', write: async (_: string, text: string) => written.push(text) }
    const ask = async () => {
      questions += 1
      return false
    }
    const hands = {
      shell: { run: async () => exit },
      files,
      env: {},
      ask,
      accepted: [],
      say: (line: string) => said.push(line),
    }
    await mendAll([place(host)], { ...hands, ...more } as unknown as Hands)
    return { written, said: said.join('\n'), questions }
  }

  test('keeps a published key without a question, behind what is pinned already', async () => {
    expect(await mended('github.com', {})).toMatchObject({
      written: [`before\ngithub.com ssh-ed25519 ${KEY}\n`],
      questions: 0,
    })
  })

  test.each([
    ['nobody agrees', {}, 0],
    ['another fingerprint was given', { accepted: ['SHA256:other'] }, 0],
    ['this fingerprint was given', { accepted: [PRINT] }, 1],
    ['somebody agrees', { ask: async () => true }, 1],
  ])('of a host that publishes none, where %s', async (_, more, count) => {
    const { written, said } = await mended('pier.example', more)
    expect(written).toHaveLength(count)
    expect(said).toContain(PRINT)
  })

  test('keeps nothing where the host shows nothing', async () => {
    expect(await mended('github.com', {}, '')).toMatchObject({ written: [], said: expect.stringContaining('no key') })
  })
})
