import { expect, test } from 'vitest'
import { remoteProblem } from '../../src/runners/remote-problem.ts'

const jump = { user: 'slip', host: 'bastion.example', port: 2200 }
const remote = {
  name: 'the origin',
  url: 'ssh://git@git.example/harbour.git',
  ssh: { agent: false, knownHosts: '/pins', jump },
}
const failed = (stderr: string) =>
  ({ code: 128, signal: null, stdout: '', stderr, truncated: false, ended: 'itself' }) as const
const UNKNOWN = (host: string) =>
  `No ED25519 host key is known for ${host} and you have requested strict checking.\nHost key verification failed.`
const CHANGED = (host: string) =>
  `@@@ REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nHost key for ${host} has changed and you have requested strict checking.`

test.each([
  [
    'the jump host that is not pinned',
    UNKNOWN('[bastion.example]:2200'),
    '[bastion.example]:2200',
    'ssh-keyscan -p 2200 bastion.example',
  ],
  ['the host that is not pinned', UNKNOWN('git.example'), 'git.example', 'ssh-keyscan -p 22 git.example'],
  [
    'the jump host with another key',
    CHANGED('[bastion.example]:2200'),
    '[bastion.example]:2200',
    "ssh-keygen -R '[bastion.example]:2200'",
  ],
  ['the host with another key', CHANGED('git.example'), 'git.example', 'ssh-keygen -R git.example'],
])('%s is the one that is named', (_, stderr, named, shell) => {
  const found = remoteProblem(remote, failed(stderr))
  expect(found.what).toContain(`: ${named}.`)
  expect(found.shell).toContain(shell)
})
