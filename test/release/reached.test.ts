import { describe, expect, test } from 'vitest'
import type { Project } from '../../src/release/project.ts'
import { reached, throughJumps } from '../../src/release/reached.ts'
import { project as sample } from './sample.ts'

const jump = { user: 'slip', host: 'bastion.example', port: 2200 }
const vps = sample.vps
const project: Project = {
  ...sample,
  repository: {
    ...sample.repository,
    url: 'git@git.example:harbour.git',
    ssh: { agent: false, knownHosts: '/pins', jump },
  },
  ...(vps && {
    vps: {
      ...vps,
      hosts: vps.hosts.map((host) => (host.name === 'two' ? { ...host, ssh: { agent: true, jump } } : host)),
    },
  }),
}

test('each host stands after the jump host that it lies behind, which has the same key and pins and no jump of its own', () => {
  const hosts = reached(project)
  expect(hosts.map(({ what, host, port }) => `${what} ${host}:${port}`)).toEqual([
    'the jump host of the origin bastion.example:2200',
    'the origin git.example:22',
    'the server one one:22',
    'the jump host of the server two bastion.example:2200',
    'the server two two:22',
    'the server three three:22',
    'the server four four:22',
  ])
  expect(hosts[0]?.ssh).toEqual({ agent: false, knownHosts: '/pins' })
})

describe('what a person types', () => {
  test.each([
    ['ssh -p 22 u@two', 'ssh -J slip@bastion.example:2200 -p 22 u@two'],
    ["ssh -p 22 u@two 'cat log'", "ssh -J slip@bastion.example:2200 -p 22 u@two 'cat log'"],
    [
      'ssh-keyscan -p 22 git.example | tee -a /pins',
      'ssh -p 2200 slip@bastion.example ssh-keyscan -p 22 git.example | tee -a /pins',
    ],
    ['ssh -p 22 u@one', 'ssh -p 22 u@one'],
    ['ssh -p 23 u@two', 'ssh -p 23 u@two'],
    ['ssh-keyscan -p 2200 bastion.example | tee -a /pins', 'ssh-keyscan -p 2200 bastion.example | tee -a /pins'],
  ])('%s becomes what reaches the host', (shell, wanted) => {
    expect(throughJumps(project, shell)).toBe(wanted)
  })
})
