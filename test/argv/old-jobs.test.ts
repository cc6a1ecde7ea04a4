/** What a server keeps of earlier deployments: ways back and whatever still runs there, and not every folder for ever. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { recordAndKeep } from '../../src/argv/server.ts'
import { temporaryFolder } from '../runners/make-context.ts'
import { personGit } from '../runners/programs.ts'

let home = ''
let jobs = ''
beforeEach(() => {
  home = join(temporaryFolder(), 'a home')
  jobs = join(home, '.slipway/jobs')
  const product = join(home, 'product')
  mkdirSync(product, { recursive: true })
  personGit(product, 'init', '--quiet')
  personGit(product, 'commit', '--quiet', '--allow-empty', '--message', 'Release')
})

/** A folder as a deployment left it, asked for at `number` seconds. */
function job(number: number, more: { rc?: string; rolledBack?: true; project?: string; host?: string } = {}): string {
  const { rc, rolledBack, project = 'harbour', host = 'one' } = more
  const folder = join(jobs, `${project}-${number}-${host}`)
  mkdirSync(join(folder, 'kept'), { recursive: true })
  writeFileSync(join(folder, 'deployment'), `${project} ${number} ${number}000 ${'a'.repeat(40)} ${host}\n`)
  if (rc !== undefined) write(join(folder, 'deploy'), { started: '1', rc })
  if (rolledBack) write(join(folder, 'rollback-1'), { started: '1', rc: '0' })
  return folder
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`)
}

/** A deployment of harbour on one begins; the names that are left, its own aside. */
function begin(number: number): readonly string[] {
  const [program = '', ...args] = recordAndKeep(`harbour-${number}`, join(home, 'product'), [])
  const input = `harbour ${number} ${number}000 ${'b'.repeat(40)} one\n`
  const said = execFileSync(program, args, { env: { PATH: process.env.PATH, HOME: home }, input, encoding: 'utf8' })
  const [own = '', commit, ...paths] = said.trimEnd().split('\n')
  expect([commit, paths]).toEqual([personGit(join(home, 'product'), 'rev-parse', 'HEAD'), []])
  const left = readdirSync(jobs).filter((name) => join(jobs, name) !== own)
  return left.map((name) => name.replace(/^harbour-(\d+)-one$/, '$1')).sort((a, b) => Number(a) - Number(b))
}

test('the newest three releases that stand are kept, each a way back, however many attempts failed since', () => {
  for (const number of [1, 2, 3, 9, 10]) job(number, { rc: '0' })
  for (const number of [11, 12, 13, 14, 15]) job(number, number % 2 ? { rc: '1' } : { rc: '0', rolledBack: true })
  expect(begin(16)).toEqual(['3', '9', '10', '13', '14', '15'])
})

test('one deployment removes five at most, and beginning again removes the next', () => {
  for (let number = 1; number <= 12; number += 1) job(number, { rc: '0' })
  expect(begin(13)).toHaveLength(12 - 5)
  expect(begin(13)).toEqual(['10', '11', '12'])
})

test('what belongs to another project or another checkout of the account, and what is nobody of ours, stays', () => {
  for (const number of [1, 2, 3, 4]) {
    job(number, { rc: '0', project: 'harbour-web' })
    job(number, { rc: '0', host: 'two' })
  }
  mkdirSync(join(jobs, 'by-hand'))
  symlinkSync(home, join(jobs, 'link'))
  expect(begin(5)).toHaveLength(8 + 2)
})

test('a folder whose script still runs stays until it has ended', async () => {
  const [oldest = ''] = [1, 2, 3, 4].map((number) => job(number, { rc: '1' }))
  const script = spawn('cat', [], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  const ended = once(script, 'close')
  write(join(oldest, 'rollback-2'), { started: String(script.pid) })
  expect(begin(5)).toEqual(['1', '2', '3', '4'])
  script.stdin.end()
  await ended
  write(join(oldest, 'rollback-2'), { rc: '0' })
  for (const number of [6, 7, 8]) job(number, { rc: '1' })
  expect(begin(9)).toEqual(['6', '7', '8'])
})

test('a script of before the machine was started keeps no folder, whoever has its number now', () => {
  const [oldest = ''] = [1, 2, 3, 4].map((number) => job(number, { rc: '1' }))
  const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void stranger.kill('SIGKILL'))
  write(join(oldest, 'rollback-2'), { started: String(stranger.pid), boot: 'another' })
  expect(begin(5)).toEqual(['2', '3', '4'])
})
